package io.breakwater.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A real DNS server (dnsmasq) on 127.0.0.1 that knows only what a test says, below `.test`. Each
/// answer is good for one second.
public final class DnsServer implements AutoCloseable {
    private static final Path DNSMASQ = Path.of("/usr/sbin/dnsmasq");

    private final Path folder;
    private int port;
    private List<String> options = List.of();
    private @Nullable Process process;

    private DnsServer(Path folder) {
        this.folder = folder;
    }

    /// Starts a server that knows nothing.
    ///
    /// @return a server that answers
    /// @throws IOException when dnsmasq is not installed
    public static DnsServer start() throws IOException {
        DnsServer server = new DnsServer(Files.createTempDirectory("breakwater-dns"));
        Files.writeString(server.hosts(), "");
        server.run();
        return server;
    }

    /// Its address for a configuration.
    ///
    /// @return `127.0.0.1:port`
    public String address() {
        return "127.0.0.1:" + port;
    }

    /// Says which addresses names have, without an interruption.
    ///
    /// @param lines of a hosts file, such as `127.0.0.1 app.test`
    /// @throws Exception when the server cannot be told
    public void addresses(String... lines) throws Exception {
        long read = reads();
        Files.write(hosts(), List.of(lines));
        Process running = process;
        if (running == null) return;
        new ProcessBuilder("kill", "-HUP", Long.toString(running.pid())).start().waitFor();
        await().atMost(RawClient.PATIENCE).until(() -> reads() > read);
    }

    /// Says further things that need a new start, such as service records.
    ///
    /// @param lines of a configuration file, such as `srv-host=_http._tcp.app.test,a.test,80,10,5`
    /// @throws Exception when the server does not start
    public void options(String... lines) throws Exception {
        options = List.of(lines);
        kill();
        run();
    }

    /// Ends the server; nobody answers at its address.
    ///
    /// @throws InterruptedException when interrupted
    public void kill() throws InterruptedException {
        Process running = process;
        process = null;
        if (running == null) return;
        running.destroy();
        if (!running.waitFor(20, TimeUnit.SECONDS)) throw new AssertionError("dnsmasq goes on");
    }

    /// Starts it again at the same address.
    ///
    /// @throws IOException when its port is taken
    public void run() throws IOException {
        Files.writeString(log(), "");
        int wanted = port;
        do {
            port = wanted == 0 ? freePort() : wanted;
            List<String> lines =
                    new ArrayList<>(
                            List.of(
                                    "port=" + port,
                                    "listen-address=127.0.0.1",
                                    "bind-interfaces",
                                    "no-resolv",
                                    "no-hosts",
                                    "keep-in-foreground",
                                    "log-facility=" + log(),
                                    "user=" + System.getProperty("user.name"),
                                    "pid-file",
                                    "addn-hosts=" + hosts(),
                                    "local-ttl=1",
                                    "local=/test/"));
            lines.addAll(options);
            Path file = folder.resolve("dnsmasq.conf");
            Files.write(file, lines);
            Process started =
                    new ProcessBuilder(DNSMASQ.toString(), "--conf-file=" + file)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                            .start();
            process = started;
            await().atMost(RawClient.PATIENCE).until(() -> reads() > 0 || !started.isAlive());
            if (!started.isAlive()) process = null;
        } while (process == null && wanted == 0 && Files.readString(log()).contains("in use"));
        if (process == null) throw new IOException("dnsmasq: " + Files.readString(log()));
    }

    private static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// How often it has read its hosts file.
    private long reads() throws IOException {
        try (Stream<String> lines = Files.lines(log())) {
            return lines.filter(line -> line.contains("read " + hosts())).count();
        }
    }

    private Path hosts() {
        return folder.resolve("hosts");
    }

    private Path log() {
        return folder.resolve("log");
    }

    @Override
    public void close() throws IOException {
        try {
            kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) Files.delete(file);
        }
        Files.delete(folder);
    }
}
