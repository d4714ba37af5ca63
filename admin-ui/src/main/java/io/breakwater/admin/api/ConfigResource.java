package io.breakwater.admin.api;

import io.breakwater.config.Document;
import io.breakwater.config.DocumentFormat;
import io.breakwater.config.InvalidConfigException;
import io.breakwater.config.Problem;
import io.breakwater.control.Control;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/// The configuration as one document.
final class ConfigResource {
    private static final String TAG = "configuration";
    private static final String FORMAT = "json, toml or yaml; else Content-Type decides.";

    private final Control control;

    ConfigResource(Control control) {
        this.control = control;
    }

    List<Route> routes() {
        return List.of(
                Route.of("GET", "/config", TAG, "Read the whole configuration", this::read)
                        .query("format", "string", "json, toml or yaml; else Accept decides.")
                        .tagged()
                        .answer(200, "The document.", Route.DOCUMENT_TYPES, "document")
                        .problem(406, "Accept names no format that there is."),
                Route.of(
                                "PUT",
                                "/config",
                                TAG,
                                "Replace the whole configuration at once",
                                this::replace)
                        .write()
                        .ifMatch()
                        .query("format", "string", FORMAT)
                        .query(
                                "dry-run",
                                "boolean",
                                "Change nothing and answer a plan with errors and differences, also"
                                        + " when there are errors.")
                        .takes("The new document.", Route.DOCUMENT_TYPES, "document")
                        .answer(200, "Applied; with dry-run a plan.", "applied-or-plan"),
                Route.of(
                                "POST",
                                "/config/validate",
                                TAG,
                                "Find what is wrong; change nothing",
                                this::validate)
                        .query("format", "string", FORMAT)
                        .takes("The document to try.", Route.DOCUMENT_TYPES, "document")
                        .answer(
                                200,
                                "Errors, and differences to the configuration in force.",
                                "plan"));
    }

    private Reply read(Call call) throws ApiException {
        DocumentFormat format = wanted(call);
        return Snapshot.read(
                control::revision,
                revision -> {
                    String tag = revision + "-" + format.name().toLowerCase(Locale.ROOT);
                    return Conditions.tagged(
                            call.request(), tag, document(control.document(), format));
                });
    }

    private Reply replace(Call call) throws ApiException, IOException {
        if (call.flag("dry-run")) {
            return validate(call);
        }
        DocumentFormat format = call.bodyFormat();
        Document next;
        try {
            next = format.parse(call.bodyText());
        } catch (InvalidConfigException e) {
            throw fault(e.problems());
        }
        Control.Change change = call.change("Replace the configuration");
        Long ifRevision = Conditions.ifRevision(call.request());
        return Changes.reply(control.replace(next, ifRevision, change), "the configuration", null);
    }

    private Reply validate(Call call) throws ApiException, IOException {
        DocumentFormat format = call.bodyFormat();
        try {
            Control.Plan plan = control.plan(format.parse(call.bodyText()));
            return Changes.plan(plan.problems(), plan.differences());
        } catch (InvalidConfigException e) {
            return Changes.plan(e.problems(), List.of());
        }
    }

    /// A document as text of its own media type.
    static Reply document(Document document, DocumentFormat format) {
        return Reply.text(200, format.mediaType() + ";charset=utf-8", format.write(document))
                .with("Vary", "Accept");
    }

    /// Text that is no document at all is 400; a document with faults is 422.
    private static ApiException fault(List<Problem> problems) {
        Problem first = problems.getFirst();
        // Faults of the notation have a position instead of a key.
        boolean unreadable =
                first.object().isEmpty()
                        && (first.key().isEmpty() || first.key().startsWith("line "));
        return unreadable ? ApiException.unreadable(problems) : ApiException.invalid(problems);
    }

    private static DocumentFormat wanted(Call call) throws ApiException {
        String asked = call.query("format");
        if (asked != null) {
            return Call.format(asked);
        }
        String accept = call.request().getHeader("Accept");
        return accept == null ? DocumentFormat.JSON : Accept.pick(accept);
    }
}
