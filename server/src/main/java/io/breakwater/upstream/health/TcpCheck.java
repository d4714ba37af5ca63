package io.breakwater.upstream.health;

import io.breakwater.config.HealthCheckConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/// Well is who accepts a connection.
///
/// @param host name or literal
/// @param port the port
/// @param config the timeout
record TcpCheck(String host, int port, HealthCheckConfig config) implements Check {
    @Override
    public void run(Result result) {
        Thread.ofVirtual().name("bw-health").start(() -> result.found(connect()));
    }

    private @Nullable String connect() {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(host, port),
                    Math.toIntExact(config.timeout().toMillis()));
            return null;
        } catch (IOException | RuntimeException e) {
            return "no connection: " + e.getMessage();
        }
    }
}
