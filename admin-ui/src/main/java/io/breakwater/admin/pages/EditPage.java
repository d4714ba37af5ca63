package io.breakwater.admin.pages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.config.Document;
import io.breakwater.config.Kind;
import io.breakwater.config.Problem;
import io.breakwater.config.Settings;
import io.breakwater.control.Control;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The form of one object, and the review of what it would change.
final class EditPage {
    private final Control control;
    private final Kind kind;
    private final InstantSource clock;

    EditPage(Control control, Kind kind, InstantSource clock) {
        this.clock = clock;
        this.control = control;
        this.kind = kind;
    }

    /// The form of a new object, perhaps a copy.
    Reply showNew(Call call) {
        ObjectNode from = control.document().get(kind, call.text("from"));
        ObjectNode body = from == null ? JsonText.empty() : from.deepCopy();
        Draft draft =
                new Draft(kind, "", call.text("name").strip(), "", JsonText.empty(), body, "");
        return form(draft, form().show(body, List.of()), List.of());
    }

    /// The form of an object.
    Reply showOne(Call call) {
        String name = call.path("name");
        String tag = control.tag(kind, name);
        ObjectNode body = control.document().get(kind, name);
        if (body == null || tag == null) return new Reply.Missing(kind.label() + " " + name);
        Draft draft = new Draft(kind, name, name, tag, body, body, "");
        return form(draft, form().show(body, List.of()), List.of());
    }

    /// The form again, from the review.
    Reply back(Call call) {
        Draft draft = Draft.sent(kind, call);
        return form(draft, form().show(draft.body(), List.of()), List.of());
    }

    /// What a sent form would change, or the form again with what is wrong.
    Reply review(Call call) {
        Draft sent = Draft.sent(kind, call);
        List<Problem> problems = new ArrayList<>();
        Draft draft = sent.with(form().read(call, sent.base(), problems));
        checkName(draft, problems);
        for (Problem problem : plan(draft).problems())
            if (!isTold(problem, draft, problems)) problems.add(problem);
        if (!problems.isEmpty()) {
            List<Problem> own = Form.own(draft.object(), problems);
            return form(draft, form().showTyped(call, own), problems);
        }
        return review(draft);
    }

    /// The review with the offered path taken.
    Reply takeOffer(Call call) {
        Draft draft = Draft.sent(kind, call);
        ObjectNode body = draft.body().deepCopy();
        body.put("path", call.text("path"));
        return review(draft.with(body));
    }

    /// The review of a draft that is known to be valid, or the conflict that it ran into.
    Reply review(Draft draft) {
        String now = control.tag(kind, draft.name());
        if (!draft.isNew() && !draft.tag().equals(now)) return Conflicts.page(control, draft, now);
        Changes changes = Changes.of(plan(draft).differences());
        String path = kind == Kind.LOCATION ? PlainCodecs.text(draft.body().get("path")) : "";
        ReviewView view = new ReviewView(draft, changes, offer(path), path);
        return Reply.view("review", "Review " + kind.label() + " " + draft.name(), view);
    }

    private Control.Plan plan(Draft draft) {
        return control.plan(control.document().with(kind, draft.name(), draft.body()));
    }

    private void checkName(Draft draft, List<Problem> problems) {
        String name = draft.name();
        if (!name.matches("[a-z0-9][a-z0-9._-]*"))
            problems.add(
                    new Problem(
                            "",
                            "name",
                            name.isEmpty() ? null : name,
                            "lower-case letters, digits, dots, dashes and underscores, first a"
                                    + " letter or digit"));
        else if (draft.isNew() && control.document().get(kind, name) != null)
            problems.add(new Problem("", "name", name, "a name that is not in use"));
    }

    /// Whether a field's or the name's fault is told already. What cannot be read is left as it
    /// was, so that the rest is still checked.
    private static boolean isTold(Problem problem, Draft draft, List<Problem> told) {
        if (!problem.object().equals(draft.object())) return false;
        String key = problem.key().isEmpty() ? "name" : problem.key();
        return told.stream()
                .filter(one -> one.object().isEmpty())
                .anyMatch(one -> Keys.within(key, one.key()));
    }

    /// A prefix without a slash at its end also takes longer names; this is what was meant more
    /// likely.
    private static String offer(String path) {
        if (!path.startsWith("/") || path.endsWith("/")) return "";
        boolean file = path.substring(path.lastIndexOf('/')).contains(".");
        return file ? "=" + path : path + "/";
    }

    private Form form() {
        return new Form(kind, new Names(control.document()));
    }

    private Reply form(Draft draft, List<Form.Section> sections, List<Problem> problems) {
        Document document = control.document();
        References references = new References(document);
        List<String> nameErrors =
                problems.stream()
                        .filter(problem ->
                                problem.key().equals("name") && problem.object().isEmpty())
                        .map(Wording::of)
                        .toList();
        List<String> others = new ArrayList<>();
        draft.body()
                .fieldNames()
                .forEachRemaining(key -> {
                    if (Settings.find(kind, key) == null) others.add(key);
                });
        View view =
                new View(
                        draft,
                        sections,
                        form().general(draft.object(), problems),
                        problems.size(),
                        nameErrors,
                        draft.isNew() ? List.of() : references.usersOf(kind, draft.name()),
                        others,
                        kind == Kind.UPSTREAM && !draft.isNew()
                                ? NodesPage.panel(control, draft.name(), clock.millis())
                                : null,
                        kind == Kind.LOCATION && !draft.isNew()
                                ? MirrorPanel.of(control, draft.name())
                                : null,
                        kind == Kind.CERTIFICATE && !draft.isNew()
                                ? CertificatePanel.of(control, draft.name())
                                : null,
                        kind == Kind.CERTIFICATE && !draft.isNew()
                                ? OrdersPanel.of(control, draft.name())
                                : null,
                        preview(draft.body()));
        String title = (draft.isNew() ? "New " : "") + kind.label() + " " + draft.original();
        return new Reply.View(problems.isEmpty() ? 200 : 422, "form", title.strip(), view);
    }

    private Control.@Nullable Preview preview(ObjectNode body) {
        if (kind != Kind.LOG_FORMAT) return null;
        JsonNode format = body.get("format");
        return format == null
                ? new Control.Preview("", null)
                : control.previewLogFormat(PlainCodecs.text(format));
    }

    /// @param draft the object
    /// @param sections its fields
    /// @param problems those that no field shows
    /// @param faults number of all problems
    /// @param nameErrors what is wrong with the name
    /// @param users the objects that name it
    /// @param others keys without a field, which stay as they are
    /// @param nodes live nodes, for upstreams
    /// @param mirror what became of copies, for locations that make some
    /// @param certificate what it says, for certificates in force
    /// @param orders the story of its orders, for certificates that are obtained
    /// @param sample a sample line, for log formats
    record View(
            Draft draft,
            List<Form.Section> sections,
            List<Problem> problems,
            int faults,
            List<String> nameErrors,
            List<References.Ref> users,
            List<String> others,
            NodesPage.@Nullable Panel nodes,
            @Nullable MirrorPanel mirror,
            @Nullable CertificatePanel certificate,
            @Nullable OrdersPanel orders,
            Control.@Nullable Preview sample) {
        /// The kind's list.
        public String listHref() {
            return "/" + draft.kind().key();
        }

        /// The kind's list, for people.
        public String listLabel() {
            return Labels.plural(draft.kind());
        }

        public boolean isErrorPage() {
            return draft.kind() == Kind.ERROR_PAGE;
        }
    }

    /// @param draft the object
    /// @param changes what would change
    /// @param offer a better path, empty for none
    /// @param path the path as typed
    record ReviewView(Draft draft, Changes changes, String offer, String path) {
        /// The kind's list, for people.
        public String listLabel() {
            return Labels.plural(draft.kind());
        }
    }
}
