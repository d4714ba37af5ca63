package io.breakwater.listen;

import io.breakwater.io.FileBodies;
import io.breakwater.io.HonestEndPoint;
import io.breakwater.io.SharedSelectors;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/// A server connector whose connections live on shared selectors. Its one own selector only
/// accepts.
final class SharedConnector extends ServerConnector {
    private final SharedSelectors shared;
    private final Places places;

    SharedConnector(
            Server server,
            Executor executor,
            SharedSelectors shared,
            Places places,
            ConnectionFactory... factories) {
        super(server, executor, null, null, 0, 1, factories);
        this.shared = shared;
        this.places = places;
    }

    @Override
    protected void onEndPointOpened(EndPoint endPoint) {
        places.take(endPoint);
        super.onEndPointOpened(endPoint);
    }

    @Override
    protected void onEndPointClosed(EndPoint endPoint) {
        super.onEndPointClosed(endPoint);
        places.free(endPoint);
    }

    @Override
    protected SelectorManager newSelectorManager(
            Executor executor, Scheduler scheduler, int selectors) {
        return new Facade(executor, scheduler, selectors);
    }

    /// Closes the listening socket at once. Without acceptor threads Jetty leaves that to the end
    /// of the selector manager; ours only accepts, so its end is now. Connections live on the
    /// shared selectors and stay. May block for a moment.
    @Override
    public void close() {
        super.close();
        LifeCycle.stop(getSelectorManager());
    }

    private final class Facade extends ServerConnectorManager implements SharedSelectors.Owner {
        Facade(Executor executor, Scheduler scheduler, int selectors) {
            super(executor, scheduler, selectors);
        }

        @Override
        public void accept(SelectableChannel channel, @Nullable Object attachment) {
            shared.adopt(channel, this, attachment, SharedSelectors.NONE);
        }

        @Override
        public EndPoint makeEndPoint(
                SelectableChannel channel, ManagedSelector selector, SelectionKey key) {
            return new OwnEndPoint((SocketChannel) channel, selector, key);
        }

        @Override
        public Connection makeConnection(
                SelectableChannel channel, EndPoint endPoint, @Nullable Object context)
                throws IOException {
            return newConnection(channel, endPoint, context);
        }

        @Override
        public void open(Connection connection, @Nullable Object context) {
            endPointOpened(connection.getEndPoint());
            connectionOpened(connection, context);
        }

        @Override
        public void connectFailed(
                SelectableChannel channel, Throwable failure, @Nullable Object context) {
            throw new IllegalStateException("a listener does not connect", failure);
        }

        void closed(EndPoint endPoint) {
            endPointClosed(endPoint);
        }

        /// An end point that tells its own connector of its end; the selectors do not know
        /// connectors.
        private final class OwnEndPoint extends HonestEndPoint implements ProxyOpening.Announced {
            private final FileBodies files = getServer().getBean(FileBodies.class);

            /// There was no room for all that was sent last. Who tries again at once finds little
            /// room; who waits until the socket is writable finds a third of it.
            private boolean full;

            private volatile ProxyPreface.@Nullable Header announced;

            OwnEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
                super(channel, selector, key, SharedConnector.this.getScheduler());
                setIdleTimeout(SharedConnector.this.getIdleTimeout());
            }

            @Override
            public void announce(ProxyPreface.Header header) {
                announced = header;
            }

            @Override
            public SocketAddress getRemoteSocketAddress() {
                ProxyPreface.Header header = announced;
                return header != null && header.client() != null
                        ? header.client()
                        : super.getRemoteSocketAddress();
            }

            @Override
            public SocketAddress getLocalSocketAddress() {
                ProxyPreface.Header header = announced;
                return header != null && header.server() != null
                        ? header.server()
                        : super.getLocalSocketAddress();
            }

            /// Bodies that lie in files are sent from there.
            @Override
            public boolean flush(ByteBuffer... buffers) throws IOException {
                if (full) {
                    full = false;
                    return false;
                }
                for (int i = 0; i < buffers.length; i++) {
                    FileBodies.Source source = files.find(buffers[i]);
                    if (source == null) continue;
                    if (i > 0 && !super.flush(Arrays.copyOf(buffers, i))) return false;
                    if (!send(source, buffers[i])) return false;
                }
                return super.flush(buffers);
            }

            @Override
            public int fill(ByteBuffer buffer) throws IOException {
                try {
                    return super.fill(buffer);
                } catch (IOException e) {
                    shutdownInput();
                    throw e;
                }
            }

            private boolean send(FileBodies.Source source, ByteBuffer body) throws IOException {
                long sent = source.send(body, getChannel());
                if (sent > 0) notIdle();
                full = sent > 0 && body.hasRemaining();
                return !body.hasRemaining();
            }

            @Override
            public void onClose(@Nullable Throwable cause) {
                try {
                    super.onClose(cause);
                } finally {
                    closed(this);
                }
            }
        }
    }
}
