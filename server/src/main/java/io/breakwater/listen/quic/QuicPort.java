package io.breakwater.listen.quic;

import io.breakwater.exchange.ClientConnection;
import io.breakwater.tls.Identity;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import org.eclipse.jetty.quic.common.StreamEndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;

/// The UDP port of a listener that speaks HTTP/3. It is bound before it is known whether the
/// configuration is taken, and lets connections begin once it is. Loading this class loads nothing
/// of QUIC; using it does.
public final class QuicPort {
    private final Server server;
    private final PemFiles files;
    private final QuicConnector connector;
    private volatile boolean accepting;

    private QuicPort(Server server, PemFiles files, QuicConnector connector) {
        this.server = server;
        this.files = files;
        this.connector = connector;
    }

    /// Binds the port. Packets are dropped until [#accept]. Blocks on files.
    ///
    /// @param server Jetty's server, started
    /// @param executor runs connections' tasks
    /// @param library loaded
    /// @param address where, with a port
    /// @param owner the listener
    /// @param identity what is shown to clients
    /// @return bound
    /// @throws IOException when it cannot be bound, or the certificate not be written
    public static QuicPort open(
            Server server,
            Executor executor,
            QuicLibrary library,
            InetSocketAddress address,
            QuicOwner owner,
            Identity identity)
            throws IOException {
        PemFiles files = new PemFiles(library, identity);
        QuicConnector connector = new QuicConnector(server, executor, owner, files);
        QuicPort port = new QuicPort(server, files, connector);
        try {
            connector.bind(address, port::isAccepting);
            server.addConnector(connector);
            server.manage(connector);
            connector.start();
            return port;
        } catch (Exception e) {
            port.stop();
            throw e instanceof IOException io ? io : new IOException(e);
        }
    }

    /// Lets connections begin, or no more of them.
    ///
    /// @param on whether they may
    public void accept(boolean on) {
        accepting = on;
    }

    /// Whether connections may begin.
    ///
    /// @return true between [#accept] and [#drain]
    public boolean isAccepting() {
        return accepting;
    }

    /// Prepares another certificate. Blocks on files.
    ///
    /// @param identity certificate and key
    /// @throws IOException when they cannot be written; then nothing changes
    public void prepare(Identity identity) throws IOException {
        files.prepare(identity);
    }

    /// Shows what was prepared, if anything was, to connections that begin from now on. Blocks on
    /// files.
    ///
    /// @throws IOException when files of a certificate that is not shown any more stay
    public void commit() throws IOException {
        files.commit();
    }

    /// Drops what was prepared. Blocks on files.
    ///
    /// @throws IOException when its files stay
    public void forget() throws IOException {
        files.forget();
    }

    /// Open connections.
    ///
    /// @return 0 or more, those included whose handshake is not over
    public int connections() {
        return connector.connections();
    }

    /// Lets no connection begin and has the others end with what they are doing (GOAWAY). Returns
    /// at once.
    public void drain() {
        accepting = false;
        connector.goAway();
    }

    /// Ends the connections that do nothing.
    public void endIdle() {
        connector.endIdle();
    }

    /// Ends what is left and gives the port back. May block.
    ///
    /// @throws IOException when the key's file stays
    public void stop() throws IOException {
        accepting = false;
        connector.end();
        server.removeConnector(connector);
        connector.close();
        files.remove();
    }

    /// The client's connection of a request.
    ///
    /// @param request one over HTTP/3
    /// @return its connection
    public static ClientConnection connectionOf(Request request) {
        StreamEndPoint stream =
                (StreamEndPoint) request.getConnectionMetaData().getConnection().getEndPoint();
        return ((QuicSession) stream.getProtocolSession().getSession()).client();
    }
}
