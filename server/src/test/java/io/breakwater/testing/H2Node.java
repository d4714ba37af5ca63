package io.breakwater.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/// A node on 127.0.0.1 that speaks HTTP/2 by prior knowledge and whose every frame is scripted: one
/// [Behaviour] per connection, each on its own thread. A behaviour that fails an assertion fails
/// the test when the node is closed.
public final class H2Node implements AutoCloseable {
    private final ServerSocket server;
    private final Behaviour behaviour;
    private final int[] settings;
    private final List<H2NodeConnection> connections = new CopyOnWriteArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
    private volatile boolean closing;

    private H2Node(ServerSocket server, Behaviour behaviour, int... settings) {
        this.server = server;
        this.behaviour = behaviour;
        this.settings = settings;
    }

    /// What the node does on a connection.
    @FunctionalInterface
    public interface Behaviour {
        /// Serves a connection; it is closed when this returns.
        ///
        /// @param connection the connection, prefaces exchanged
        /// @throws Exception when the peer goes away, which is no failure of the test by itself
        void serve(H2NodeConnection connection) throws Exception;
    }

    /// Starts a node.
    ///
    /// @param behaviour what it does
    /// @param settings keys and values in turn, as in the first SETTINGS
    /// @return a listening node
    /// @throws IOException when there is no free port
    public static H2Node start(Behaviour behaviour, int... settings) throws IOException {
        H2Node node =
                new H2Node(
                        new ServerSocket(0, 256, InetAddress.getLoopbackAddress()),
                        behaviour,
                        settings);
        node.run("h2-accept", node::accept);
        return node;
    }

    /// Starts a node that reads each request whole and answers 200 with a text.
    ///
    /// @param text the text
    /// @return a listening node
    /// @throws IOException when there is no free port
    public static H2Node answering(String text) throws IOException {
        return start(connection -> {
            while (true) {
                H2NodeConnection.Request request = connection.next();
                connection.body(request.stream());
                connection.answer(request.stream(), text);
            }
        });
    }

    /// Where it listens.
    ///
    /// @return `host:port`
    public String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    /// The connections so far.
    ///
    /// @return in order
    public List<H2NodeConnection> connections() {
        return List.copyOf(connections);
    }

    /// Waits for a connection.
    ///
    /// @param number 1 for the first
    /// @return the connection
    public H2NodeConnection connection(int number) {
        await().atMost(RawClient.PATIENCE).until(() -> connections.size() >= number);
        return connections.get(number - 1);
    }

    private void accept() throws IOException {
        while (true) {
            Socket socket = server.accept();
            open.add(socket);
            run("h2-node", () -> serve(socket));
        }
    }

    private void serve(Socket socket) throws Exception {
        try (socket) {
            H2NodeConnection connection = new H2NodeConnection(socket, settings);
            connections.add(connection);
            behaviour.serve(connection);
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    private void run(String name, Work work) {
        threads.add(
                Thread.ofPlatform()
                        .daemon()
                        .name(name)
                        .start(() -> {
                            try {
                                work.run();
                            } catch (IOException | InterruptedException gone) {
                                // The peer left, or the test has ended.
                            } catch (Throwable failed) {
                                if (!closing) failures.add(failed);
                            }
                        }));
    }

    @Override
    public void close() throws IOException {
        closing = true;
        server.close();
        for (Socket socket : open) socket.close();
        threads.forEach(Thread::interrupt);
        Throwable failure = failures.poll();
        if (failure != null)
            throw new AssertionError("the node failed: " + failure.getMessage(), failure);
    }
}
