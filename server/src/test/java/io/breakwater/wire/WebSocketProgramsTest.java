package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.testing.Nginx;
import io.breakwater.testing.Program;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.java_websocket.WebSocket;
import org.java_websocket.client.WebSocketClient;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.handshake.ServerHandshake;
import org.java_websocket.server.WebSocketServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// WebSocket between clients and servers that others have written: Java-WebSocket, and Python's
/// websockets and h2.
class WebSocketProgramsTest {
    /// Debian's, which has the modules that its packages bring.
    private static final String PYTHON = "/usr/bin/python3";

    @TempDir Path folder;

    @Test
    void javaSpeaksWithJava() throws Exception {
        Echo server = Echo.started();
        try (TestBreakwater breakwater = Setup.to("127.0.0.1:" + server.getPort()).start()) {
            Client client = new Client(breakwater.port());
            assertThat(client.connectBlocking(20, TimeUnit.SECONDS)).isTrue();
            client.send("hello");
            assertThat(client.next()).isEqualTo("hello");
            byte[] large = new byte[3 << 20];
            Arrays.fill(large, (byte) 7);
            client.send(large);
            assertThat(client.next()).isEqualTo(ByteBuffer.wrap(large));
            client.send("close 4001");
            assertThat(client.code()).isEqualTo(4001);
            assertThat(breakwater.log(1)).hasSize(1);
        } finally {
            server.stop();
        }
    }

    @Test
    void pythonSpeaksWithPython() throws Exception {
        int port = Nginx.freePort();
        try (Program server = Program.start(folder, port, PYTHON, script("server.py"), "" + port);
                TestBreakwater breakwater = Setup.to(server.address()).start()) {
            String url = "ws://127.0.0.1:" + breakwater.port() + "/chat";
            assertThat(run("client.py", url))
                    .containsExactly(
                            "subprotocol chat",
                            "extensions permessage-deflate",
                            "text hello",
                            "large True",
                            "pong",
                            "closed 4001 as asked");
            assertThat(breakwater.log(1)).hasSize(1);
        }
    }

    @Test
    void javaSpeaksWithPython() throws Exception {
        int port = Nginx.freePort();
        try (Program server = Program.start(folder, port, PYTHON, script("server.py"), "" + port);
                TestBreakwater breakwater = Setup.to(server.address()).start()) {
            Client client = new Client(breakwater.port());
            assertThat(client.connectBlocking(20, TimeUnit.SECONDS)).isTrue();
            client.send("hello");
            assertThat(client.next()).isEqualTo("hello");
            client.close(4002, "enough");
            assertThat(client.code()).isEqualTo(4002);
        }
    }

    /// A goodbye of a proxy that knows no messages, as clients understand it.
    @Test
    void clientsAreToldToGoWhenTheListenerGoes() throws Exception {
        Echo server = Echo.started();
        try (TestBreakwater breakwater = Setup.to("127.0.0.1:" + server.getPort()).start()) {
            Client client = new Client(breakwater.port());
            assertThat(client.connectBlocking(20, TimeUnit.SECONDS)).isTrue();
            client.send("hello");
            assertThat(client.next()).isEqualTo("hello");
            breakwater.apply(
                    """
                    [servers.elsewhere]
                    listen = ["127.0.0.1:0"]
                    locations = ["all"]
                    [locations.all]
                    respond = { body = "here" }
                    """);
            assertThat(client.code()).isEqualTo(1001);
            assertThat(server.code.get(20, TimeUnit.SECONDS)).isEqualTo(1001);
        } finally {
            server.stop();
        }
    }

    @Test
    void pythonSpeaksHttp2() throws Exception {
        Echo server = Echo.started();
        try (TestBreakwater breakwater = Setup.to("127.0.0.1:" + server.getPort()).start()) {
            assertThat(run("h2client.py", "" + breakwater.port(), "20", "300000"))
                    .containsExactly("enabled 1", "status 200", "whole 20");
            assertThat(breakwater.log(20)).hasSize(20);
        } finally {
            server.stop();
        }
    }

    private static String script(String name) throws Exception {
        return Path.of(WebSocketProgramsTest.class.getResource("/websocket/" + name).toURI())
                .toString();
    }

    private String[] run(String name, String... arguments) throws Exception {
        Path out = folder.resolve("client.out");
        String[] command = new String[arguments.length + 2];
        command[0] = PYTHON;
        command[1] = script(name);
        System.arraycopy(arguments, 0, command, 2, arguments.length);
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile())
                        .start();
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        process.destroyForcibly();
        String text = Files.readString(out);
        assertThat(ended && process.exitValue() == 0).as(text).isTrue();
        return text.strip().split("\n", -1);
    }

    /// A server that echoes; `close N` makes it close with code N.
    private static final class Echo extends WebSocketServer {
        private final CompletableFuture<Void> started = new CompletableFuture<>();
        final CompletableFuture<Integer> code = new CompletableFuture<>();

        private Echo() {
            super(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
            setReuseAddr(true);
        }

        static Echo started() throws Exception {
            Echo server = new Echo();
            server.start();
            server.started.get(RawClient.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            return server;
        }

        @Override
        public void onStart() {
            started.complete(null);
        }

        @Override
        public void onOpen(WebSocket socket, ClientHandshake handshake) {
            // Clients speak first.
        }

        @Override
        public void onMessage(WebSocket socket, String message) {
            if (message.startsWith("close ")) socket.close(Integer.parseInt(message.substring(6)));
            else socket.send(message);
        }

        @Override
        public void onMessage(WebSocket socket, ByteBuffer message) {
            socket.send(message);
        }

        @Override
        public void onClose(WebSocket socket, int status, String reason, boolean remote) {
            code.complete(status);
        }

        @Override
        public void onError(@Nullable WebSocket socket, Exception failure) {
            started.completeExceptionally(failure);
        }
    }

    /// A client that keeps what it gets.
    private static final class Client extends WebSocketClient {
        private final BlockingQueue<Object> got = new LinkedBlockingQueue<>();
        private final CompletableFuture<Integer> code = new CompletableFuture<>();

        Client(int port) {
            super(URI.create("ws://127.0.0.1:" + port + "/chat"));
        }

        @Nullable Object next() throws InterruptedException {
            return got.poll(RawClient.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        int code() throws Exception {
            return code.get(RawClient.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        @Override
        public void onOpen(ServerHandshake handshake) {
            // The test speaks first.
        }

        @Override
        public void onMessage(String message) {
            got.add(message);
        }

        @Override
        public void onMessage(ByteBuffer message) {
            got.add(message);
        }

        @Override
        public void onClose(int status, String reason, boolean remote) {
            code.complete(status);
        }

        @Override
        public void onError(Exception failure) {
            code.completeExceptionally(failure);
        }
    }
}
