package io.breakwater.upstream.transport;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The HTTP/1.1 connections to one node.
///
/// Idle ones lie in stacks, one per selector: who needs a connection takes the one that was used
/// last on its own thread, so that a request and its answer stay on one thread and threads seldom
/// meet; what is not needed sinks and grows old. Only when the own stack is empty the others are
/// looked into.
public final class Http1Pool {
    private final Connector connector;
    private final String host;
    private final int port;
    private final @Nullable InetAddress literal;
    private final PoolSettings settings;
    private final Stack[] stacks;
    private final AtomicInteger open = new AtomicInteger();
    private final IdleLife idleLife = new IdleLife();
    private volatile boolean closed;

    /// Makes a pool without connections.
    ///
    /// @param connector opens them
    /// @param host name or literal without brackets
    /// @param port 1 to 65535
    /// @param settings what to go by
    public Http1Pool(Connector connector, String host, int port, PoolSettings settings) {
        this.connector = connector;
        this.host = host;
        this.port = port;
        this.settings = settings;
        this.literal = literal(host);
        int count = Integer.highestOneBit(Math.max(1, 2 * connector.selectorCount() - 1));
        this.stacks = new Stack[count];
        for (int i = 0; i < count; i++) stacks[i] = new Stack();
    }

    private static @Nullable InetAddress literal(String host) {
        try {
            return InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException e) {
            return null; // a name
        }
    }

    /// Prepares an exchange.
    ///
    /// @param request what to send
    /// @param listener is told how it goes
    /// @return to be sent
    public NodeExchange exchange(OutgoingRequest request, ExchangeListener listener) {
        return new Http1Exchange(this, request, listener);
    }

    /// Open connections.
    ///
    /// @return 0 or more
    public int connections() {
        return open.get();
    }

    /// Open connections without a request.
    ///
    /// @return 0 or more
    public int idleConnections() {
        int sum = 0;
        for (Stack stack : stacks) sum += stack.size();
        return sum;
    }

    /// The settings.
    ///
    /// @return the settings
    public PoolSettings settings() {
        return settings;
    }

    /// Closes idle connections that are too old or too many, the least recently used first. From
    /// time to time, off the I/O threads.
    public void sweep() {
        long oldest = System.nanoTime() - settings.keepAlive().toNanos();
        List<NodeConnection> leaving = new ArrayList<>();
        int surplus = idleConnections() - settings.maxIdle();
        for (Stack stack : stacks) surplus -= stack.collect(oldest, surplus, leaving);
        for (NodeConnection connection : leaving) connection.closeIdle();
    }

    /// Takes the pool into use again.
    public void reopen() {
        closed = false;
    }

    /// Closes all idle connections; the others follow when their exchange is over.
    public void close() {
        closed = true;
        List<NodeConnection> leaving = new ArrayList<>();
        for (Stack stack : stacks) stack.collect(0, Integer.MAX_VALUE, leaving);
        for (NodeConnection connection : leaving) connection.closeIdle();
    }

    // ---- for exchanges and connections

    /// Takes an idle connection for an exchange.
    ///
    /// @return the connection, which belongs to the exchange; null when there is none
    @Nullable NodeConnection take(Http1Exchange exchange) {
        int own = own();
        for (int i = 0; i < stacks.length; i++) {
            Stack stack = stacks[(own + i) & (stacks.length - 1)];
            for (NodeConnection found = stack.pop(); found != null; found = stack.pop())
                if (found.take(exchange)) return found;
        }
        return null;
    }

    /// Opens a connection for an exchange.
    void connect(Http1Exchange exchange) {
        connector.connect(this, exchange);
    }

    /// Puts an idle connection back.
    void put(NodeConnection connection) {
        stacks[own()].push(connection);
        if (closed) close();
    }

    /// How long the node keeps what is idle.
    IdleLife idleLife() {
        return idleLife;
    }

    void opened() {
        open.incrementAndGet();
    }

    void closed() {
        open.decrementAndGet();
    }

    /// Forgets an idle connection that the node closed.
    void remove(NodeConnection connection) {
        for (Stack stack : stacks) if (stack.remove(connection)) return;
    }

    private int own() {
        return (int) Thread.currentThread().threadId() & (stacks.length - 1);
    }

    /// Whether a connection may serve another request.
    boolean mayReuse(int requests) {
        return !closed && (settings.maxUsage() == 0 || requests < settings.maxUsage());
    }

    Connector connector() {
        return connector;
    }

    /// The node's host.
    ///
    /// @return name or literal without brackets
    public String host() {
        return host;
    }

    /// The node's port.
    ///
    /// @return 1 to 65535
    public int port() {
        return port;
    }

    @Nullable InetAddress literal() {
        return literal;
    }

    long connectMillis() {
        return settings.connectTimeout().toMillis();
    }

    /// Idle connections, the last used on top.
    private static final class Stack {
        @GuardedBy("this")
        private final ArrayDeque<NodeConnection> idle = new ArrayDeque<>();

        synchronized void push(NodeConnection connection) {
            idle.addLast(connection);
        }

        synchronized @Nullable NodeConnection pop() {
            return idle.pollLast();
        }

        synchronized boolean remove(NodeConnection connection) {
            return idle.removeLastOccurrence(connection);
        }

        synchronized int size() {
            return idle.size();
        }

        /// Moves the connections that have to go to a list.
        ///
        /// @param oldestNanos those that are idle since before
        /// @param surplus and so many more if there are
        /// @return how many
        synchronized int collect(long oldestNanos, int surplus, List<NodeConnection> to) {
            int before = to.size();
            for (Iterator<NodeConnection> all = idle.iterator(); all.hasNext(); ) {
                NodeConnection connection = all.next();
                boolean old = connection.idleSinceNanos() - oldestNanos < 0;
                if (!old && to.size() - before >= surplus) break;
                all.remove();
                to.add(connection);
            }
            return to.size() - before;
        }
    }
}
