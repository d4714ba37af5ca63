package io.breakwater.tunnel;

import io.breakwater.exchange.ErrorKind;
import io.breakwater.exchange.Exchange;
import io.breakwater.io.TunnelEnd;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.eclipse.jetty.io.ByteBufferPool;
import org.jspecify.annotations.Nullable;

/// An exchange whose node has agreed to another protocol: bytes both ways until both ends are at
/// theirs, or one breaks. The exchange lives as long, and with it its place at the node.
///
/// ```
/// node says 101 -> answer is written -> open: client -> node  -> its end is passed on --+-> over
///                                             node -> client  -> its end is passed on --+
///                  (left, idle, stopped)      one breaks, or nothing moves -------------+
/// ```
///
/// `over` decides who ends it. An end that breaks is passed on as a reset, all else in order.
public final class Tunnel {
    /// How long one end may be silent when the other has ended.
    private static final long HALF_OPEN_NANOS = 30_000_000_000L;

    private final Exchange exchange;
    private final TunnelEnd node;
    private final boolean webSocket;
    private final long idleNanos;
    private final Tunnels tunnels;
    private final Watcher watcher;
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger endsLeft = new AtomicInteger(2);
    private final AtomicInteger unpassed = new AtomicInteger(2);
    private final AtomicBoolean draining = new AtomicBoolean();
    private volatile boolean closing;
    private volatile @Nullable TunnelEnd client;
    private volatile @Nullable Direction up;
    private volatile @Nullable Direction down;

    /// Prepares a tunnel. From now on the exchange is ended by it.
    ///
    /// @param exchange the exchange, with an upgrade
    /// @param protocol what the node has agreed to
    /// @param node the node's end
    /// @param tunnels where it is registered while it lives
    /// @param watcher is told what passes and of its end
    public Tunnel(
            Exchange exchange, String protocol, TunnelEnd node, Tunnels tunnels, Watcher watcher) {
        this.exchange = exchange;
        this.node = node;
        this.webSocket = protocol.strip().equalsIgnoreCase(WebSocket.PROTOCOL);
        this.idleNanos = exchange.location().config().tunnelIdleTimeout().toNanos();
        this.tunnels = tunnels;
        this.watcher = watcher;
        exchange.deadlines().onExpire(this::end);
        // Before it can be asked to end, which sets it a time.
        exchange.deadlines().clearTotal();
        exchange.deadlines().clearRequest();
        exchange.deadlines().clearResponse();
        tunnels.add(this);
    }

    /// Which way bytes go.
    enum Way {
        /// From the client to the node.
        UP,
        /// From the node to the client.
        DOWN;

        ErrorKind.Side from() {
            return this == UP ? ErrorKind.Side.CLIENT : ErrorKind.Side.UPSTREAM;
        }

        ErrorKind.Side to() {
            return this == UP ? ErrorKind.Side.UPSTREAM : ErrorKind.Side.CLIENT;
        }
    }

    /// Who has to know of a tunnel.
    ///
    /// @param sent counts bytes to the node
    /// @param received counts bytes from it
    /// @param ended run once, when the node's end is closed, before the exchange is finished
    public record Watcher(IntConsumer sent, IntConsumer received, Runnable ended) {}

    /// Begins to move bytes.
    ///
    /// @param end the client's end
    /// @param buffers where buffers come from
    /// @param executor goes on after a long turn
    public void open(TunnelEnd end, ByteBufferPool buffers, Executor executor) {
        client = end;
        if (over.get()) {
            end.close();
            return;
        }
        tunnels.opened(webSocket);
        Direction toNode = new Direction(this, Way.UP, end, node, buffers, executor);
        Direction toClient = new Direction(this, Way.DOWN, node, end, buffers, executor);
        up = toNode;
        down = toClient;
        touch();
        if (draining.get()) leave();
        toNode.iterate();
        toClient.iterate();
    }

    Exchange exchange() {
        return exchange;
    }

    boolean isWebSocket() {
        return webSocket;
    }

    boolean isOver() {
        return over.get();
    }

    /// One side has begun to close, which the other one answers: nobody else says goodbye.
    void closing() {
        closing = true;
    }

    boolean isClosing() {
        return closing;
    }

    void moved(Way way, int bytes) {
        if (way == Way.UP) {
            exchange.countRequestBytes(bytes);
            watcher.sent().accept(bytes);
        } else {
            exchange.countResponseBytes(bytes);
            watcher.received().accept(bytes);
        }
        tunnels.moved(way, bytes);
        touch();
    }

    private void touch() {
        long most = endsLeft.get() == 2 ? idleNanos : Math.min(idleNanos, HALF_OPEN_NANOS);
        exchange.deadlines().response(ErrorKind.TUNNEL_IDLE_TIMEOUT, most);
    }

    /// An end has ended, in order, which is about to be passed on.
    void ending(Way way) {
        if (endsLeft.decrementAndGet() < 1) return;
        exchange.closedBy(way == Way.UP ? "client-closed" : "upstream-closed");
        touch();
    }

    /// That an end has ended is passed on.
    void ended() {
        if (unpassed.decrementAndGet() == 0) end(null);
    }

    /// An end can be read or written no more.
    void broken(ErrorKind.Side side) {
        end(side == ErrorKind.Side.CLIENT ? ErrorKind.CLIENT_LEFT : ErrorKind.UPSTREAM_RESET);
    }

    /// Asks both sides to leave, where their protocol has a word for it, and sets them a time.
    /// Once; more often does nothing. Any thread.
    ///
    /// @param nanos the time from now
    void drain(long nanos) {
        if (!draining.compareAndSet(false, true)) return;
        exchange.deadlines().request(ErrorKind.SHUTTING_DOWN, nanos);
        leave();
    }

    private void leave() {
        if (!webSocket) return;
        Direction toNode = up;
        Direction toClient = down;
        // The client first: a node that closes at once would end its direction.
        if (toClient != null) toClient.leave();
        if (toNode != null) toNode.leave();
    }

    /// Ends it, if nobody has yet. Any thread.
    ///
    /// @param kind what broke it, null when both sides have ended
    public void end(@Nullable ErrorKind kind) {
        if (!over.compareAndSet(false, true)) return;
        TunnelEnd other = client;
        if (kind == ErrorKind.CLIENT_LEFT) node.reset();
        else node.close();
        if (other != null) {
            if (kind == ErrorKind.UPSTREAM_RESET) other.reset();
            else other.close();
        }
        tunnels.remove(this);
        watcher.ended().run();
        exchange.finish(kind);
    }
}
