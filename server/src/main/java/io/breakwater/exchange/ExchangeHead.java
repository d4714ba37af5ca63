package io.breakwater.exchange;

import io.breakwater.exchange.LocationPlan.RouteMatch;
import io.breakwater.tls.ServerTls;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.URIUtil;
import org.jspecify.annotations.Nullable;

/// The part of an [Exchange] that says what was asked and what it means: written by admit and
/// route, read by all.
public abstract class ExchangeHead implements ExchangeView {
    private final Request request;
    private final Response response;
    private final ServerPlan server;
    private final ClientConnection connection;
    private final boolean connectionReused;
    private @Nullable String requestId;

    // Written by admit.
    private String host = "";
    private String path = "/";
    private int port = -1;
    private String askedPath = "/";
    private String encodedPath = "/";
    private @Nullable String query;
    private String clientIp;
    private String scheme;
    private boolean peerTrusted;

    // Written by route.
    private @Nullable LocationPlan location;
    private Map<String, String> captures = Map.of();
    private Map<String, String> rewriteCaptures = Map.of();
    private @Nullable String upstreamName;
    private @Nullable GrpcWeb grpcWeb;

    // Written by tunnel; relay may take it back.
    private @Nullable Upgrade upgrade;

    /// Takes the request.
    ///
    /// @param request the request
    /// @param response the response
    /// @param server the compiled server
    /// @param connection the client's connection
    ExchangeHead(
            Request request, Response response, ServerPlan server, ClientConnection connection) {
        this.request = request;
        this.response = response;
        this.server = server;
        this.connection = connection;
        this.connectionReused = connection.beginRequest() > 1;
        this.clientIp = connection.peerAddress();
        this.scheme = request.isSecure() ? "https" : "http";
    }

    /// Written by admit: what the request asks for, normalised.
    ///
    /// @param host host without port, lower case
    /// @param port port of the authority, -1 for none
    /// @param path decoded path
    /// @param encodedPath encoded path
    public void admitted(String host, int port, String path, String encodedPath) {
        this.host = host;
        this.port = port;
        this.path = path;
        this.askedPath = encodedPath;
        this.encodedPath = encodedPath;
        this.query = request.getHttpURI().getQuery();
    }

    /// Written by admit when the peer is a trusted proxy.
    ///
    /// @param clientIp the client's address it vouches for
    /// @param scheme the scheme it vouches for
    public void vouchedFor(String clientIp, String scheme) {
        this.clientIp = clientIp;
        this.scheme = scheme;
        this.peerTrusted = true;
    }

    /// Written by route.
    ///
    /// @param match the match
    public void routed(RouteMatch match) {
        this.location = match.location();
        this.captures = match.captures();
        if (match.location().config().grpcWeb())
            grpcWeb = GrpcWeb.of(method(), request.getHeaders());
    }

    /// Written by route: the outcome of the rewrite rules.
    ///
    /// @param result the rewritten target
    public void rewritten(PathRewrite.Result result) {
        this.encodedPath = result.encodedPath();
        this.rewriteCaptures = result.captures();
        if (result.dropQuery()) query = null;
        String own = result.query();
        if (own != null) query = query == null ? own : own + "&" + query;
    }

    /// Takes over what admit and route have written.
    ///
    /// @param other an exchange of the same server
    void like(ExchangeHead other) {
        host = other.host;
        port = other.port;
        path = other.path;
        askedPath = other.askedPath;
        encodedPath = other.encodedPath;
        query = other.query;
        clientIp = other.clientIp;
        scheme = other.scheme;
        peerTrusted = other.peerTrusted;
        location = other.location;
        captures = other.captures;
        rewriteCaptures = other.rewriteCaptures;
        requestId = other.requestId();
    }

    /// Written by tunnel, and by relay where the upstream cannot do it.
    ///
    /// @param wanted what the client asks for and may have; null for nothing
    public void upgrade(@Nullable Upgrade wanted) {
        this.upgrade = wanted;
    }

    /// What the client wants to change to.
    ///
    /// @return null for an ordinary request
    public @Nullable Upgrade upgrade() {
        return upgrade;
    }

    /// Written by relay.
    ///
    /// @param name the upstream's name
    public void upstream(String name) {
        this.upstreamName = name;
    }

    /// The request.
    ///
    /// @return Jetty's request
    public Request request() {
        return request;
    }

    /// The response.
    ///
    /// @return Jetty's response
    public Response response() {
        return response;
    }

    /// The compiled server.
    ///
    /// @return the server
    public ServerPlan server() {
        return server;
    }

    /// The matched location.
    ///
    /// @return the location
    /// @throws IllegalStateException before routing
    public LocationPlan location() {
        LocationPlan found = location;
        if (found == null) throw new IllegalStateException("not routed");
        return found;
    }

    /// The call of gRPC-Web that is translated.
    ///
    /// @return null when it is none, or its location does not translate
    public @Nullable GrpcWeb grpcWeb() {
        return upgrade == null ? grpcWeb : null;
    }

    /// Whether the peer's forwarding fields are believed.
    ///
    /// @return true for trusted proxies
    public boolean isPeerTrusted() {
        return peerTrusted;
    }

    /// The client's connection.
    ///
    /// @return the connection
    public ClientConnection connection() {
        return connection;
    }

    @Override
    public String method() {
        return request.getMethod();
    }

    /// The port that the request names.
    ///
    /// @return -1 when it names none
    public int port() {
        return port;
    }

    /// The encoded path that was asked for, normalised and not rewritten.
    ///
    /// @return the path
    public String askedPath() {
        return askedPath;
    }

    @Override
    public String scheme() {
        return scheme;
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public String encodedPath() {
        return encodedPath;
    }

    @Override
    public @Nullable String query() {
        return query;
    }

    @Override
    public String uri() {
        return request.getHttpURI().getPathQuery();
    }

    @Override
    public String remoteAddr() {
        return connection.peerAddress();
    }

    @Override
    public int remotePort() {
        return connection.peerPort();
    }

    @Override
    public String clientIp() {
        return clientIp;
    }

    @Override
    public String serverAddr() {
        return connection.localAddress();
    }

    @Override
    public int serverPort() {
        return connection.localPort();
    }

    @Override
    public String requestId() {
        String id = requestId;
        if (id == null) {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            id = hex(random.nextLong()) + hex(random.nextLong());
            requestId = id;
        }
        return id;
    }

    private static String hex(long value) {
        String digits = Long.toHexString(value);
        return "0".repeat(16 - digits.length()) + digits;
    }

    @Override
    public @Nullable String header(String name) {
        return request.getHeaders().get(name);
    }

    @Override
    public @Nullable String cookie(String name) {
        return Cookies.find(request.getHeaders(), name);
    }

    @Override
    public @Nullable String argument(String name) {
        String text = request.getHttpURI().getQuery();
        if (text == null) return null;
        int at = 0;
        while (at <= text.length()) {
            int end = text.indexOf('&', at);
            if (end < 0) end = text.length();
            int equals = text.indexOf('=', at);
            int nameEnd = equals >= 0 && equals < end ? equals : end;
            if (text.substring(at, nameEnd).equals(name)
                    || decoded(text.substring(at, nameEnd)).equals(name))
                return nameEnd == end ? "" : decoded(text.substring(nameEnd + 1, end));
            at = end + 1;
        }
        return null;
    }

    private static String decoded(String text) {
        try {
            return URIUtil.decodePath(text.replace('+', ' ').replace(";", "%3B"));
        } catch (IllegalArgumentException e) {
            return text; // not valid percent-encoding: taken as it stands
        }
    }

    @Override
    public @Nullable String capture(String name) {
        String value = rewriteCaptures.get(name);
        return value != null ? value : captures.get(name);
    }

    @Override
    public @Nullable String tlsVersion() {
        EndPoint.SslSessionData tls = tls();
        if (tls != null && tls.sslSession() != null) return tls.sslSession().getProtocol();
        // RFC 9001 §4.2: QUIC has no other, and its library does not tell more.
        return request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_3
                ? "TLSv1.3"
                : null;
    }

    @Override
    public @Nullable String tlsSni() {
        EndPoint.SslSessionData tls = tls();
        return tls == null ? null : ServerTls.host(tls.sslSession());
    }

    @Override
    public @Nullable String tlsCipher() {
        EndPoint.SslSessionData tls = tls();
        return tls == null ? null : tls.cipherSuite();
    }

    @Override
    public List<X509Certificate> clientCertificates() {
        EndPoint.SslSessionData tls = tls();
        X509Certificate[] chain = tls == null ? null : tls.peerCertificates();
        return chain == null ? List.of() : List.of(chain);
    }

    private EndPoint.@Nullable SslSessionData tls() {
        if (!request.isSecure()) return null;
        // An inner exchange has a connection of its own, without an end point.
        Connection of = request.getConnectionMetaData().getConnection();
        EndPoint endPoint = of == null ? null : of.getEndPoint();
        return endPoint == null ? null : endPoint.getSslSessionData();
    }

    @Override
    public String protocol() {
        HttpVersion version = request.getConnectionMetaData().getHttpVersion();
        return version.asString();
    }

    @Override
    public @Nullable String responseHeader(String name) {
        return response.getHeaders().get(name);
    }

    @Override
    public String serverName() {
        return server.config().name();
    }

    @Override
    public @Nullable String locationName() {
        return location == null ? null : location.config().name();
    }

    @Override
    public @Nullable String upstreamName() {
        return upstreamName;
    }

    @Override
    public long connectionId() {
        return connection.number();
    }

    @Override
    public boolean connectionReused() {
        return connectionReused;
    }
}
