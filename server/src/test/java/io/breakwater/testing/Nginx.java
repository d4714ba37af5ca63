package io.breakwater.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A running nginx with one server.
public final class Nginx implements AutoCloseable {
    private final Path folder;
    private final Process process;

    private Nginx(Path folder, Process process) {
        this.folder = folder;
        this.process = process;
    }

    /// Starts one.
    ///
    /// @param folder where its files go; bodies that are PUT go below `put/`
    /// @param server what stands in its server block
    /// @return running
    /// @throws Exception when it does not start
    public static Nginx start(Path folder, String server) throws Exception {
        Files.createDirectories(folder.resolve("tmp"));
        Path alive = folder.resolve("alive");
        Files.writeString(folder.resolve("nginx.conf"), config(alive, server));
        Process process =
                new ProcessBuilder(
                                "/usr/sbin/nginx",
                                "-p",
                                folder + "/",
                                "-c",
                                "nginx.conf",
                                "-e",
                                "error.log")
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("nginx.out").toFile())
                        .start();
        Nginx nginx = new Nginx(folder, process);
        await().atMost(RawClient.PATIENCE).until(() -> listens(alive) || !process.isAlive());
        if (process.isAlive()) return nginx;
        throw new AssertionError(Files.readString(folder.resolve("error.log")));
    }

    /// Finds a port that nobody listens on.
    ///
    /// @return the port
    /// @throws IOException when there is none
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String config(Path alive, String server) {
        return """
        daemon off;
        pid nginx.pid;
        worker_processes 1;
        user root;
        events { worker_connections 256; }
        http {
          client_body_temp_path tmp; proxy_temp_path tmp; fastcgi_temp_path tmp;
          uwsgi_temp_path tmp; scgi_temp_path tmp;
          client_max_body_size 0;
          log_format seen '$proxy_protocol_addr:$proxy_protocol_port $connection $status';
          access_log access.log seen;
          server { listen unix:%s; location = /alive { return 204; access_log off; } }
          server {
            %s
          }
        }
        """
                .formatted(alive, server);
    }

    private static boolean listens(Path socket) {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return channel.isConnected();
        } catch (IOException e) {
            return false; // not yet
        }
    }

    /// Waits until the access log has so many lines: address and port of the PROXY header,
    /// connection, status.
    ///
    /// @param lines at least so many
    /// @return all of them
    public List<String> log(int lines) {
        Path log = folder.resolve("access.log");
        await().atMost(RawClient.PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> Files.exists(log) && Files.readAllLines(log).size() >= lines);
        try {
            return Files.readAllLines(log);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.onExit().get(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            process.destroyForcibly();
        }
    }
}
