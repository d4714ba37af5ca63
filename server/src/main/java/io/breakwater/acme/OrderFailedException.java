package io.breakwater.acme;

import io.breakwater.control.CertificateOrder.Part;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An order has failed; the message says why, for people.
final class OrderFailedException extends Exception {
    private static final long serialVersionUID = 1;

    private final Part part;
    private final transient @Nullable Instant notBefore;

    /// @param part what failed
    /// @param message why
    /// @param notBefore when the authority may be asked again, null when it has not said
    /// @param cause null for none
    OrderFailedException(
            Part part, String message, @Nullable Instant notBefore, @Nullable Throwable cause) {
        super(message, cause);
        this.part = part;
        this.notBefore = notBefore;
    }

    OrderFailedException(Part part, String message) {
        this(part, message, null, null);
    }

    Part part() {
        return part;
    }

    @Nullable Instant notBefore() {
        return notBefore;
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
