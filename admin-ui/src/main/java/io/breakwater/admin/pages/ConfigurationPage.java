package io.breakwater.admin.pages;

import io.breakwater.config.Document;
import io.breakwater.config.DocumentFormat;
import io.breakwater.config.InvalidConfigException;
import io.breakwater.config.Problem;
import io.breakwater.control.ApplyResult;
import io.breakwater.control.Control;
import java.util.List;
import java.util.Locale;

/// The whole configuration as one text: to read, to take away, to bring back.
final class ConfigurationPage {
    private final Control control;

    ConfigurationPage(Control control) {
        this.control = control;
    }

    Reply show(Call call) {
        DocumentFormat format = format(call);
        TextView view =
                new TextView(
                        format.write(control.document()),
                        name(format),
                        control.revision(),
                        List.of());
        return Reply.view("configuration", "Configuration", view);
    }

    Reply edit(Call call) {
        DocumentFormat format = format(call);
        String text = call.has("text") ? call.text("text") : format.write(control.document());
        long revision = call.has("_revision") ? call.number("_revision") : control.revision();
        return editor(200, text, format, revision, List.of());
    }

    private static Reply editor(
            int status, String text, DocumentFormat format, long revision, List<Problem> problems) {
        TextView view = new TextView(text, name(format), revision, problems);
        return new Reply.View(status, "configuration-edit", "Edit configuration", view);
    }

    Reply review(Call call) {
        DocumentFormat format = format(call);
        String text = call.text("text");
        long revision = call.number("_revision");
        try {
            Control.Plan plan = control.plan(format.parse(text));
            if (!plan.problems().isEmpty())
                return editor(422, text, format, revision, plan.problems());
            return reviewPage(200, call, plan, revision, List.of());
        } catch (InvalidConfigException e) {
            return editor(422, text, format, revision, e.problems());
        }
    }

    private Reply reviewPage(
            int status, Call call, Control.Plan plan, long revision, List<Problem> refused) {
        ReviewView view =
                new ReviewView(
                        call.text("text"),
                        name(format(call)),
                        revision,
                        control.revision(),
                        call.text("comment"),
                        Changes.of(plan.differences()),
                        refused);
        return new Reply.View(status, "configuration-review", "Review configuration", view);
    }

    Reply apply(Call call) {
        DocumentFormat format = format(call);
        String text = call.text("text");
        long revision = call.number("_revision");
        Document next;
        try {
            next = format.parse(text);
        } catch (InvalidConfigException e) {
            return editor(422, text, format, revision, e.problems());
        }
        return switch (control.replace(next, revision, call.change())) {
            case ApplyResult.Applied applied ->
                    new Reply.Redirect(
                            "/configuration?format="
                                    + name(format)
                                    + "&note=applied&revision="
                                    + applied.revision()
                                    + "&ms="
                                    + applied.millis());
            case ApplyResult.Unchanged _ -> new Reply.Redirect("/configuration?note=unchanged");
            case ApplyResult.Invalid invalid ->
                    reviewPage(422, call, control.plan(next), revision, invalid.problems());
            case ApplyResult.Conflict _ ->
                    reviewPage(409, call, control.plan(next), revision, List.of());
            case ApplyResult.NotFound _ -> new Reply.Missing("configuration");
        };
    }

    private static DocumentFormat format(Call call) {
        return DocumentFormat.of(call.text("format")).orElse(DocumentFormat.TOML);
    }

    private static String name(DocumentFormat format) {
        return format.name().toLowerCase(Locale.ROOT);
    }

    /// @param text the configuration
    /// @param format `toml`, `yaml` or `json`
    /// @param revision the revision it was made from
    /// @param problems what is wrong with it
    record TextView(String text, String format, long revision, List<Problem> problems) {
        /// Height of a text area that shows it.
        public int rows() {
            return Math.clamp(text.lines().count() + 2, 16, 44);
        }
    }

    /// @param text the new configuration
    /// @param format its format
    /// @param revision the revision it was made from
    /// @param current the revision in force
    /// @param comment why
    /// @param changes what would change
    /// @param problems why it was not applied
    record ReviewView(
            String text,
            String format,
            long revision,
            long current,
            String comment,
            Changes changes,
            List<Problem> problems) {
        /// Whether somebody else has changed the configuration meanwhile.
        public boolean stale() {
            return revision != current;
        }
    }
}
