package io.breakwater.admin.api;

import io.breakwater.config.Problem;
import java.io.Serial;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A request that gets an RFC 9457 problem for an answer.
final class ApiException extends Exception {
    @Serial private static final long serialVersionUID = 1L;

    private final int status;
    private final transient List<Problem> errors;
    private final transient Map<String, Object> members = new LinkedHashMap<>();
    private final transient Map<String, String> headers = new LinkedHashMap<>();

    ApiException(int status, String detail) {
        this(status, detail, List.of());
    }

    ApiException(int status, String detail, List<Problem> errors) {
        // Expected: no stack trace.
        super(detail, null, false, false);
        this.status = status;
        this.errors = List.copyOf(errors);
    }

    static ApiException badRequest(String detail) {
        return new ApiException(400, detail);
    }

    /// A body that is not in its notation.
    static ApiException unreadable(List<Problem> errors) {
        return new ApiException(400, "the body cannot be read: " + errors.getFirst(), errors);
    }

    static ApiException notFound(String detail) {
        return new ApiException(404, detail);
    }

    static ApiException invalid(List<Problem> errors) {
        String detail =
                errors.size() == 1
                        ? errors.getFirst().toString()
                        : errors.size() + " faults, all listed in errors";
        return new ApiException(422, detail, errors);
    }

    static ApiException invalidField(String key, @Nullable String value, String expected) {
        return invalid(List.of(new Problem("", key, value, expected)));
    }

    ApiException with(String member, Object value) {
        members.put(member, value);
        return this;
    }

    ApiException withHeader(String name, String value) {
        headers.put(name, value);
        return this;
    }

    int status() {
        return status;
    }

    Reply reply() {
        return Reply.problem(status, String.valueOf(getMessage()), errors, members).with(headers);
    }
}
