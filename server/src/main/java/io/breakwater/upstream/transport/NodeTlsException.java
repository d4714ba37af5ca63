package io.breakwater.upstream.transport;

import java.io.EOFException;
import java.io.Serial;
import javax.net.ssl.SSLException;

/// TLS with a node does not work out: its certificate is not good, it does not want ours, or it
/// does not speak TLS as we do. The message says it in words.
public final class NodeTlsException extends SSLException {
    @Serial private static final long serialVersionUID = 1L;

    private NodeTlsException(String message, Throwable cause) {
        super(message, cause);
    }

    /// Finds words for a failure.
    ///
    /// @param failure what was thrown
    /// @return the failure itself when it is one already
    static NodeTlsException of(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof NodeTlsException told) return told;
            if (at instanceof RefusedCertificateException refused)
                return new NodeTlsException(refused.getMessage(), failure);
        }
        return new NodeTlsException("TLS failed: " + words(failure), failure);
    }

    private static String words(Throwable failure) {
        String message = failure.getMessage();
        if (failure instanceof EOFException || message == null) return "closed by the node";
        if (message.contains("unrecognized SSL message")) return "the node does not speak TLS";
        String alert = "fatal alert: ";
        int at = message.indexOf(alert);
        return at < 0 ? message : "the node says " + message.substring(at + alert.length());
    }
}
