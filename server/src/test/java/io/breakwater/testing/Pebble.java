package io.breakwater.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A real authority (Debian's pebble) on 127.0.0.1, with a DNS server that says that every name is
/// at 127.0.0.1. It rejects a quarter of all nonces and asks for each order anew whether names are
/// ours.
public final class Pebble implements AutoCloseable {
    private final Path folder;
    private final Pki pki;
    private final int port;
    private final int managementPort;
    private final int namesPort;
    private final List<Process> processes = new ArrayList<>();

    private Pebble(Path folder, Pki pki, int port, int managementPort, int namesPort) {
        this.folder = folder;
        this.pki = pki;
        this.port = port;
        this.managementPort = managementPort;
        this.namesPort = namesPort;
    }

    /// Starts an authority.
    ///
    /// @param folder where its files go
    /// @param httpPort where it asks for files
    /// @param tlsPort where it asks over TLS
    /// @param more further members of its configuration, as JSON with a comma in front
    /// @return one that answers
    /// @throws Exception when it does not start
    public static Pebble start(Path folder, int httpPort, int tlsPort, String more)
            throws Exception {
        Pki pki = Pki.in(folder).issue("authority", "DNS:localhost,IP:127.0.0.1");
        int[] ports = freePorts(4);
        Pebble pebble = new Pebble(folder, pki, ports[0], ports[1], ports[2]);
        Files.writeString(
                folder.resolve("pebble.json"),
                """
                {"pebble": {
                  "listenAddress": "127.0.0.1:%d", "managementListenAddress": "127.0.0.1:%d",
                  "certificate": "%s", "privateKey": "%s",
                  "httpPort": %d, "tlsPort": %d, "ocspResponderURL": ""%s}}
                """
                        .formatted(
                                ports[0],
                                ports[1],
                                pki.path("authority.pem"),
                                pki.path("authority.key"),
                                httpPort,
                                tlsPort,
                                more));
        try {
            pebble.run(
                    "names",
                    "pebble-challtestsrv",
                    "-defaultIPv4",
                    "127.0.0.1",
                    "-defaultIPv6",
                    "",
                    "-dns01",
                    "127.0.0.1:" + ports[3],
                    "-http01",
                    "",
                    "-https01",
                    "",
                    "-tlsalpn01",
                    "",
                    "-management",
                    "127.0.0.1:" + ports[2]);
            pebble.run(
                    "pebble",
                    "pebble",
                    "-config",
                    folder.resolve("pebble.json").toString(),
                    "-dnsserver",
                    "127.0.0.1:" + ports[3]);
            Program.awaitListening(ports[2]);
            Program.awaitListening(ports[0]);
            Program.awaitListening(ports[1]);
        } catch (Throwable failed) {
            pebble.close();
            throw failed;
        }
        return pebble;
    }

    private static int[] freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        int[] ports = new int[count];
        for (int i = 0; i < count; i++) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            sockets.add(socket);
            ports[i] = socket.getLocalPort();
        }
        for (ServerSocket socket : sockets) socket.close();
        return ports;
    }

    private void run(String name, String... command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve(name + ".log").toFile());
        builder.environment()
                .putAll(
                        Map.of(
                                "PEBBLE_VA_NOSLEEP",
                                "1",
                                "PEBBLE_AUTHZREUSE",
                                "0",
                                "PEBBLE_WFE_NONCEREJECT",
                                "25"));
        processes.add(builder.start());
    }

    /// Its directory.
    ///
    /// @return `https://localhost:port/dir`
    public String directory() {
        return "https://localhost:" + port + "/dir";
    }

    /// Its address.
    ///
    /// @return `localhost:port`
    public String address() {
        return "localhost:" + port;
    }

    /// Who is trusted for its own TLS.
    ///
    /// @return the path of a PEM file
    public String ca() {
        return pki.path("ca.pem");
    }

    /// Who its certificates are from.
    ///
    /// @return the path of a PEM file
    /// @throws Exception when it cannot be asked
    public String root() throws Exception {
        Path file = folder.resolve("root.pem");
        String url = "https://localhost:" + managementPort + "/roots/0";
        Command curl = Command.run("curl", "-sS", "--cacert", ca(), "-o", file.toString(), url);
        if (curl.code() != 0) throw new IOException(curl.output());
        return file.toString();
    }

    /// Where its DNS server is told what to say.
    ///
    /// @return `http://127.0.0.1:port`
    public String names() {
        return "http://127.0.0.1:" + namesPort;
    }

    /// What it has written so far.
    ///
    /// @return its log
    /// @throws IOException when it cannot be read
    public String log() throws IOException {
        return Files.readString(folder.resolve("pebble.log"));
    }

    @Override
    public void close() {
        for (Process process : processes) process.destroyForcibly();
        try {
            for (Process process : processes)
                if (!process.waitFor(20, TimeUnit.SECONDS))
                    throw new AssertionError(process + " goes on");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
