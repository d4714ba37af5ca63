package io.breakwater.exchange;

import io.breakwater.config.ServerConfig;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
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
public final class Exchange extends ExchangeHead {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
    private static final VarHandle FINISHED;

    /// Request attribute of an exchange that ends without an answer: nothing is to be said or
    /// logged for it any more.
    public static final String BROKEN_OFF = Exchange.class.getName() + ".brokenOff";

    static {
        try {
            FINISHED =
                    MethodHandles.lookup().findVarHandle(Exchange.class, "finished", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Callback serverCallback;
    private final Callback callback;
    private final BodyGate bodyGate = new BodyGate();
    private final InFlight inFlight;
    private final RequestLog figures;
    private final @Nullable Taker taker;
    private final long startNanos;
    private final long startMillis;

    // Written by relay. The list is small and only grows; it is read after the end.
    private final List<Attempt> attempts = new ArrayList<>(1);
    private final Deadlines deadlines;
    private volatile long queueNanos = -1;
    private volatile @Nullable String cacheStatus;
    private volatile long requestBodyBytes;
    private volatile long responseBodyBytes;
    private volatile long plainBytes;
    private volatile long codedBytes;
    private int status;
    private @Nullable ErrorKind failure;
    private @Nullable Runnable release;
    private @Nullable Runnable headed;
    private volatile @Nullable Switched switched;
    private volatile @Nullable String closedBy;
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
        this(request, response, callback, server, connection, reports, null);
    }

    private Exchange(
            Request request,
            Response response,
            Callback callback,
            ServerPlan server,
            ClientConnection connection,
            Reports reports,
            @Nullable Taker taker) {
        super(request, response, server, connection);
        this.taker = taker;
        this.serverCallback = callback;
        this.callback = new GatedCallback(callback, bodyGate);
        this.inFlight = reports.inFlight();
        this.figures = reports.figures();
        this.startNanos = request().getBeginNanoTime();
        this.startMillis = System.currentTimeMillis();
        this.deadlines = new Deadlines(this);
        inFlight.add(this);
    }

    /// Makes an exchange of the process's own, without a request body, for a request that a client
    /// has made: it goes where the client's would, but lives on when the client leaves, is not
    /// logged, and has its response taken.
    ///
    /// @param client the client's exchange, admitted and routed, not ended yet
    /// @param method instead of the client's
    /// @param fields instead of the client's
    /// @param taker takes the response
    /// @return in flight
    public static Exchange inner(Exchange client, String method, HttpFields fields, Taker taker) {
        Request request = new InnerRequest(client.request(), method, fields);
        Exchange inner =
                new Exchange(
                        request,
                        new InnerResponse(request),
                        new TakerCallback(taker),
                        client.server().unlogged(),
                        new InnerConnection(client.connection()),
                        new Reports(client.inFlight, RequestLog.NONE),
                        taker);
        inner.like(client);
        return inner;
    }

    /// Who takes the response in a client's place.
    ///
    /// @return null when a client gets it
    public @Nullable Taker taker() {
        return taker;
    }

    /// The end of an inner exchange.
    private record TakerCallback(Taker taker) implements Callback {
        @Override
        public void succeeded() {
            taker.end(null);
        }

        @Override
        public void failed(Throwable failure) {
            taker.end(failure instanceof ProxyException told ? told.kind() : ErrorKind.INTERNAL);
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }
    }

    /// Where an exchange reports itself.
    ///
    /// @param inFlight the registry
    /// @param figures counts every finished exchange
    public record Reports(InFlight inFlight, RequestLog figures) {}

    /// Where readers of the request body have to pass.
    ///
    /// @return one object per exchange
    public BodyGate bodyGate() {
        return bodyGate;
    }

    /// Its deadlines.
    ///
    /// @return one object per exchange
    public Deadlines deadlines() {
        return deadlines;
    }

    /// The client closed its connection while it waited. May be called by any thread.
    public void clientLeft() {
        deadlines.end(ErrorKind.CLIENT_LEFT);
    }

    long startNanos() {
        return startNanos;
    }

    Object listener() {
        return connection().listener();
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

    /// Notes that it had to wait for a node below its limit.
    ///
    /// @param nanos how long
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    public void waited(long nanos) {
        queueNanos = Math.max(queueNanos, 0) + nanos;
    }

    /// Notes an attempt that ended.
    ///
    /// @param attempt the attempt
    public void attempt(Attempt attempt) {
        synchronized (attempts) {
            attempts.add(attempt);
        }
    }

    /// Something to do when the upstream's response head is there, before the client gets it.
    ///
    /// @param action run at most once, on an I/O thread; status and fields of the response are set,
    ///   without what the location changes
    public void onHead(Runnable action) {
        headed = action;
    }

    /// The response's head was set from the upstream's. By relay.
    public void headed() {
        Runnable action = headed;
        headed = null;
        if (action != null) action.run();
    }

    /// Counts bytes of the response body that were compressed. One thread at a time.
    ///
    /// @param plain bytes before
    /// @param coded bytes after
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    public void encoded(long plain, long coded) {
        plainBytes += plain;
        codedBytes += coded;
    }

    /// The body was compressed for another exchange, which this one is answered from.
    ///
    /// @param other what fetched it
    public void encodedLike(Exchange other) {
        plainBytes = other.plainBytes;
        codedBytes = other.codedBytes;
    }

    @Override
    public double compressionRatio() {
        long coded = codedBytes;
        return coded == 0 ? -1 : (double) plainBytes / coded;
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
        if (!report(kind)) return false;
        connection().endRequest();
        return true;
    }

    /// Ends the exchange, but for its connection, which may still be reading the request.
    private boolean report(@Nullable ErrorKind kind) {
        if (!FINISHED.compareAndSet(this, false, true)) return false;
        failure = kind;
        latencyNanos = System.nanoTime() - startNanos;
        Switched tunnel = switched;
        if (tunnel != null) status = tunnel.status();
        else
            status =
                    response().isCommitted()
                            ? response().getStatus()
                            : kind == null ? response().getStatus() : kind.status();
        if (tunnel == null && kind == ErrorKind.CLIENT_LEFT && !response().isCommitted())
            status = 499;
        inFlight.remove(this);
        try {
            if (release != null) release.run();
            server().log().log(this);
            figures.log(this);
        } catch (RuntimeException e) {
            LOG.error("request {} could not be reported", requestId(), e);
        }
        return true;
    }

    /// What is left of the response when the server has completed it.
    private record Switched(int status, HttpFields fields) {}

    /// The response is a head that makes a tunnel of the connection or stream. It is set and about
    /// to be written; the server completes its side with that, while the exchange lives on. It is
    /// ended by [#finish], after which nothing is to be completed.
    public void switching() {
        HttpFields fields = HttpFields.build(response().getHeaders()).asImmutable();
        switched = new Switched(response().getStatus(), fields);
    }

    /// Says who closed the tunnel first.
    ///
    /// @param who a reason code
    public void closedBy(String who) {
        closedBy = who;
    }

    @Override
    public boolean isTunnel() {
        return switched != null;
    }

    @Override
    public boolean isFailed() {
        return failure != null;
    }

    @Override
    public @Nullable String responseHeader(String name) {
        Switched tunnel = switched;
        return tunnel == null ? super.responseHeader(name) : tunnel.fields().get(name);
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
        HttpFields.Mutable fields = response().getHeaders();
        int code = response().getStatus();
        boolean bodiless = code == 204 || code == 304;
        if (!bodiless) fields.put(HttpHeader.CONTENT_LENGTH, length);
        if (!fields.contains(HttpHeader.DATE)) fields.add(date());
        finishHead(fields);
        if (Lingering.endsConnection(request(), requestBodyBytes))
            fields.put(HttpHeader.CONNECTION, "close");
        boolean head = "HEAD".equals(request().getMethod());
        if (bodiless || head) body.position(body.limit());
        else countResponseBytes(length);
        deadlines.writing(server().config().idleTimeout().toNanos());
        connection().gather(() -> response().write(true, body, new AnswerCallback(kind)));
    }

    /// Answers with an error page, or a gRPC status when the request is a call of that; breaks off
    /// when an answer has begun.
    ///
    /// @param kind what failed
    /// @param detail for the log, null for none
    public void fail(ErrorKind kind, @Nullable String detail) {
        if (finished) return;
        logFailure(kind, detail);
        if (response().isCommitted()
                || kind == ErrorKind.CLIENT_LEFT
                || kind == ErrorKind.CLIENT_TOO_SLOW) {
            request().setAttribute(BROKEN_OFF, kind);
            connection().writeOut();
            if (finish(kind))
                callback.failed(
                        new ProxyException(kind, detail == null ? kind.code() : detail, null));
            return;
        }
        response().reset();
        ByteBuffer told = Grpc.tell(kind, this);
        if (told != null) {
            if (endsConnection(kind)) response().getHeaders().put(HttpHeader.CONNECTION, "close");
            answer(told, kind);
            return;
        }
        response().setStatus(kind.status());
        ErrorRenderer.Body page =
                server().errors()
                        .render(
                                this,
                                requestId(),
                                kind.status(),
                                request().getHeaders().get(HttpHeader.ACCEPT));
        HttpFields.Mutable fields = response().getHeaders();
        fields.put(HttpHeader.CONTENT_TYPE, page.contentType());
        fields.put("X-Request-Id", requestId());
        if (kind == ErrorKind.METHOD_REFUSED)
            fields.put(HttpHeader.ALLOW, "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
        if (kind.status() == 503) fields.put(HttpHeader.RETRY_AFTER, "1");
        if (kind == ErrorKind.WEBSOCKET_VERSION) fields.put("Sec-WebSocket-Version", "13");
        if (endsConnection(kind)) fields.put(HttpHeader.CONNECTION, "close");
        answer(ByteBuffer.wrap(page.bytes()), kind);
    }

    /// Whether a connection of HTTP/1.1 is of no use after a failure.
    ///
    /// @param kind what failed
    /// @return true when what is left of the request is not read
    public static boolean endsConnection(ErrorKind kind) {
        return kind == ErrorKind.BODY_TIMEOUT
                || kind == ErrorKind.BODY_TOO_LARGE
                || kind == ErrorKind.TOO_MANY_CONNECTIONS
                || kind.status() == 400;
    }

    /// Writes the log line of a failure, if there is something to say beyond the access log.
    ///
    /// @param kind what failed
    /// @param detail the details, null for none
    public void logFailure(ErrorKind kind, @Nullable String detail) {
        if (detail == null && kind != ErrorKind.INTERNAL) return;
        String where = server().config().name();
        if (kind.side() == ErrorKind.Side.CLIENT)
            LOG.debug(
                    "{} {} {}: {} ({})",
                    where,
                    requestId(),
                    request().getMethod(),
                    kind.code(),
                    detail);
        else
            LOG.warn(
                    "{} {} {} {}: {} ({})",
                    where,
                    requestId(),
                    request().getMethod(),
                    path(),
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

    /// Adds what the server and the connection have to say to a head that is ready: Server,
    /// Strict-Transport-Security and Alt-Svc unless they are there, and `Connection: close` when
    /// the connection has had its number of requests or is to end.
    ///
    /// @param fields the response's fields
    public void finishHead(HttpFields.Mutable fields) {
        ServerConfig config = server().config();
        server().sign(fields, request().isSecure(), connection());
        ConnectionMetaData meta = request().getConnectionMetaData();
        if (meta.getHttpVersion().getVersion() > 11) return;
        int most = config.keepAliveRequests();
        if (most > 0 && meta.getConnection().getMessagesIn() >= most || connection().ends())
            fields.put(HttpHeader.CONNECTION, "close");
    }

    /// The present Date field.
    ///
    /// @return cached for a second
    public HttpField date() {
        return request().getConnectionMetaData().getConnector().getServer().getDateField();
    }

    // ---- ExchangeView, as far as it is about the end

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
    public @Nullable String cacheStatus() {
        return cacheStatus;
    }

    /// Says what the cache did. Written by cache.
    ///
    /// @param word one word, such as `hit`
    public void cacheStatus(String word) {
        cacheStatus = word;
    }

    @Override
    public @Nullable String reason() {
        return failure == null ? closedBy : failure.code();
    }

    @Override
    public long queueNanos() {
        return queueNanos;
    }

    @Override
    public List<Attempt> attempts() {
        synchronized (attempts) {
            return List.copyOf(attempts);
        }
    }

    /// Ends the server's side of the exchange when nobody reads its request any more.
    private record GatedCallback(Callback server, BodyGate gate) implements Callback {
        @Override
        public void succeeded() {
            gate.close(server::succeeded);
        }

        @Override
        public void failed(Throwable failure) {
            gate.close(() -> server.failed(failure));
        }

        @Override
        public InvocationType getInvocationType() {
            return server.getInvocationType();
        }
    }

    private final class AnswerCallback implements Callback {
        private final @Nullable ErrorKind kind;

        AnswerCallback(@Nullable ErrorKind kind) {
            this.kind = kind;
        }

        @Override
        public void succeeded() {
            if (!report(kind)) return;
            // Whoever reads the request leaves before the rest of it is read here.
            bodyGate.close(() -> Lingering.complete(request(), bodyGate, Callback.from(this::end)));
        }

        private void end() {
            connection().endRequest();
            serverCallback.succeeded();
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
