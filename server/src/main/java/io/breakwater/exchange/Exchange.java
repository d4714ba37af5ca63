package io.breakwater.exchange;

import io.breakwater.exchange.LocationPlan.RouteMatch;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.URIUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One request and its response, from admission to its one end.
///
/// Each part is written by one phase: the constructor and [#admitted] by admit, [#routed] by route,
/// attempts by relay. The phases of one exchange may run on several threads, one after the other;
/// the end may be decided by several at once (answer complete, client gone, deadline), of which the
/// first wins.
///
/// **The end.** [#finish] takes the exchange out of flight, logs and counts it, exactly once.
/// Whoever finishes then completes the server's callback; nothing may touch request or response
/// after that.
public final class Exchange implements ExchangeView {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
    private static final VarHandle FINISHED;

    /// No deadline.
    private static final long NEVER = Long.MAX_VALUE;

    /// An exchange that waits longer than this has its client watched for leaving, nanoseconds.
    private static final long WATCH_AFTER_NANOS = 200_000_000L;

    static {
        try {
            FINISHED =
                    MethodHandles.lookup().findVarHandle(Exchange.class, "finished", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Request request;
    private final Response response;
    private final Callback callback;
    private final ServerPlan server;
    private final ClientConnection connection;
    private final InFlight inFlight;
    private final RequestLog figures;
    private final long startNanos;
    private final long startMillis;
    private final boolean connectionReused;
    private @Nullable String requestId;

    // Written by admit.
    private String host = "";
    private String path = "/";
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

    // Written by relay. The list is small and only grows; it is read after the end.
    private final List<Attempt> attempts = new ArrayList<>(1);
    private volatile @Nullable Runnable onExpire;
    private volatile long totalDeadline = NEVER;
    private volatile long requestDeadline = NEVER;
    private volatile long responseDeadline = NEVER;
    private volatile ErrorKind requestDeadlineKind = ErrorKind.BODY_TIMEOUT;
    private volatile ErrorKind responseDeadlineKind = ErrorKind.RESPONSE_TIMEOUT;
    private volatile @Nullable ErrorKind expired;
    private boolean watched;

    private volatile long requestBodyBytes;
    private volatile long responseBodyBytes;
    private int status;
    private @Nullable ErrorKind failure;
    private @Nullable Runnable release;
    private long latencyNanos;

    @SuppressWarnings("unused") // through FINISHED
    private volatile boolean finished;

    // Of InFlight, under its stripe's lock.
    @Nullable Exchange next;
    @Nullable Exchange previous;

    /// Makes the exchange and puts it in flight.
    ///
    /// @param request the request
    /// @param response the response
    /// @param callback to complete once
    /// @param server the compiled server, read once from the snapshot
    /// @param connection the client's connection
    /// @param reports in-flight registry and figures
    public Exchange(
            Request request,
            Response response,
            Callback callback,
            ServerPlan server,
            ClientConnection connection,
            Reports reports) {
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.server = server;
        this.connection = connection;
        this.inFlight = reports.inFlight();
        this.figures = reports.figures();
        this.startNanos = request.getBeginNanoTime();
        this.startMillis = System.currentTimeMillis();
        this.connectionReused = connection.beginRequest() > 1;
        this.clientIp = connection.peerAddress();
        this.scheme = request.isSecure() ? "https" : "http";
        inFlight.add(this);
    }

    /// Where an exchange reports itself.
    ///
    /// @param inFlight the registry
    /// @param figures counts every finished exchange
    public record Reports(InFlight inFlight, RequestLog figures) {}

    /// Written by admit: what the request asks for, normalised.
    ///
    /// @param host host without port, lower case
    /// @param path decoded path
    /// @param encodedPath encoded path
    public void admitted(String host, String path, String encodedPath) {
        this.host = host;
        this.path = path;
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
        var timeout = match.location().config().timeout();
        if (timeout != null) totalDeadline = System.nanoTime() + timeout.toNanos();
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

    Object listener() {
        return connection.listener();
    }

    // ---- bytes and attempts

    /// Counts request body bytes. One thread at a time.
    ///
    /// @param bytes how many
    /// @return the sum
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    public long countRequestBytes(int bytes) {
        return requestBodyBytes += bytes;
    }

    /// Counts response body bytes. One thread at a time.
    ///
    /// @param bytes how many
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    public void countResponseBytes(int bytes) {
        responseBodyBytes += bytes;
    }

    /// Notes an attempt that ended.
    ///
    /// @param attempt the attempt
    public void attempt(Attempt attempt) {
        synchronized (attempts) {
            attempts.add(attempt);
        }
    }

    // ---- deadlines

    /// Who is told of a passed deadline; it must end the exchange through [#expiredKind].
    ///
    /// @param action runs on the watchdog's thread; must not block
    public void onExpire(Runnable action) {
        this.onExpire = action;
    }

    /// Sets the deadline of the request's direction.
    ///
    /// @param kind what it means
    /// @param nanos from now
    public void requestDeadline(ErrorKind kind, long nanos) {
        requestDeadlineKind = kind;
        requestDeadline = System.nanoTime() + nanos;
    }

    /// Sets the deadline of the response's direction.
    ///
    /// @param kind what it means
    /// @param nanos from now
    public void responseDeadline(ErrorKind kind, long nanos) {
        responseDeadlineKind = kind;
        responseDeadline = System.nanoTime() + nanos;
    }

    /// Takes the deadline of the request's direction away.
    public void clearRequestDeadline() {
        requestDeadline = NEVER;
    }

    /// Takes the deadline of the response's direction away.
    public void clearResponseDeadline() {
        responseDeadline = NEVER;
    }

    /// The deadline that passed.
    ///
    /// @return its kind, null when none did
    public @Nullable ErrorKind expiredKind() {
        return expired;
    }

    boolean isDue(long now) {
        if (!watched && now - startNanos > WATCH_AFTER_NANOS) return true;
        return passed(totalDeadline, now)
                || passed(requestDeadline, now)
                || passed(responseDeadline, now);
    }

    private static boolean passed(long deadline, long now) {
        return deadline != NEVER && now - deadline >= 0;
    }

    void expire(long now) {
        if (!watched && now - startNanos > WATCH_AFTER_NANOS) {
            watched = true;
            connection.watch(this);
        }
        ErrorKind kind;
        if (passed(totalDeadline, now)) kind = ErrorKind.EXCHANGE_TIMEOUT;
        else if (passed(requestDeadline, now)) kind = requestDeadlineKind;
        else if (passed(responseDeadline, now)) kind = responseDeadlineKind;
        else return;
        totalDeadline = NEVER;
        requestDeadline = NEVER;
        responseDeadline = NEVER;
        endBy(kind);
    }

    /// The client closed its connection while it waited. May be called by any thread.
    public void clientLeft() {
        endBy(ErrorKind.CLIENT_LEFT);
    }

    private void endBy(ErrorKind kind) {
        Runnable action = onExpire;
        if (action == null || finished) return;
        if (expired == null) expired = kind;
        action.run();
    }

    // ---- the end

    /// Something to give back at the end, such as a permit.
    ///
    /// @param action runs once in [#finish]
    public void onFinish(Runnable action) {
        Runnable before = release;
        release =
                before == null
                        ? action
                        : () -> {
                            before.run();
                            action.run();
                        };
    }

    /// Ends the exchange: out of flight, permits given back, logged and counted. The caller then
    /// completes the callback.
    ///
    /// @param kind why it failed, null when it did not
    /// @return false when it had ended before; then the caller leaves everything alone
    public boolean finish(@Nullable ErrorKind kind) {
        if (!FINISHED.compareAndSet(this, false, true)) return false;
        failure = kind;
        latencyNanos = System.nanoTime() - startNanos;
        status =
                response.isCommitted()
                        ? response.getStatus()
                        : kind == null ? response.getStatus() : kind.status();
        if (kind == ErrorKind.CLIENT_LEFT && !response.isCommitted()) status = 499;
        inFlight.remove(this);
        connection.endRequest();
        try {
            if (release != null) release.run();
            server.log().log(this);
            figures.log(this);
        } catch (RuntimeException e) {
            LOG.error("request {} could not be reported", requestId(), e);
        }
        return true;
    }

    /// Whether the end has come.
    ///
    /// @return true after [#finish]
    public boolean isFinished() {
        return finished;
    }

    /// Sends a whole local answer and ends the exchange with it.
    ///
    /// @param body the body, may be empty; not sent for HEAD
    /// @param kind why it is an error answer, null when it is none
    public void answer(ByteBuffer body, @Nullable ErrorKind kind) {
        int length = body.remaining();
        HttpFields.Mutable fields = response.getHeaders();
        int code = response.getStatus();
        boolean bodiless = code == 204 || code == 304;
        if (!bodiless) fields.put(HttpHeader.CONTENT_LENGTH, length);
        if (!fields.contains(HttpHeader.DATE)) fields.add(date());
        closeWhenDue(fields);
        boolean head = "HEAD".equals(request.getMethod());
        if (bodiless || head) body.position(body.limit());
        else countResponseBytes(length);
        clearResponseDeadline();
        responseDeadline(ErrorKind.CLIENT_TOO_SLOW, server.config().idleTimeout().toNanos());
        response.write(true, body, new AnswerCallback(kind));
    }

    /// Answers with an error page, or breaks off when an answer has begun.
    ///
    /// @param kind what failed
    /// @param detail for the log, null for none
    public void fail(ErrorKind kind, @Nullable String detail) {
        if (finished) return;
        logFailure(kind, detail);
        if (response.isCommitted()
                || kind == ErrorKind.CLIENT_LEFT
                || kind == ErrorKind.CLIENT_TOO_SLOW) {
            if (finish(kind))
                callback.failed(
                        new ProxyException(kind, detail == null ? kind.code() : detail, null));
            return;
        }
        response.reset();
        response.setStatus(kind.status());
        ErrorRenderer.Body page =
                server.errors()
                        .render(
                                this,
                                requestId(),
                                kind.status(),
                                request.getHeaders().get(HttpHeader.ACCEPT));
        HttpFields.Mutable fields = response.getHeaders();
        fields.put(HttpHeader.CONTENT_TYPE, page.contentType());
        fields.put("X-Request-Id", requestId());
        if (kind == ErrorKind.METHOD_REFUSED)
            fields.put(HttpHeader.ALLOW, "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
        if (kind.status() == 503) fields.put(HttpHeader.RETRY_AFTER, "1");
        if (kind == ErrorKind.BODY_TIMEOUT
                || kind == ErrorKind.BODY_TOO_LARGE
                || kind.status() == 400) fields.put(HttpHeader.CONNECTION, "close");
        answer(ByteBuffer.wrap(page.bytes()), kind);
    }

    /// Writes the log line of a failure, if there is something to say beyond the access log.
    ///
    /// @param kind what failed
    /// @param detail the details, null for none
    public void logFailure(ErrorKind kind, @Nullable String detail) {
        if (detail == null && kind != ErrorKind.INTERNAL) return;
        String where = server.config().name();
        if (kind.side() == ErrorKind.Side.CLIENT)
            LOG.debug(
                    "{} {} {}: {} ({})",
                    where,
                    requestId(),
                    request.getMethod(),
                    kind.code(),
                    detail);
        else
            LOG.warn(
                    "{} {} {} {}: {} ({})",
                    where,
                    requestId(),
                    request.getMethod(),
                    path,
                    kind.code(),
                    detail);
    }

    /// Completes the callback of an exchange that [#finish] just ended.
    ///
    /// @param broken null after a whole answer, otherwise why the connection must be broken off
    public void complete(@Nullable Throwable broken) {
        if (broken == null) callback.succeeded();
        else callback.failed(broken);
    }

    /// Adds `Connection: close` when the connection has had its number of requests.
    ///
    /// @param fields the response's fields
    public void closeWhenDue(HttpFields.Mutable fields) {
        int most = server.config().keepAliveRequests();
        if (most > 0
                && request.getConnectionMetaData().getHttpVersion().getVersion() <= 11
                && request.getConnectionMetaData().getConnection().getMessagesIn() >= most)
            fields.put(HttpHeader.CONNECTION, "close");
    }

    /// The present Date field.
    ///
    /// @return cached for a second
    public HttpField date() {
        return request.getConnectionMetaData().getConnector().getServer().getDateField();
    }

    // ---- RequestHead and ExchangeView

    @Override
    public String method() {
        return request.getMethod();
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
        return tls == null ? null : tls.sslSession().getProtocol();
    }

    @Override
    public @Nullable String tlsSni() {
        return null;
    }

    @Override
    public @Nullable String tlsCipher() {
        EndPoint.SslSessionData tls = tls();
        return tls == null ? null : tls.cipherSuite();
    }

    private EndPoint.@Nullable SslSessionData tls() {
        return request.isSecure()
                ? (EndPoint.SslSessionData) request.getAttribute(EndPoint.SslSessionData.ATTRIBUTE)
                : null;
    }

    @Override
    public String protocol() {
        HttpVersion version = request.getConnectionMetaData().getHttpVersion();
        return version.asString();
    }

    @Override
    public long startMillis() {
        return startMillis;
    }

    @Override
    public long latencyNanos() {
        return latencyNanos;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public long requestBodyBytes() {
        return requestBodyBytes;
    }

    @Override
    public long responseBodyBytes() {
        return responseBodyBytes;
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
    public @Nullable String cacheStatus() {
        return null;
    }

    @Override
    public @Nullable String reason() {
        return failure == null ? null : failure.code();
    }

    @Override
    public List<Attempt> attempts() {
        synchronized (attempts) {
            return List.copyOf(attempts);
        }
    }

    @Override
    public long connectionId() {
        return connection.number();
    }

    @Override
    public boolean connectionReused() {
        return connectionReused;
    }

    private final class AnswerCallback implements Callback {
        private final @Nullable ErrorKind kind;

        AnswerCallback(@Nullable ErrorKind kind) {
            this.kind = kind;
        }

        @Override
        public void succeeded() {
            if (finish(kind)) callback.succeeded();
        }

        @Override
        public void failed(Throwable failure) {
            if (finish(ErrorKind.CLIENT_LEFT)) callback.failed(failure);
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }
    }
}
