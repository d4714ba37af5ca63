package io.breakwater.admin.pages;

import java.util.Map;

/// What a page answers.
sealed interface Reply {
    /// A whole page in the common frame, or without one when the template has none.
    ///
    /// @param status HTTP status
    /// @param template template name
    /// @param title what stands in the browser's title
    /// @param view the template's `view`
    record View(int status, String template, String title, Object view) implements Reply {}

    /// A redirection after a POST.
    ///
    /// @param to path and query on this console
    record Redirect(String to) implements Reply {}

    /// Any other answer.
    ///
    /// @param contentType media type with charset
    /// @param body the text
    /// @param headers further fields; they replace those set before
    record Raw(String contentType, String body, Map<String, String> headers) implements Reply {}

    /// There is no such thing.
    ///
    /// @param what what was looked for, in words
    record Missing(String what) implements Reply {}

    /// A page with status 200.
    static Reply view(String template, String title, Object view) {
        return new View(200, template, title, view);
    }
}
