package io.breakwater.testing;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/// A node that takes no connection: it either refuses at once or leaves every attempt unanswered.
/// Its port stays taken while it is open, so nothing else can appear there.
public final class DeadNode implements AutoCloseable {
    private final List<Closeable> sockets;
    private final int port;

    private DeadNode(int port, List<Closeable> sockets) {
        this.port = port;
        this.sockets = sockets;
    }

    /// A node that refuses connections.
    ///
    /// @return the node
    /// @throws IOException when there is no free port
    public static DeadNode refusing() throws IOException {
        Socket bound = new Socket(); // bound and never listening: the kernel answers with a reset
        bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return new DeadNode(bound.getLocalPort(), List.of(bound));
    }

    /// A node that answers no attempt: its queue of connections is full and nobody accepts.
    ///
    /// @return the node
    /// @throws IOException when there is no free port
    public static DeadNode silent() throws IOException {
        ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        List<Closeable> sockets = new ArrayList<>(List.of(server));
        boolean full = false;
        while (!full) {
            Socket filler = new Socket();
            sockets.add(filler);
            try {
                filler.connect(server.getLocalSocketAddress(), 300);
            } catch (SocketTimeoutException queueIsFull) {
                full = true;
            }
        }
        return new DeadNode(server.getLocalPort(), sockets);
    }

    /// The address for a configuration.
    ///
    /// @return `127.0.0.1:port`
    public String address() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() throws IOException {
        for (Closeable socket : sockets) {
            socket.close();
        }
    }
}
