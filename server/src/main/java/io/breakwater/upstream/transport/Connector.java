package io.breakwater.upstream.transport;

import io.breakwater.io.SharedSelectors;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/// Opens connections to nodes on the shared selectors. One per process.
public final class Connector {
    private final SharedSelectors selectors;
    private final Scheduler scheduler;
    private final Executor executor;
    private final ByteBufferPool buffers;

    /// Makes the connector.
    ///
    /// @param selectors serve the connections
    /// @param executor runs their tasks
    /// @param scheduler for connect timeouts
    /// @param buffers what is read into
    public Connector(
            SharedSelectors selectors,
            Executor executor,
            Scheduler scheduler,
            ByteBufferPool buffers) {
        this.selectors = selectors;
        this.executor = executor;
        this.scheduler = scheduler;
        this.buffers = buffers;
    }

    /// The scheduler.
    ///
    /// @return for whatever has to do with connections
    public Scheduler scheduler() {
        return scheduler;
    }

    Executor executor() {
        return executor;
    }

    ByteBufferPool buffers() {
        return buffers;
    }

    /// Opens a connection to see that it can be, and closes it. Returns at once.
    ///
    /// @param address the node
    /// @param settings timeout and PROXY header
    /// @param result gets the failure, null for none, on any thread
    public void probe(
            NodeAddress address, PoolSettings settings, Consumer<@Nullable Throwable> result) {
        dial(new Route(address, settings, List.of()), null, new Probe(executor, result));
    }

    /// Makes the pool of connections to a node, without any yet.
    ///
    /// @param address where the node is
    /// @param settings what to go by
    /// @return speaks what the settings say
    public NodePool pool(NodeAddress address, PoolSettings settings) {
        return switch (settings.protocol()) {
            case HTTP1 -> new Http1Pool(this, address, settings);
            case H2 -> new Http2Pool(this, new Route(address, settings, List.of("h2")));
            // There is nobody to ask on a plain connection.
            case AUTO ->
                    settings.tls() == null
                            ? new Http1Pool(this, address, settings)
                            : new AutoPool(this, address, settings);
        };
    }

    SharedSelectors selectors() {
        return selectors;
    }

    int selectorCount() {
        return selectors.getSelectorCount();
    }

    /// Opens a connection to a node. A name is looked up on a thread of its own; its addresses are
    /// tried one after the other. Returns at once.
    ///
    /// @param route to the node
    /// @param hop whom the connection is for, if it begins with a PROXY header; null for Breakwater
    ///   itself
    /// @param dialler is told of the connection or of the failure
    void dial(Route route, @Nullable Hop hop, Dialler dialler) {
        new Dial(this, route, hop, dialler).begin();
    }
}
