package io.breakwater.upstream.transport;

import java.io.Serial;
import java.security.cert.CertificateException;
import org.jspecify.annotations.Nullable;

/// A node's certificate is not good. The message says why, in words.
final class RefusedCertificateException extends CertificateException {
    @Serial private static final long serialVersionUID = 1L;

    RefusedCertificateException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
