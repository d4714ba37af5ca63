package io.breakwater.exchange;

import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What routing, conditions and variables read of a request. Implemented by `Exchange` and by the
/// route tester's samples. Reads are cheap, may be repeated, and happen on the thread that runs the
/// exchange.
public interface RequestHead {
    /// The request method as sent, for example `GET`.
    ///
    /// @return the method
    String method();

    /// `http` or `https`.
    ///
    /// @return the scheme the client used
    String scheme();

    /// Host without port, lower case, IPv6 without brackets; empty when the request has none.
    ///
    /// @return the host
    String host();

    /// The path after normalisation and percent-decoding, which is what locations match. Starts
    /// with `/`.
    ///
    /// @return the decoded path
    String path();

    /// The path after normalisation, still percent-encoded: what an upstream gets unless it is
    /// rewritten.
    ///
    /// @return the encoded path
    String encodedPath();

    /// The raw query without `?`.
    ///
    /// @return the query, null when there is no `?`
    @Nullable String query();

    /// The path and query as the client sent them.
    ///
    /// @return the raw request target in origin form
    String uri();

    /// The peer's address, literal.
    ///
    /// @return the address without port
    String remoteAddr();

    /// The peer's port.
    ///
    /// @return 0 to 65535
    int remotePort();

    /// The client's address: the peer's, or the one that trusted proxies vouch for.
    ///
    /// @return the address without port
    String clientIp();

    /// The address the connection was accepted on.
    ///
    /// @return the address without port
    String serverAddr();

    /// The port the connection was accepted on.
    ///
    /// @return 1 to 65535
    int serverPort();

    /// The id of this request: 32 hexadecimal digits.
    ///
    /// @return always the same for one request
    String requestId();

    /// The first value of a field.
    ///
    /// @param name field name, any case
    /// @return the value, null when absent
    @Nullable String header(String name);

    /// The value of a cookie.
    ///
    /// @param name cookie name, exact
    /// @return the value, null when absent
    @Nullable String cookie(String name);

    /// The first value of a query parameter, percent-decoded.
    ///
    /// @param name parameter name, exact
    /// @return the value (empty for `?name`), null when absent
    @Nullable String argument(String name);

    /// A named capture of the matched host, path or rewrite pattern.
    ///
    /// @param name capture name
    /// @return the captured text, null when there is none
    @Nullable String capture(String name);

    /// The negotiated TLS version such as `TLSv1.3`.
    ///
    /// @return the version, null on plain connections
    @Nullable String tlsVersion();

    /// The server name of the TLS handshake.
    ///
    /// @return the name, null when there was none
    @Nullable String tlsSni();

    /// The certificate that the client has shown and that was verified, and those between it and
    /// its authority.
    ///
    /// @return its own first; empty without one
    default List<X509Certificate> clientCertificates() {
        return List.of();
    }
}
