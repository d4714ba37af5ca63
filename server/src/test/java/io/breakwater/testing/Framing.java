package io.breakwater.testing;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a body is delimited (RFC 9112 §6.3).
public enum Framing {
    /// No body.
    NONE,
    /// Content-Length.
    LENGTH,
    /// The chunked coding.
    CHUNKED,
    /// The end of the connection.
    CLOSE;

    static Framing ofResponse(Head head, String method) {
        int status = head.status();
        if (status < 200 || status == 204 || status == 304 || method.equals("HEAD")) {
            return NONE;
        }
        return ofFields(head, CLOSE);
    }

    static Framing ofRequest(Head head) {
        return ofFields(head, NONE);
    }

    private static Framing ofFields(Head head, Framing none) {
        List<String> lengths = head.all("Content-Length");
        @Nullable String coding = head.field("Transfer-Encoding");
        if (coding != null) {
            if (!coding.equals("chunked") || !lengths.isEmpty()) {
                throw new AssertionError("ambiguous framing was sent: " + head);
            }
            return CHUNKED;
        }
        if (lengths.size() > 1) {
            throw new AssertionError("more than one Content-Length was sent: " + head);
        }
        return lengths.isEmpty() ? none : LENGTH;
    }
}
