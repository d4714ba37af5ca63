package io.breakwater.upstream.transport;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/// What is sent to a node.
///
/// @param method the method, sent as it is
/// @param target path and query, sent as they are
/// @param fields the fields; Content-Length and Transfer-Encoding among them are replaced by what
///   the body needs
/// @param body the body, null for none
/// @param fresh whether only a new connection will do, not a kept one
/// @param expecting whether the body waits for [NodeExchange#proceed] (RFC 9110 §10.1.1)
/// @param hop whom it is from, for a connection that begins with a PROXY header; null for
///   Breakwater itself
public record OutgoingRequest(
        String method,
        String target,
        HttpFields fields,
        @Nullable OutgoingBody body,
        boolean fresh,
        boolean expecting,
        @Nullable Hop hop) {
    /// Whether sending it twice is the same as sending it once (RFC 9110 §9.2.2).
    ///
    /// @return true for the methods of which the RFC says so
    public boolean isIdempotent() {
        return isIdempotent(method);
    }

    /// Whether it asks for another protocol on its connection (RFC 9110 §7.8), which takes
    /// HTTP/1.1.
    ///
    /// @return true when it has a field Upgrade
    boolean asksForUpgrade() {
        return fields.contains(HttpHeader.UPGRADE);
    }

    /// Whether its method gives a body a meaning, so that none is a statement (RFC 9110 §8.6).
    ///
    /// @return true for POST, PUT and PATCH
    boolean takesBody() {
        return switch (method) {
            case "POST", "PUT", "PATCH" -> true;
            default -> false;
        };
    }

    /// Whether doing it twice is the same as doing it once (RFC 9110 §9.2.2).
    ///
    /// @param method a method
    /// @return true for the methods of which the RFC says so
    public static boolean isIdempotent(String method) {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE" -> true;
            default -> false;
        };
    }
}
