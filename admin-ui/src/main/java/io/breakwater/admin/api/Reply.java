package io.breakwater.admin.api;

import io.breakwater.config.Problem;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.HttpStatus;
import org.jspecify.annotations.Nullable;

/// A whole answer. The array is not copied: who makes it gives it away.
///
/// @param status the status, 0 for [#STREAMING]
/// @param type media type of the body, null without one
/// @param body the body, empty without one
/// @param headers further header fields
@SuppressWarnings("ArrayRecordComponent") // never compared
record Reply(int status, @Nullable String type, byte[] body, Map<String, String> headers) {
    /// The answer is written by somebody else, asynchronously.
    static final Reply STREAMING = new Reply(0, null, new byte[0], Map.of());

    static Reply json(int status, Object value) {
        return new Reply(status, "application/json", Json.bytes(value), Map.of());
    }

    static Reply json(Object value) {
        return json(200, value);
    }

    static Reply text(int status, String type, String text) {
        return new Reply(status, type, text.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    static Reply empty(int status) {
        return new Reply(status, null, new byte[0], Map.of());
    }

    static Reply problem(
            int status, String detail, List<Problem> errors, Map<String, Object> members) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", "about:blank");
        body.put("title", HttpStatus.getMessage(status));
        body.put("status", status);
        body.put("detail", detail);
        if (!errors.isEmpty()) {
            body.put("errors", errors);
        }
        body.putAll(members);
        return new Reply(status, "application/problem+json", Json.bytes(body), Map.of());
    }

    Reply with(String name, String value) {
        return with(Map.of(name, value));
    }

    Reply with(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.putAll(more);
        return new Reply(status, type, body, all);
    }

    boolean isStreaming() {
        return status == 0;
    }

    void writeTo(HttpServletResponse response) throws IOException {
        response.setStatus(status);
        headers.forEach(response::setHeader);
        if (type != null) {
            response.setContentType(type);
        }
        if (status != HttpServletResponse.SC_NOT_MODIFIED
                && status != HttpServletResponse.SC_NO_CONTENT) {
            response.setContentLength(body.length);
            response.getOutputStream().write(body);
        }
    }
}
