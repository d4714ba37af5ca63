package io.breakwater.admin.pages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.config.Document;
import io.breakwater.config.Kind;
import io.breakwater.control.Control;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Somebody else has changed an object while it was being edited: both versions side by side, and a
/// choice for each field that differs. Nothing is lost, and nothing is applied without a review.
final class Conflicts {
    private static final String MINE = "mine";
    private static final int REVISIONS_SEARCHED = 50;

    private Conflicts() {}

    /// The page with both versions.
    ///
    /// @param control the running Breakwater
    /// @param draft mine
    /// @param tag the present tag, null when the object is gone
    static Reply page(Control control, Draft draft, @Nullable String tag) {
        ObjectNode theirs = control.document().get(draft.kind(), draft.name());
        List<Choice> choices = new ArrayList<>();
        if (theirs != null) choices.addAll(choices(draft, theirs));
        View view =
                new View(
                        draft,
                        theirs == null || tag == null ? "" : tag,
                        theirs == null ? "" : JsonText.compact(theirs),
                        theirs == null,
                        cause(control, draft, theirs),
                        choices);
        String title = draft.kind().label() + " " + draft.name() + " has changed meanwhile";
        return new Reply.View(409, "conflict", title, view);
    }

    /// The revision that made the object what it is now, null when it is not among the latest.
    private static Control.@Nullable Revision cause(
            Control control, Draft draft, @Nullable ObjectNode now) {
        for (Control.Revision revision : control.revisions(REVISIONS_SEARCHED)) {
            Document before = control.documentOf(revision.number() - 1);
            if (before == null) return null;
            if (!Objects.equals(before.get(draft.kind(), draft.name()), now)) return revision;
        }
        return null;
    }

    private static List<Choice> choices(Draft draft, ObjectNode theirs) {
        TreeSet<String> keys = new TreeSet<>();
        draft.body().fieldNames().forEachRemaining(keys::add);
        theirs.fieldNames().forEachRemaining(keys::add);
        List<Choice> choices = new ArrayList<>();
        for (String key : keys) {
            JsonNode mine = draft.body().get(key);
            JsonNode other = theirs.get(key);
            if (mine == null ? other == null : mine.equals(other)) continue;
            JsonNode base = draft.base().get(key);
            boolean iChanged = mine == null ? base != null : !mine.equals(base);
            choices.add(new Choice(key, text(base), text(mine), text(other), iChanged));
        }
        return choices;
    }

    private static String text(@Nullable JsonNode node) {
        return node == null ? "" : JsonText.readable(node.toString());
    }

    /// The draft that the choices make, based on the present version.
    static Draft merge(Kind kind, Call call) {
        Draft mine = Draft.sent(kind, call);
        if (call.has("_again")) {
            return new Draft(
                    kind, "", mine.name(), "", JsonText.empty(), mine.body(), mine.comment());
        }
        ObjectNode theirs = JsonText.object(call.text("_theirs"));
        ObjectNode merged = theirs.deepCopy();
        for (Choice choice : choices(mine, theirs)) {
            if (!call.text("pick-" + choice.key()).equals(MINE)) continue;
            Keys.set(merged, choice.key(), mine.body().get(choice.key()));
        }
        return new Draft(
                kind,
                mine.original(),
                mine.name(),
                call.text("_now"),
                theirs,
                merged,
                mine.comment());
    }

    /// @param draft mine
    /// @param now the present tag, empty when the object is gone
    /// @param theirs the present fields as JSON
    /// @param gone whether the object is gone
    /// @param cause the revision that changed or removed it, null when it is not known
    /// @param choices fields that differ
    record View(
            Draft draft,
            String now,
            String theirs,
            boolean gone,
            Control.@Nullable Revision cause,
            List<Choice> choices) {
        /// My version whole.
        public String mineText() {
            return JsonText.pretty(draft.body());
        }
    }

    /// One field that differs.
    ///
    /// @param key its key
    /// @param base what both started from
    /// @param mine my value
    /// @param theirs the present value
    /// @param iChanged whether I have changed it
    record Choice(String key, String base, String mine, String theirs, boolean iChanged) {}
}
