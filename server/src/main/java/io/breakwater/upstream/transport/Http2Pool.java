package io.breakwater.upstream.transport;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The HTTP/2 connections to one node: few, each shared by many exchanges.
///
/// An exchange goes to the connection with the fewest streams. Where none has room it waits in
/// line, and another connection is opened; where all are busy another is opened beside, up to one
/// per selector, as one connection is read by one thread.
///
/// The lock guards who has which place; nothing is sent and nobody is told under it.
final class Http2Pool implements NodePool {
    /// What a node is thought to allow before it has said so.
    private static final int USUAL_STREAMS = 100;

    /// So many streams on each connection make a further one worth while.
    private static final int BUSY_STREAMS = 8;

    /// After a failure no connection is opened for a while that nobody waits for.
    private static final long PAUSE_NANOS = 1_000_000_000L;

    private final Connector connector;
    private final Route route;
    private final AtomicInteger open = new AtomicInteger();
    private volatile boolean closed;

    /// Those that take exchanges.
    @GuardedBy("this")
    private final List<Http2Link> links = new ArrayList<>();

    @GuardedBy("this")
    private final ArrayDeque<Http2Exchange> waiting = new ArrayDeque<>();

    @GuardedBy("this")
    private int opening;

    @GuardedBy("this")
    private int streamsEach = USUAL_STREAMS;

    @GuardedBy("this")
    private long failedNanos = System.nanoTime() - PAUSE_NANOS;

    /// Makes a pool without connections.
    ///
    /// @param connector opens them
    /// @param route to the node
    Http2Pool(Connector connector, Route route) {
        this.connector = connector;
        this.route = route;
    }

    @Override
    public NodeExchange exchange(OutgoingRequest request, ExchangeListener listener) {
        return new Http2Exchange(this, request, listener);
    }

    @Override
    public int connections() {
        return open.get();
    }

    @Override
    public synchronized int idleConnections() {
        int idle = 0;
        for (Http2Link link : links) if (link.place().streams == 0) idle++;
        return idle;
    }

    @Override
    public NodeAddress address() {
        return route.address();
    }

    @Override
    public PoolSettings settings() {
        return route.settings();
    }

    @Override
    public void sweep() {
        List<Http2Link> all;
        List<Http2Link> leaving = new ArrayList<>();
        long now = System.nanoTime();
        long keepAlive = settings().keepAlive().toNanos();
        synchronized (this) {
            all = List.copyOf(links);
            int surplus = idleConnections() - settings().maxIdle();
            for (Http2Link link : all) {
                Http2Link.Place place = link.place();
                if (place.streams > 0) continue;
                if (surplus <= 0 && now - place.idleSinceNanos < keepAlive) continue;
                surplus--;
                links.remove(link);
                leaving.add(link);
            }
        }
        for (Http2Link link : leaving) link.close();
        for (Http2Link link : all) link.giveUpWhenDead(now);
    }

    @Override
    public void reopen() {
        closed = false;
    }

    @Override
    public void close() {
        closed = true;
        List<Http2Link> leaving = new ArrayList<>();
        synchronized (this) {
            for (Http2Link link : links) if (link.place().streams == 0) leaving.add(link);
            links.removeAll(leaving);
        }
        for (Http2Link link : leaving) link.close();
    }

    // ---- for exchanges and connections

    Connector connector() {
        return connector;
    }

    Route route() {
        return route;
    }

    /// Sends an exchange over a connection, at once or when there is one.
    void send(Http2Exchange exchange) {
        Http2Link link;
        boolean another;
        synchronized (this) {
            link = waiting.isEmpty() ? take() : null;
            if (link == null) waiting.addLast(exchange);
            another = wantsAnother();
            if (another) opening++;
        }
        if (another) dial();
        if (link != null) exchange.begin(link);
        else if (exchange.isOver()) forget(exchange);
    }

    /// An exchange no longer waits.
    synchronized void forget(Http2Exchange exchange) {
        waiting.remove(exchange);
    }

    /// There is a connection.
    ///
    /// @param streams how many the node allows on it
    void add(Http2Link link, int streams) {
        synchronized (this) {
            opening--;
            link.place().idleSinceNanos = System.nanoTime();
            links.add(link);
        }
        allowed(link, streams);
    }

    /// The node says how many streams it allows on a connection.
    void allowed(Http2Link link, int streams) {
        synchronized (this) {
            link.place().limit = streams;
            streamsEach = Math.max(1, streams);
        }
        serve();
    }

    /// A connection takes no further exchanges.
    ///
    /// @return whether it has none any more
    synchronized boolean retire(Http2Link link) {
        links.remove(link);
        return link.place().streams == 0;
    }

    /// A stream has ended.
    void released(Http2Link link) {
        boolean leaves;
        synchronized (this) {
            Http2Link.Place place = link.place();
            place.streams--;
            leaves = place.streams == 0;
            if (leaves) {
                place.idleSinceNanos = System.nanoTime();
                leaves = closed || !links.contains(link);
                if (leaves) links.remove(link);
            }
        }
        if (leaves) link.close();
        serve();
    }

    /// Gives places that have become free to those that wait, and opens what is missing.
    void serve() {
        while (true) {
            Http2Exchange next;
            Http2Link link;
            boolean another;
            synchronized (this) {
                link = waiting.isEmpty() ? null : take();
                next = link == null ? null : waiting.poll();
                another = link == null && wantsAnother();
                if (another) opening++;
            }
            if (another) dial();
            if (link != null && next != null) next.begin(link);
            else if (!another) return;
        }
    }

    /// There will be no such connection. Whoever waits fails with it, unless another is on its way.
    void failed(Throwable why) {
        List<Http2Exchange> lost;
        synchronized (this) {
            opening--;
            failedNanos = System.nanoTime();
            if (opening > 0) return;
            lost = List.copyOf(waiting);
            waiting.clear();
        }
        for (Http2Exchange exchange : lost) exchange.fail(why);
    }

    void opened() {
        open.incrementAndGet();
    }

    void closed() {
        open.decrementAndGet();
    }

    private void dial() {
        connector.dial(route, null, new Http2Link.Dialling(this));
    }

    /// Whether anybody is there for whom a connection would be opened.
    synchronized boolean isWanted() {
        return !waiting.isEmpty();
    }

    /// Takes a place on the connection with the fewest streams.
    ///
    /// @return null when none has room
    @GuardedBy("this")
    private @Nullable Http2Link take() {
        Http2Link best = null;
        for (Http2Link link : links)
            if (link.room() > 0 && (best == null || link.place().streams < best.place().streams))
                best = link;
        if (best == null) return null;
        Http2Link.Place place = best.place();
        place.streams++;
        place.used++;
        int most = settings().maxUsage();
        if (most > 0 && place.used >= most) links.remove(best);
        return best;
    }

    /// Whether to open one more connection.
    @GuardedBy("this")
    private boolean wantsAnother() {
        if (!waiting.isEmpty()) {
            // Who has room serves them at this moment.
            long room = (long) opening * streamsEach;
            for (Http2Link link : links) room += link.room();
            return waiting.size() > room;
        }
        if (opening > 0 || links.isEmpty() || links.size() >= connector.selectorCount())
            return false;
        if (System.nanoTime() - failedNanos < PAUSE_NANOS) return false;
        for (Http2Link link : links) if (link.place().streams < BUSY_STREAMS) return false;
        return true;
    }
}
