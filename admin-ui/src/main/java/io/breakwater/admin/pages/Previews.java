package io.breakwater.admin.pages;

import io.breakwater.control.Control;
import java.util.Map;

/// Error pages and log lines as they would come out, while they are being written.
final class Previews {
    /// The previewed page may have styles and pictures within itself, but no scripts, no forms and
    /// no way to the console it is shown in, and it loads nothing from anywhere.
    private static final String PAGE_POLICY =
            "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:;"
                    + " frame-ancestors 'self'";

    /// Without scripts the line is shown in a frame of the form's page.
    private static final String LINE_POLICY =
            "default-src 'none'; style-src 'self'; script-src 'self'; frame-ancestors 'self'";

    private final Control control;

    Previews(Control control) {
        this.control = control;
    }

    Reply errorPage(Call call) {
        String template = template(call);
        int status = Math.clamp(call.number("preview-status"), 400, 599);
        String html;
        try {
            html = control.previewErrorPage(template.isBlank() ? null : template, status);
        } catch (IllegalArgumentException e) {
            html = fault(String.valueOf(e.getMessage()));
        }
        return new Reply.Raw(
                "text/html; charset=utf-8",
                html,
                Map.of("Content-Security-Policy", PAGE_POLICY, "X-Frame-Options", "SAMEORIGIN"));
    }

    /// What stands in the frame instead of a page whose template is at fault.
    private static String fault(String message) {
        return "<!doctype html><html"
                + " lang=\"en\"><title>Fault</title><style>:root{color-scheme:light"
                + " dark;font:15px/1.5 system-ui,sans-serif}body{margin:1.25rem}p{margin:0 0"
                + " .5rem}code{overflow-wrap:anywhere}</style><p>This template cannot be used"
                + " yet:</p><p><code>"
                + message.replace("&", "&amp;").replace("<", "&lt;")
                + "</code></p></html>";
    }

    /// The template that the form has for the chosen status: its own, its class's, or the general
    /// one.
    private static String template(Call call) {
        String status = String.valueOf(call.number("preview-status"));
        String byClass = status.charAt(0) + "xx";
        String general = call.text("html");
        String ofClass = "";
        for (int row = 0; call.has("status/" + row + "/status"); row++) {
            String of = call.text("status/" + row + "/status").strip();
            String html = call.text("status/" + row + "/html");
            if (html.isBlank()) continue;
            if (of.equals(status)) return html;
            if (of.equals(byClass)) ofClass = html;
        }
        return ofClass.isEmpty() ? general : ofClass;
    }

    Reply logFormat(Call call) {
        String format = call.text("format");
        Control.Preview preview =
                format.isBlank() ? new Control.Preview("", null) : control.previewLogFormat(format);
        if (call.wantsFragment()) return Reply.view("log-line", "Preview", preview);
        call.response().setHeader("Content-Security-Policy", LINE_POLICY);
        return Reply.view("log-preview", "Preview", preview);
    }
}
