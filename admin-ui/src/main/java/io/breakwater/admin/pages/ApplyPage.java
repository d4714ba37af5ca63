package io.breakwater.admin.pages;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.config.Document;
import io.breakwater.config.Kind;
import io.breakwater.config.Problem;
import io.breakwater.control.ApplyResult;
import io.breakwater.control.Control;
import java.util.List;

/// Applying and removing one object.
final class ApplyPage {
    private final Control control;
    private final Kind kind;
    private final EditPage edit;

    ApplyPage(Control control, Kind kind, EditPage edit) {
        this.control = control;
        this.kind = kind;
        this.edit = edit;
    }

    /// Applies a reviewed draft.
    Reply apply(Call call) {
        Draft draft = Draft.sent(kind, call);
        ApplyResult result =
                control.put(kind, draft.name(), draft.body(), draft.tag(), call.change());
        return switch (result) {
            case ApplyResult.Applied applied -> applied(applied.revision(), applied.millis());
            case ApplyResult.Unchanged _ ->
                    new Reply.Redirect("/" + kind.key() + "?note=unchanged");
            case ApplyResult.Invalid invalid -> refused(draft, invalid.problems());
            case ApplyResult.Conflict conflict -> Conflicts.page(control, draft, conflict.tag());
            case ApplyResult.NotFound _ -> Conflicts.page(control, draft, null);
        };
    }

    /// Goes on to the review with the choices made on a conflict.
    Reply merge(Call call) {
        return edit.review(Conflicts.merge(kind, call));
    }

    private Reply refused(Draft draft, List<Problem> problems) {
        RefusedView view = new RefusedView(draft, problems);
        return new Reply.View(422, "refused", "Not applied", view);
    }

    private Reply applied(long revision, long millis) {
        return new Reply.Redirect(
                "/" + kind.key() + "?note=applied&revision=" + revision + "&ms=" + millis);
    }

    /// Asks before an object is removed.
    Reply askDelete(Call call) {
        String name = call.path("name");
        Document document = control.document();
        ObjectNode body = document.get(kind, name);
        String tag = control.tag(kind, name);
        if (body == null || tag == null) return new Reply.Missing(kind.label() + " " + name);
        return deletePage(200, name, tag, List.of());
    }

    private Reply deletePage(int status, String name, String tag, List<Problem> refused) {
        Document document = control.document();
        List<Problem> problems =
                refused.isEmpty() ? control.plan(document.without(kind, name)).problems() : refused;
        ObjectNode body = document.get(kind, name);
        DeleteView view =
                new DeleteView(
                        kind,
                        name,
                        tag,
                        new References(document).usersOf(kind, name),
                        problems,
                        body == null ? "" : JsonText.pretty(body));
        return new Reply.View(status, "delete", "Delete " + kind.label() + " " + name, view);
    }

    /// Removes an object.
    Reply delete(Call call) {
        String name = call.path("name");
        ApplyResult result = control.delete(kind, name, call.text("_tag"), call.change());
        return switch (result) {
            case ApplyResult.Applied applied -> applied(applied.revision(), applied.millis());
            case ApplyResult.Unchanged _ ->
                    new Reply.Redirect("/" + kind.key() + "?note=unchanged");
            case ApplyResult.Invalid invalid ->
                    deletePage(422, name, call.text("_tag"), invalid.problems());
            case ApplyResult.Conflict conflict -> {
                String tag = conflict.tag();
                yield tag == null
                        ? new Reply.Missing(kind.label() + " " + name)
                        : deletePage(409, name, tag, List.of());
            }
            case ApplyResult.NotFound _ -> new Reply.Missing(kind.label() + " " + name);
        };
    }

    /// @param draft what was to be applied
    /// @param problems why it was not
    record RefusedView(Draft draft, List<Problem> problems) {}

    /// @param kind the kind
    /// @param name the object's name
    /// @param tag its tag when the page was made
    /// @param users objects that name it
    /// @param problems why it cannot be removed now
    /// @param body its fields, for a last look
    record DeleteView(
            Kind kind,
            String name,
            String tag,
            List<References.Ref> users,
            List<Problem> problems,
            String body) {
        /// Whether it can be removed as things are.
        public boolean possible() {
            return problems.isEmpty();
        }

        public String href() {
            return "/" + kind.key() + "/" + name;
        }

        public String listHref() {
            return "/" + kind.key();
        }

        public String listLabel() {
            return Labels.plural(kind);
        }
    }
}
