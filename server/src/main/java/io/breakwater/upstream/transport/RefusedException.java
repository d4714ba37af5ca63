package io.breakwater.upstream.transport;

import java.io.IOException;
import java.io.Serial;

/// The node refused the request before it did anything with it (RFC 9113 §8.7), and not for the
/// first time. Any request may be sent again, to another node.
public final class RefusedException extends IOException {
    @Serial private static final long serialVersionUID = 1L;

    RefusedException(String why) {
        super(why);
    }
}
