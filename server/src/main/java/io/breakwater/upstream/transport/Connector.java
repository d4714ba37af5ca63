package io.breakwater.upstream.transport;

import io.breakwater.io.SharedSelectors;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.BufferUtil;
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

    int selectorCount() {
        return selectors.getSelectorCount();
    }

    /// Opens a connection for an exchange, which is told of it or of the failure. A name is looked
    /// up on a thread of its own; its addresses are tried one after the other.
    ///
    /// @param pool whose connection it will be
    /// @param exchange who waits for it
    void connect(Http1Pool pool, Http1Exchange exchange) {
        InetAddress literal = pool.literal();
        if (literal != null) {
            new Connect(pool, exchange, literal).next();
            return;
        }
        Thread.ofVirtual()
                .name("bw-resolve")
                .start(() -> {
                    try {
                        new Connect(pool, exchange, InetAddress.getAllByName(pool.host())).next();
                    } catch (UnknownHostException e) {
                        exchange.fail(e);
                    }
                });
    }

    /// An end point that tells a reset from an end. Jetty's makes an end of both, and then a body
    /// that is delimited by the end of the connection would seem to be whole.
    private static final class HonestEndPoint extends SocketChannelEndPoint {
        HonestEndPoint(
                SocketChannel channel,
                ManagedSelector selector,
                SelectionKey key,
                Scheduler scheduler) {
            super(channel, selector, key, scheduler);
        }

        @Override
        public int fill(ByteBuffer buffer) throws IOException {
            if (isInputShutdown()) return -1;
            int position = BufferUtil.flipToFill(buffer);
            try {
                int filled = getChannel().read(buffer);
                if (filled > 0) notIdle();
                else if (filled < 0) shutdownInput();
                return filled;
            } finally {
                BufferUtil.flipToFlush(buffer, position);
            }
        }
    }

    /// One wish for a connection.
    private final class Connect implements SharedSelectors.Owner {
        private final Http1Pool pool;
        private final Http1Exchange exchange;
        private final InetAddress[] addresses;
        private final long startNanos = System.nanoTime();
        private int tried;

        Connect(Http1Pool pool, Http1Exchange exchange, InetAddress... addresses) {
            this.pool = pool;
            this.exchange = exchange;
            this.addresses = addresses;
        }

        @SuppressWarnings("AddressSelection") // all of them are tried
        void next() {
            InetSocketAddress address = new InetSocketAddress(addresses[tried++], pool.port());
            SocketChannel channel = null;
            try {
                channel = SocketChannel.open();
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.configureBlocking(false);
                if (channel.connect(address)) selectors.adopt(channel, this, null);
                else selectors.connect(channel, this, null, pool.connectMillis());
            } catch (IOException | RuntimeException e) {
                close(channel);
                connectFailed(e);
            }
        }

        private static void close(@Nullable SocketChannel channel) {
            if (channel == null) return;
            try {
                channel.close();
            } catch (IOException e) {
                // It never was open to anybody.
            }
        }

        private void connectFailed(Throwable failure) {
            if (tried < addresses.length && !exchange.isOver()) next();
            else exchange.fail(failure);
        }

        @Override
        public EndPoint makeEndPoint(
                SelectableChannel channel, ManagedSelector selector, SelectionKey key) {
            return new HonestEndPoint((SocketChannel) channel, selector, key, scheduler);
        }

        @Override
        public Connection makeConnection(
                SelectableChannel channel, EndPoint endPoint, @Nullable Object context) {
            exchange.connected(System.nanoTime() - startNanos);
            return new NodeConnection(endPoint, pool, exchange);
        }

        @Override
        public void open(Connection connection, @Nullable Object context) {
            connection.onOpen();
        }

        @Override
        public void connectFailed(
                SelectableChannel channel, Throwable failure, @Nullable Object context) {
            connectFailed(failure);
        }
    }
}
