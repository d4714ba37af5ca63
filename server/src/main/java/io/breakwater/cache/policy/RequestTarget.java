package io.breakwater.cache.policy;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The URI of a request.
///
/// @param scheme `http` or `https`
/// @param host lower case, IPv6 without brackets
/// @param port the port, -1 for the scheme's own
/// @param pathAndQuery starts with `/`
public record RequestTarget(String scheme, String host, int port, String pathAndQuery) {
    /// Makes the scheme's own port -1.
    public RequestTarget {
        if (port == defaultPort(scheme)) port = -1;
    }

    static int defaultPort(String scheme) {
        return switch (scheme) {
            case "http" -> 80;
            case "https" -> 443;
            default -> -1;
        };
    }

    /// What a reference in a field of the response means (RFC 3986 §5).
    ///
    /// @param reference the value of Location or Content-Location, null for an absent field
    /// @return null when it is absent, not readable, or of another origin (RFC 9111 §4.4: a server
    ///   must not be able to invalidate what is not its own)
    public @Nullable RequestTarget sameOrigin(@Nullable String reference) {
        if (reference == null) return null;
        URI uri;
        try {
            uri = new URI(scheme, null, urlHost(), port, "/", null, null).resolve(pathAndQuery);
            uri = uri.resolve(new URI(reference.strip()));
        } catch (URISyntaxException | IllegalArgumentException e) {
            return null; // what no URI is names nothing that could be stored
        }
        if (uri.getScheme() == null || uri.getHost() == null || uri.getRawUserInfo() != null)
            return null;
        String path =
                uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String named = uri.getHost().toLowerCase(Locale.ROOT);
        RequestTarget target =
                new RequestTarget(
                        uri.getScheme().toLowerCase(Locale.ROOT),
                        named.startsWith("[") ? named.substring(1, named.length() - 1) : named,
                        uri.getPort(),
                        uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery());
        boolean same =
                target.scheme.equals(scheme) && target.host.equals(host) && target.port == port;
        return same ? target : null;
    }

    private String urlHost() {
        return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    }
}
