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
import java.util.concurrent.atomic.AtomicInteger;

/// An origin on 127.0.0.1 whose every byte is scripted. It records what it gets and runs one
/// [Behaviour] per request, each connection on its own thread. A behaviour that fails an assertion
/// fails the test when the origin is closed.
public final class FakeOrigin implements AutoCloseable {
    private final ServerSocket server;
    private final List<OriginExchange> exchanges = new CopyOnWriteArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile Behaviour behaviour;
    private volatile boolean closing;

    private FakeOrigin(ServerSocket server, Behaviour behaviour) {
        this.server = server;
        this.behaviour = behaviour;
    }

    /// What the origin does with a request whose head it has read.
    @FunctionalInterface
    public interface Behaviour {
        /// Serves a request. When it returns without having closed the connection, the rest of the
        /// request is read and the connection waits for the next one.
        ///
        /// @param exchange the request and the connection
        /// @throws Exception when the peer goes away, which is no failure of the test by itself
        void serve(OriginExchange exchange) throws Exception;
    }

    /// Starts an origin.
    ///
    /// @param behaviour what it does
    /// @return a listening origin
    /// @throws IOException when there is no free port
    public static FakeOrigin start(Behaviour behaviour) throws IOException {
        return at("127.0.0.1", 0, behaviour);
    }

    /// Starts an origin on another address of this machine.
    ///
    /// @param host a literal loopback address
    /// @param port the port, 0 for a free one
    /// @param behaviour what it does
    /// @return a listening origin
    /// @throws IOException when the port is not free
    public static FakeOrigin at(String host, int port, Behaviour behaviour) throws IOException {
        FakeOrigin origin =
                new FakeOrigin(new ServerSocket(port, 256, InetAddress.ofLiteral(host)), behaviour);
        origin.run("origin-accept", origin::accept);
        return origin;
    }

    /// Starts an origin that reads each request whole and answers it with the same bytes.
    ///
    /// @param response the exact response, one byte per character
    /// @return a listening origin
    /// @throws IOException when there is no free port
    public static FakeOrigin answering(String response) throws IOException {
        return start(answer(response));
    }

    /// Reads the request whole, then sends a response.
    ///
    /// @param response the exact response, one byte per character
    /// @return the behaviour
    public static Behaviour answer(String response) {
        return exchange -> {
            exchange.readAll();
            exchange.send(response);
        };
    }

    /// A short 200 with Content-Length.
    ///
    /// @param body the body, one byte per character
    /// @return the exact response
    public static String ok(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: "
                + body.length()
                + "\r\n\r\n"
                + body;
    }

    /// Changes what is done with requests from now on.
    ///
    /// @param next the behaviour
    public void behave(Behaviour next) {
        behaviour = next;
    }

    /// The port.
    ///
    /// @return the port
    public int port() {
        return server.getLocalPort();
    }

    /// The address for a configuration.
    ///
    /// @return `127.0.0.1:port`, or with the address at which it was started
    public String address() {
        return server.getInetAddress().getHostAddress() + ":" + port();
    }

    /// The requests whose head has been read.
    ///
    /// @return oldest first
    public List<OriginExchange> exchanges() {
        return List.copyOf(exchanges);
    }

    /// Waits for a request.
    ///
    /// @param number 1 for the first
    /// @return the request
    public OriginExchange exchange(int number) {
        await().atMost(RawClient.PATIENCE).until(() -> exchanges.size() >= number);
        return exchanges.get(number - 1);
    }

    /// Connections accepted so far.
    ///
    /// @return 0 or more
    public int connections() {
        return connections.get();
    }

    /// Connections that are open now.
    ///
    /// @return 0 or more
    public int openConnections() {
        return open.size();
    }

    @Override
    public void close() throws IOException {
        closing = true;
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
        threads.forEach(Thread::interrupt);
        Throwable failure = failures.poll();
        if (failure != null) {
            throw new AssertionError("the origin failed: " + failure.getMessage(), failure);
        }
    }

    private void accept() throws IOException {
        while (true) {
            Socket socket = server.accept();
            open.add(socket);
            int number = connections.incrementAndGet();
            run("origin-" + number, () -> serve(socket, number));
        }
    }

    private void serve(Socket socket, int number) throws Exception {
        try (socket) {
            socket.setTcpNoDelay(true);
            socket.setSendBufferSize(64 * 1024);
            WireReader wire = new WireReader(socket.getInputStream());
            boolean again = true;
            while (again && !socket.isClosed()) {
                OriginExchange exchange = new OriginExchange(socket, wire, wire.head(), number);
                exchanges.add(exchange);
                try {
                    behaviour.serve(exchange);
                } catch (IOException gone) {
                    exchange.broken();
                    throw gone;
                }
                again = !socket.isClosed() && exchange.finish();
            }
        } finally {
            open.remove(socket);
        }
    }

    private void run(String name, Step step) {
        threads.add(Thread.ofVirtual().name(name).start(() -> guarded(step)));
    }

    private void guarded(Step step) {
        try {
            step.run();
        } catch (IOException | InterruptedException gone) {
            // the peer went away, or the test is over: what tests look at is what was recorded
            return;
        } catch (Exception | AssertionError failure) {
            if (!closing) {
                failures.add(failure);
            }
        }
    }

    @FunctionalInterface
    private interface Step {
        void run() throws Exception;
    }
}
