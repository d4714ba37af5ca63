package io.breakwater.upstream;

import io.breakwater.config.UpstreamConfig;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.jetty.client.AbstractConnectionPool;
import org.eclipse.jetty.client.Destination;

/// One address of an upstream with its connection pool and figures. It outlives configurations as
/// long as its address and its upstream's transport settings stay.
public final class Node {
    private final String address;
    private final String upstream;
    private final Transport transport;
    private final Destination destination;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final LongAdder requests = new LongAdder();
    private final LongAdder failures = new LongAdder();

    Node(UpstreamConfig.Node config, String upstream, Transport transport) {
        this.address = config.address();
        this.upstream = upstream;
        this.transport = transport;
        this.destination = transport.destination(config.host(), config.port(), upstream);
    }

    /// The address.
    ///
    /// @return `host:port`
    public String address() {
        return address;
    }

    /// Whether this is the node of an address.
    ///
    /// @param wanted the address
    /// @param of the upstream's name
    /// @param through the transport
    /// @return true when all three are its own
    @SuppressWarnings("ReferenceEquality") // one transport per profile
    boolean is(String wanted, String of, Transport through) {
        return address.equals(wanted) && upstream.equals(of) && transport == through;
    }

    /// Where requests to it are sent.
    ///
    /// @return Jetty's destination
    public Destination destination() {
        return destination;
    }

    /// The client that owns the destination.
    ///
    /// @return the transport
    public Transport transport() {
        return transport;
    }

    /// An attempt begins.
    public void begin() {
        inFlight.incrementAndGet();
        requests.increment();
    }

    /// An attempt has ended.
    ///
    /// @param failed whether the node failed it
    public void end(boolean failed) {
        inFlight.decrementAndGet();
        if (failed) failures.increment();
    }

    /// Attempts on it now.
    ///
    /// @return 0 or more
    public int inFlight() {
        return inFlight.get();
    }

    /// Attempts so far.
    ///
    /// @return 0 or more
    public long requests() {
        return requests.sum();
    }

    /// Failed attempts so far.
    ///
    /// @return 0 or more
    public long failures() {
        return failures.sum();
    }

    /// Open connections.
    ///
    /// @return 0 or more
    public int connections() {
        return pool().getConnectionCount();
    }

    /// Open connections without a request.
    ///
    /// @return 0 or more
    public int idleConnections() {
        return pool().getIdleConnectionCount();
    }

    private AbstractConnectionPool pool() {
        return (AbstractConnectionPool) destination.getConnectionPool();
    }

    /// Closes its connections. Only when nothing is in flight and nobody will pick it again. May
    /// block.
    void close() {
        transport.remove(destination);
    }
}
