package io.breakwater.upstream.transport;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.frames.GoAwayFrame;
import org.eclipse.jetty.http2.frames.PingFrame;
import org.eclipse.jetty.http2.frames.SettingsFrame;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/// One HTTP/2 connection of a pool: what the node says of all of it.
///
/// It takes exchanges from the node's first SETTINGS, which have to come within the connect timeout
/// (RFC 9113 §3.4), until a GOAWAY, its last request or its end. A request that gets no answer on a
/// connection on which nothing else moves either puts it in doubt: it is asked by a PING and left
/// alone until it answers.
final class Http2Link implements Session.Listener {
    /// Streams that are used of those that the node allows.
    static final int MOST_STREAMS = 128;

    /// How long an answer to a PING may take.
    private static final long PING_NANOS = 5_000_000_000L;

    private final Http2Pool pool;
    private final long connectNanos;
    private final long tlsNanos;
    private final @Nullable String protocol;
    private final Place place = new Place();
    private final AtomicBoolean told = new AtomicBoolean();
    private final AtomicBoolean used = new AtomicBoolean();
    private final Http2Wire wire;
    private final Scheduler.Task settingsDue;
    private volatile boolean closing;
    private volatile boolean dead;
    private volatile long pingNanos;

    /// What the pool counts; guarded by the pool.
    static final class Place {
        int streams;
        int used;
        int limit;
        long idleSinceNanos;
    }

    private Http2Link(Http2Pool pool, EndPoint endPoint, Dialler.Link link) {
        this.pool = pool;
        this.connectNanos = link.connectNanos();
        this.tlsNanos = link.tlsNanos();
        this.protocol = link.protocol();
        endPoint.setIdleTimeout(0); // exchanges have deadlines, the pool sweeps
        this.wire = new Http2Wire(pool, endPoint, this);
        this.settingsDue =
                pool.connector()
                        .scheduler()
                        .schedule(
                                this::late,
                                pool.settings().connectTimeout().toMillis(),
                                TimeUnit.MILLISECONDS);
    }

    /// A connection on its way.
    static final class Dialling implements Dialler {
        private final Http2Pool pool;

        Dialling(Http2Pool pool) {
            this.pool = pool;
        }

        @Override
        public boolean isWanted() {
            return pool.isWanted();
        }

        @Override
        public Connection connected(EndPoint endPoint, Link link) {
            return new Http2Link(pool, endPoint, link).wire;
        }

        @Override
        public void connectFailed(Throwable why) {
            pool.failed(why);
        }
    }

    Place place() {
        return place;
    }

    HTTP2Session session() {
        return wire.getSession();
    }

    String scheme() {
        return tlsNanos < 0 ? "http" : "https";
    }

    long connectNanos() {
        return connectNanos;
    }

    long tlsNanos() {
        return tlsNanos;
    }

    /// Whether the caller's exchange is the first one on it.
    boolean isFirst() {
        return used.compareAndSet(false, true);
    }

    /// Bytes that have come.
    long bytesIn() {
        return wire.getBytesIn();
    }

    /// How many more exchanges may begin. Under the pool's lock.
    int room() {
        return pingNanos == 0 && !closing ? Math.max(0, place.limit - place.streams) : 0;
    }

    /// Closes a connection without streams.
    void close() {
        closing = true;
        if (!dead) wire.end();
    }

    // ---- whether it is alive

    /// A request got no answer, and nothing else has come meanwhile.
    void doubt() {
        synchronized (this) {
            if (pingNanos != 0 || closing) return;
            pingNanos = now();
        }
        session().ping(new PingFrame(pingNanos, false), Callback.NOOP);
    }

    private static long now() {
        long now = System.nanoTime();
        return now == 0 ? 1 : now;
    }

    /// Ends the connection when it owes an answer for too long.
    void giveUpWhenDead(long nowNanos) {
        long asked = pingNanos;
        if (asked != 0 && nowNanos - asked > PING_NANOS)
            session().onWriteFailure(new IOException("no answer to a PING"));
    }

    @Override
    public void onPing(Session session, PingFrame frame) {
        pingNanos = 0;
        pool.serve();
    }

    // ---- its begin and its end

    @Override
    public void onSettings(Session session, SettingsFrame frame) {
        int allowed = session().getMaxLocalStreams();
        int streams = allowed < 0 ? MOST_STREAMS : Math.min(allowed, MOST_STREAMS);
        if (!told.compareAndSet(false, true)) {
            pool.allowed(this, streams);
            return;
        }
        settingsDue.cancel();
        if (streams > 0) {
            pool.add(this, streams);
        } else {
            pool.failed(new ConnectException("the node allows no streams"));
            session().onWriteFailure(new IOException("not used"));
        }
    }

    /// Whether HTTP/2 may be spoken: within TLS the node has to have chosen it (RFC 9113 §3.2).
    boolean mayBegin() {
        if (tlsNanos < 0 || "h2".equals(protocol)) return true;
        refuse(
                new NoHttp2Exception(
                        "it chose " + (protocol == null ? "nothing" : protocol) + " by ALPN"));
        return false;
    }

    private void late() {
        refuse(
                new SocketTimeoutException(
                        "no HTTP/2 settings within "
                                + pool.settings().connectTimeout().toMillis()
                                + " ms"));
    }

    private void refuse(Throwable why) {
        ended(why);
        session().onWriteFailure(new IOException("not used"));
    }

    @Override
    public void onGoAway(Session session, GoAwayFrame frame) {
        closing = true;
        if (pool.retire(this)) close();
        pool.serve();
    }

    @Override
    public void onFailure(Session session, Throwable failure, Callback callback) {
        ended(asConnectFailure(failure));
        callback.succeeded();
    }

    @Override
    public void onClose(Session session, GoAwayFrame frame, Callback callback) {
        ended(new ConnectException("closed by the node at once"));
        callback.succeeded();
    }

    /// What a failure before the settings says: the node speaks something else, or did not want.
    private static Throwable asConnectFailure(Throwable failure) {
        String said = String.valueOf(failure.getMessage());
        if (said.contains("frame") || said.contains("protocol")) return new NoHttp2Exception(said);
        ConnectException refused = new ConnectException("closed by the node at once");
        refused.initCause(failure);
        return refused;
    }

    private void ended(Throwable beforeSettings) {
        dead = true;
        closing = true;
        if (told.compareAndSet(false, true)) {
            settingsDue.cancel();
            pool.failed(beforeSettings);
        } else {
            pool.retire(this);
            pool.serve();
        }
    }
}
