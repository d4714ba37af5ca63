package io.breakwater.admin.security;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Every request's first stop: puts the response headers and, on a loopback address, refuses
/// requests for other hosts. Without that check a page from anywhere could reach the console of the
/// machine it is shown on, by a name of its own that resolves to 127.0.0.1 (DNS rebinding). Targets
/// that could be read in two ways are refused here too.
public final class FrontHandler extends Handler.Wrapper {
    /// What may stand in a target: beside RFC 3986 encoded slashes and percent signs, which
    /// addresses of nodes have in them. Elsewhere the handler refuses them: who looks at a path
    /// before it is split must not see another one than who looks later.
    public static final UriCompliance URIS =
            UriCompliance.DEFAULT.with(
                    "console",
                    UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR,
                    UriCompliance.Violation.AMBIGUOUS_PATH_ENCODING);

    private static final Pattern NODE =
            Pattern.compile("/api/v1/upstreams/[^/%]+/nodes/[^/]+/[a-z]+");
    private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

    private final boolean guarded;
    private final String consoleAuthority;

    /// Makes the handler.
    ///
    /// @param address the listening address
    /// @param consoleUrl the console's URL as configured, whose host is accepted too
    /// @param next what follows
    public FrontHandler(InetSocketAddress address, String consoleUrl, Handler next) {
        super(next);
        InetAddress host = address.getAddress();
        this.guarded = host != null && host.isLoopbackAddress();
        this.consoleAuthority = authority(consoleUrl);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        ResponseHeaders.addTo(response.getHeaders());
        if (guarded && !isOwnHost(request.getHttpURI())) {
            PlainErrors.answer(
                    response,
                    HttpStatus.MISDIRECTED_REQUEST_421,
                    "the console answers to localhost, 127.0.0.1, [::1] and its configured address",
                    callback);
            return true;
        }
        HttpURI uri = request.getHttpURI();
        if (uri.isAmbiguous() && !NODE.matcher(uri.getCanonicalPath()).matches()) {
            PlainErrors.answer(
                    response,
                    HttpStatus.BAD_REQUEST_400,
                    "encoded slashes and percent signs belong into addresses of nodes only",
                    callback);
            return true;
        }
        return super.handle(request, response, callback);
    }

    /// Loopback names pass with any port, as a tunnel (`ssh -L`) changes the port: no other site
    /// can have such a name.
    private boolean isOwnHost(HttpURI uri) {
        String host = uri.getHost();
        if (host == null) {
            return false;
        }
        String name = host.toLowerCase(Locale.ROOT);
        return LOOPBACK_NAMES.contains(name)
                || LOOPBACK_NAMES.contains("[" + name + "]")
                || uri.getAuthority().toLowerCase(Locale.ROOT).equals(consoleAuthority);
    }

    private static String authority(String url) {
        String authority = URI.create(url).getRawAuthority();
        return authority == null ? "" : authority.toLowerCase(Locale.ROOT);
    }
}
