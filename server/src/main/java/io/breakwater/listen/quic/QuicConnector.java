package io.breakwater.listen.quic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.http3.server.HTTP3ServerConnectionFactory;
import org.eclipse.jetty.http3.server.HTTP3ServerQuicConfiguration;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.quic.api.Session;
import org.eclipse.jetty.quic.common.ProtocolSession;
import org.eclipse.jetty.quic.quiche.server.QuicheServerConnectionFactory;
import org.eclipse.jetty.quic.quiche.server.QuicheServerQuicConfiguration;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.DatagramServerConnector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/// A socket for datagrams with the one connection that all clients of QUIC share. Jetty's own
/// connector is made for a certificate and settings that stay.
final class QuicConnector extends DatagramServerConnector {
    /// Room for what comes while the one thread that reads is busy; the system may give less.
    private static final int BUFFER_BYTES = 2 << 20;

    private final QuicOwner owner;
    private final PemFiles files;
    private final Connections connections = new Connections();
    private BooleanSupplier accepting = () -> false;
    private volatile @Nullable QuicConnection connection;

    QuicConnector(Server server, Executor executor, QuicOwner owner, PemFiles files) {
        super(server, executor, null, null, new Http3Factory(owner));
        this.owner = owner;
        this.files = files;
        setIdleTimeout(0); // of the socket; sessions have their own
    }

    /// Binds the socket.
    ///
    /// @param address where
    /// @param mayBegin whether connections may begin, asked for each
    void bind(InetSocketAddress address, BooleanSupplier mayBegin) throws IOException {
        accepting = mayBegin;
        setHost(
                address.getAddress() == null
                        ? address.getHostString()
                        : address.getAddress().getHostAddress());
        setPort(address.getPort());
        open();
    }

    @Override
    protected DatagramChannel openDatagramChannel() throws IOException {
        DatagramChannel channel = super.openDatagramChannel();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER_BYTES);
        return channel;
    }

    @Override
    protected void doStart() throws Exception {
        connections.configure(this);
        super.doStart();
    }

    @Override
    public ConnectionFactory getDefaultConnectionFactory() {
        return connections;
    }

    int connections() {
        QuicConnection open = connection;
        return open == null ? 0 : open.sessions().size();
    }

    /// Asks every session to end with what it is doing.
    void goAway() {
        QuicConnection open = connection;
        if (open != null) open.sessions().forEach(QuicSession::goAway);
    }

    /// Ends the sessions that answer nothing.
    void endIdle() {
        QuicConnection open = connection;
        if (open == null) return;
        for (QuicSession session : open.sessions()) if (!session.client().isBusy()) session.close();
    }

    /// Ends every session.
    void end() {
        QuicConnection open = connection;
        if (open != null) open.close();
    }

    private final class Connections extends QuicheServerConnectionFactory {
        Connections() {
            // Never started: certificates are given by our own files.
            super(
                    new SslContextFactory.Server(),
                    HTTP3ServerQuicConfiguration.configure(new QuicheServerQuicConfiguration()));
        }

        @Override
        public Connection newConnection(Connector from, EndPoint endPoint) {
            QuicConnection made =
                    new QuicConnection(QuicConnector.this, this, endPoint, owner, files, accepting);
            connection = made;
            return configure(made, from, endPoint);
        }
    }

    /// How much larger than `max-header-size` a head may be without the connection being ended for
    /// it, which is all that Jetty's decoder can do; admit refuses it.
    private static final int HEAD_ROOM = 4;

    private static final class Http3Factory extends HTTP3ServerConnectionFactory {
        private final QuicOwner owner;

        Http3Factory(QuicOwner owner) {
            super(owner.httpConfiguration());
            this.owner = owner;
            getHTTP3Configuration().setStreamIdleTimeout(0); // exchanges have their own deadlines
        }

        /// With the limits of the moment at which a connection begins.
        @Override
        public ProtocolSession newProtocolSession(Session quic, Map<String, Object> context) {
            getHTTP3Configuration()
                    .setMaxRequestHeadersSize(HEAD_ROOM * owner.config().maxHeaderSize());
            return super.newProtocolSession(quic, context);
        }
    }
}
