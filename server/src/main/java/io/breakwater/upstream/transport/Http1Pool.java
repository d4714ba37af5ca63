package io.breakwater.upstream.transport;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.breakwater.config.ProxyProtocol;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The HTTP/1.1 connections to one node.
///
/// Idle ones lie in stacks, one per selector: who needs a connection takes the one that was used
/// last on its own selector, so that a request and its answer stay on one thread and threads seldom
/// meet; what is not needed sinks and grows old. Only when the own stack is empty the others are
/// looked into, and now and then a new connection is preferred to that, or a selector with few
/// connections would for ever borrow those of others.
final class Http1Pool implements NodePool {
    /// How many connections of other selectors are borrowed for each that is opened instead.
    private static final int BORROWS = 16;

    private final Connector connector;
    private final Route route;
    private final Stack[] stacks;
    private final AtomicInteger open = new AtomicInteger();
    private final IdleLife idleLife = new IdleLife();
    private volatile boolean closed;

    /// Makes a pool without connections.
    ///
    /// @param connector opens them
    /// @param address where the node is
    /// @param settings what to go by
    Http1Pool(Connector connector, NodeAddress address, PoolSettings settings) {
        this.connector = connector;
        this.route = new Route(address, settings, List.of());
        this.stacks = new Stack[connector.selectorCount()];
        for (int i = 0; i < stacks.length; i++) stacks[i] = new Stack();
    }

    @Override
    public NodeExchange exchange(OutgoingRequest request, ExchangeListener listener) {
        return new Http1Exchange(this, request, listener);
    }

    @Override
    public int connections() {
        return open.get();
    }

    @Override
    public int idleConnections() {
        int sum = 0;
        for (Stack stack : stacks) sum += stack.size();
        return sum;
    }

    @Override
    public NodeAddress address() {
        return route.address();
    }

    @Override
    public PoolSettings settings() {
        return route.settings();
    }

    /// The least recently used go first.
    @Override
    public void sweep() {
        long oldest = System.nanoTime() - settings().keepAlive().toNanos();
        List<NodeConnection> leaving = new ArrayList<>();
        int surplus = idleConnections() - settings().maxIdle();
        for (Stack stack : stacks) surplus -= stack.collect(oldest, surplus, leaving);
        for (NodeConnection connection : leaving) connection.closeIdle();
    }

    @Override
    public void reopen() {
        closed = false;
    }

    @Override
    public void close() {
        closed = true;
        List<NodeConnection> leaving = new ArrayList<>();
        for (Stack stack : stacks) stack.collect(0, Integer.MAX_VALUE, leaving);
        for (NodeConnection connection : leaving) connection.closeIdle();
    }

    // ---- for exchanges and connections

    /// Takes an idle connection for an exchange. One that began with a PROXY header speaks for that
    /// client only.
    ///
    /// @return the connection, which belongs to the exchange; null when there is none
    @Nullable NodeConnection take(Http1Exchange exchange) {
        int own = stack(connector.selectors().own());
        Hop hop = hop(exchange);
        for (int i = 0; i < stacks.length; i++) {
            Stack stack = stacks[(own + i) % stacks.length];
            if (i == 1 && stacks[own].isBorrowingTooMuch()) return null;
            for (NodeConnection found = stack.pop(hop); found != null; found = stack.pop(hop))
                if (found.take(exchange)) return found;
        }
        return null;
    }

    /// Opens a connection for an exchange.
    void connect(Http1Exchange exchange) {
        connector.dial(route, hop(exchange), exchange);
    }

    /// Whom connections for an exchange speak for.
    ///
    /// @return null for anybody
    @Nullable Hop hop(Http1Exchange exchange) {
        return settings().proxyProtocol() == ProxyProtocol.OFF ? null : exchange.hop();
    }

    /// Puts an idle connection back.
    void put(NodeConnection connection) {
        stacks[stack(connection.selector())].push(connection);
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

    private static int stack(int selector) {
        return Math.max(0, selector);
    }

    /// Whether a connection may serve another request.
    boolean mayReuse(int requests) {
        return !closed && (settings().maxUsage() == 0 || requests < settings().maxUsage());
    }

    Connector connector() {
        return connector;
    }

    /// Idle connections, the last used on top.
    private static final class Stack {
        @GuardedBy("this")
        private final ArrayDeque<NodeConnection> idle = new ArrayDeque<>();

        @GuardedBy("this")
        private int borrows;

        /// Whether it is time to open a connection although others have idle ones.
        synchronized boolean isBorrowingTooMuch() {
            borrows++;
            return borrows % BORROWS == 0;
        }

        synchronized void push(NodeConnection connection) {
            idle.addLast(connection);
        }

        /// Takes the last used one that speaks for somebody.
        synchronized @Nullable NodeConnection pop(@Nullable Hop hop) {
            NodeConnection last = idle.peekLast();
            if (last == null || Objects.equals(last.hop(), hop)) return idle.pollLast();
            for (Iterator<NodeConnection> all = idle.descendingIterator(); all.hasNext(); ) {
                NodeConnection connection = all.next();
                if (!Objects.equals(connection.hop(), hop)) continue;
                all.remove();
                return connection;
            }
            return null;
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
