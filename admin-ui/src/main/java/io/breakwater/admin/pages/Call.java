package io.breakwater.admin.pages;

import io.breakwater.control.Control;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One request to a page.
///
/// @param request the servlet's request
/// @param response for cookies only; pages answer by a [Reply]
/// @param captured what the route's pattern captured
/// @param user who is signed in, empty on open pages
/// @param csrfToken the session's token, empty on open pages
record Call(
        HttpServletRequest request,
        HttpServletResponse response,
        Map<String, String> captured,
        String user,
        String csrfToken) {

    /// A captured path segment.
    String path(String name) {
        return captured.getOrDefault(name, "");
    }

    /// A captured number, or a query or form field that is one.
    ///
    /// @return -1 when it is absent or no number
    long number(String name) {
        String text = captured.containsKey(name) ? path(name) : text(name);
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /// A query or form field with line ends as `\n`.
    ///
    /// @return empty when it is absent
    String text(String name) {
        String value = textOrNull(name);
        return value == null ? "" : value;
    }

    /// A query or form field with line ends as `\n`.
    @Nullable String textOrNull(String name) {
        String value = request.getParameter(name);
        return value == null ? null : unixLines(value);
    }

    /// All values of a field.
    List<String> texts(String name) {
        String[] values = request.getParameterValues(name);
        if (values == null) return List.of();
        List<String> all = new ArrayList<>(values.length);
        for (String value : values) all.add(unixLines(value));
        return all;
    }

    /// Whether the field was sent at all.
    boolean has(String name) {
        return request.getParameter(name) != null;
    }

    /// Whether htmx asks for a fragment.
    boolean wantsFragment() {
        return "true".equals(request.getHeader("HX-Request"));
    }

    /// Who changes and why, from the form's `comment`.
    Control.Change change() {
        return new Control.Change(user, text("comment").strip());
    }

    private static String unixLines(String value) {
        return value.replace("\r\n", "\n").replace('\r', '\n');
    }
}
