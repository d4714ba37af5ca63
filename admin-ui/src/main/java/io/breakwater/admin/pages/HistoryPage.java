package io.breakwater.admin.pages;

import io.breakwater.config.Document;
import io.breakwater.config.Problem;
import io.breakwater.control.ApplyResult;
import io.breakwater.control.Control;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Revisions: the list, one with its differences, and going back to one.
final class HistoryPage {
    private static final int SHOWN_AT_FIRST = 100;
    private static final int SHOWN_AT_MOST = 5_000;
    private static final int OFFERED = 200;

    private final Control control;
    private final InstantSource clock;

    HistoryPage(Control control, InstantSource clock) {
        this.control = control;
        this.clock = clock;
    }

    Reply list(Call call) {
        int limit = Math.clamp(call.number("limit"), SHOWN_AT_FIRST, SHOWN_AT_MOST);
        List<Row> rows = control.revisions(limit).stream().map(this::row).toList();
        boolean more = rows.size() == limit && limit < SHOWN_AT_MOST;
        ListView view = new ListView(rows, more, Math.min(limit * 5, SHOWN_AT_MOST));
        return Reply.view("history", "History", view);
    }

    Reply one(Call call) {
        long number = call.number("number");
        Control.Revision revision = control.revision(number);
        Document document = control.documentOf(number);
        if (revision == null || document == null)
            return new Reply.Missing("revision " + call.path("number"));
        long against = call.has("against") ? call.number("against") : number - 1;
        Document other = against == 0 ? Document.EMPTY : control.documentOf(against);
        Changes changes = other == null ? null : Changes.of(diff(against, other, number, document));
        List<Row> others =
                control.revisions(OFFERED).stream()
                        .filter(one -> one.number() != number)
                        .map(this::row)
                        .toList();
        OneView view =
                new OneView(
                        row(revision),
                        against,
                        changes,
                        others,
                        number > 1 && control.revision(number - 1) != null ? number - 1 : 0,
                        control.revision(number + 1) != null ? number + 1 : 0);
        return Reply.view("revision", "Revision " + number, view);
    }

    /// From the older to the newer, whichever was asked for first.
    private List<Control.Difference> diff(
            long against, Document other, long number, Document document) {
        return against <= number ? control.diff(other, document) : control.diff(document, other);
    }

    Reply askRestore(Call call) {
        return restorePage(call, 200, List.of());
    }

    private Reply restorePage(Call call, int status, List<Problem> refused) {
        long number = call.number("number");
        Control.Revision revision = control.revision(number);
        Document document = control.documentOf(number);
        if (revision == null || document == null)
            return new Reply.Missing("revision " + call.path("number"));
        Control.Plan plan = control.plan(document);
        List<Problem> problems = refused.isEmpty() ? plan.problems() : refused;
        RestoreView view = new RestoreView(row(revision), Changes.of(plan.differences()), problems);
        return new Reply.View(status, "restore", "Restore revision " + number, view);
    }

    Reply restore(Call call) {
        long number = call.number("number");
        Control.Change typed = call.change();
        String comment = typed.comment().isEmpty() ? "Restore revision " + number : typed.comment();
        return switch (control.restore(number, new Control.Change(typed.author(), comment))) {
            case ApplyResult.Applied applied ->
                    new Reply.Redirect(
                            "/history?note=applied&revision="
                                    + applied.revision()
                                    + "&ms="
                                    + applied.millis());
            case ApplyResult.Unchanged _ -> new Reply.Redirect("/history?note=unchanged");
            case ApplyResult.Invalid invalid -> restorePage(call, 422, invalid.problems());
            case ApplyResult.Conflict _ -> restorePage(call, 409, List.of());
            case ApplyResult.NotFound _ -> new Reply.Missing("revision " + number);
        };
    }

    private Row row(Control.Revision revision) {
        String time = Wording.time(revision.createdMillis());
        String ago = Wording.ago(revision.createdMillis(), clock.millis());
        boolean current = revision.number() == control.revision();
        return new Row(
                revision.number(), revision.author(), revision.comment(), time, ago, current);
    }

    /// @param rows revisions, newest first
    /// @param more whether there may be older ones
    /// @param next the limit that shows more
    record ListView(List<Row> rows, boolean more, int next) {}

    /// @param number the revision
    /// @param author who
    /// @param comment why, may be empty
    /// @param time when, UTC
    /// @param ago how long ago
    /// @param current whether it is in force
    record Row(
            long number, String author, String comment, String time, String ago, boolean current) {}

    /// @param revision this one
    /// @param against the one it is compared with, 0 for "nothing"
    /// @param changes the differences, null when there is no such other revision
    /// @param others those to compare with
    /// @param previous the one before, 0 for none
    /// @param next the one after, 0 for none
    record OneView(
            Row revision,
            long against,
            @Nullable Changes changes,
            List<Row> others,
            long previous,
            long next) {}

    /// @param revision the one to go back to
    /// @param changes what would change
    /// @param problems why it cannot be restored
    record RestoreView(Row revision, Changes changes, List<Problem> problems) {}
}
