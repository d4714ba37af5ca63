package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.breakwater.config.InvalidConfigException;
import io.breakwater.control.StatusView;
import io.breakwater.testing.Command;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.H3Client;
import io.breakwater.testing.Http3Kit;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.TlsClient;
import io.breakwater.testing.WireTest;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// HTTP/3 coming and going, how clients learn of it, and packets that nobody should send.
@WireTest
class Http3ChangeTest {
    private static final int PACKET_BYTES = 1200;

    @TempDir static Path shared;
    private static Http3Kit kit;

    @BeforeAll
    static void issue() throws Exception {
        kit = Http3Kit.in(shared);
    }

    private static TlsClient connect(TestBreakwater breakwater) throws Exception {
        return TlsClient.to(breakwater.port(), "shop.test", kit.pki().path("ca.pem"));
    }

    private static String http3(TestBreakwater breakwater) {
        return breakwater.engine().listeners().stream()
                .filter(listener -> listener.state().equals("listening"))
                .map(StatusView.Listener::http3)
                .findFirst()
                .orElse("");
    }

    @Test
    void itComesAndGoesWhileOtherConnectionsStay() throws Exception {
        Setup without = kit.secure(Setup.answering("hello"), "one");
        Setup with = kit.speaking(Setup.answering("hello"));
        try (TestBreakwater breakwater = without.start();
                TlsClient kept = connect(breakwater)) {
            assertThat(kept.get("/")).doesNotContain("Alt-Svc");
            assertThat(http3(breakwater)).isEqualTo("off");
            breakwater.apply(with.toml());
            assertThat(http3(breakwater)).isEqualTo("on");
            String told = "Alt-Svc: h3=\":" + breakwater.port() + "\"; ma=86400\r\n";
            assertThat(kept.get("/")).containsOnlyOnce(told).endsWith("hello");
            try (TlsClient refused = connect(breakwater)) {
                assertThat(refused.get("/../..")).startsWith("HTTP/1.1 400").containsOnlyOnce(told);
            }
            try (H3Client client = H3Client.to(breakwater.port())) {
                assertThat(client.get("/")).isEqualTo("hello");
                // What does not concern the connection leaves it alone.
                breakwater.apply(
                        kit.speaking(Setup.answering("hello").server("server-header = true"))
                                .toml());
                breakwater.apply(
                        kit.speaking(Setup.answering("again"), "two")
                                .server("alt-svc-port = 443")
                                .toml());
                assertThat(client.get("/")).isEqualTo("again");
                assertThat(client.isConnected()).isTrue();
                assertThat(kept.get("/")).containsOnlyOnce("Alt-Svc: h3=\":443\"; ma=86400\r\n");
                breakwater.apply(without.toml());
                assertThat(kept.get("/")).doesNotContain("Alt-Svc").endsWith("hello");
                await().atMost(RawClient.PATIENCE)
                        .until(() -> http3(breakwater).equals("off") && !client.isConnected());
            }
            breakwater.apply(with.toml());
            try (H3Client client = H3Client.to(breakwater.port())) {
                assertThat(client.get("/")).isEqualTo("hello");
            }
            assertThat(kept.get("/")).endsWith("hello");
        }
    }

    @Test
    void whatIsUnderWayIsFinished() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            exchange.readAll();
                            answer.await();
                            exchange.send(FakeOrigin.ok("late"));
                        });
                TestBreakwater breakwater = kit.speaking(Setup.to(origin)).start();
                H3Client client = H3Client.to(breakwater.port())) {
            CompletableFuture<HttpResponse<byte[]>> late =
                    client.begin(client.request("/").build(), BodyHandlers.ofByteArray());
            await().atMost(RawClient.PATIENCE).until(() -> breakwater.engine().inFlight() == 1);
            breakwater.apply(kit.secure(Setup.to(origin), "one").toml());
            assertThat(http3(breakwater)).isEqualTo("draining");
            // Back again before it has gone: the port is still there.
            breakwater.apply(kit.speaking(Setup.to(origin)).toml());
            assertThat(http3(breakwater)).isEqualTo("on");
            breakwater.apply("");
            answer.countDown();
            assertThat(late.get(20, TimeUnit.SECONDS).body()).asString().isEqualTo("late");
            await().atMost(RawClient.PATIENCE)
                    .until(() -> breakwater.engine().listeners().isEmpty());
        }
    }

    @Test
    void aNewCertificateIsForNewConnections() throws Exception {
        try (TestBreakwater breakwater = kit.speaking(Setup.answering("hello")).start();
                H3Client before = H3Client.to(breakwater.port())) {
            for (String name : new String[] {"two", "one", "two"}) {
                breakwater.apply(kit.speaking(Setup.answering("hello"), name).toml());
                try (H3Client after = H3Client.to(breakwater.port())) {
                    assertThat(after.subject()).isEqualTo("CN=" + name);
                    assertThat(after.get("/")).isEqualTo("hello");
                }
            }
            assertThat(before.subject()).isEqualTo("CN=one");
            assertThat(before.get("/")).isEqualTo("hello");
        }
    }

    @ParameterizedTest
    @CsvSource({"--http1.1, 1.1", "--http2, 2"})
    void clientsAreToldOnceOverEachProtocol(String option, String version) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("here"));
                TestBreakwater breakwater =
                        kit.speaking(Setup.to(origin)).server("alt-svc-port = 8443").start()) {
            assertThat(curl(breakwater.port(), option))
                    .isEqualTo("here " + version + " h3=\":8443\"; ma=86400");
            origin.behave(
                    FakeOrigin.answer(
                            "HTTP/1.1 200 OK\r\nAlt-Svc: clear\r\nContent-Length: 1\r\n\r\nx"));
            assertThat(curl(breakwater.port(), option)).isEqualTo("x " + version + " clear");
        }
    }

    private static String curl(int port, String option) throws IOException {
        return Command.run(
                        "curl",
                        "-sS",
                        "--max-time",
                        "20",
                        option,
                        "--cacert",
                        kit.pki().path("ca.pem"),
                        "--resolve",
                        "shop.test:" + port + ":127.0.0.1",
                        "-w",
                        " %{http_version} %header{alt-svc}",
                        "https://shop.test:" + port + "/")
                .output();
    }

    @Test
    void aPortThatIsTakenChangesNothing() throws Exception {
        String without = kit.secure(Setup.answering("hello"), "one").toml();
        try (TestBreakwater breakwater = TestBreakwater.start(without);
                TlsClient kept = connect(breakwater)) {
            int port = breakwater.port();
            InetAddress host = InetAddress.getLoopbackAddress();
            try (DatagramSocket taken = new DatagramSocket(new InetSocketAddress(host, port))) {
                assertThat(taken.getLocalPort()).isEqualTo(port);
                assertThatThrownBy(() ->
                                breakwater.apply(
                                        kit.speaking(Setup.answering("other"), "two").toml()))
                        .isInstanceOf(InvalidConfigException.class)
                        .hasMessageContaining("servers/web protocols: h3")
                        .hasMessageContaining("a UDP port that is free at 127.0.0.1:0");
                assertThat(http3(breakwater)).isEqualTo("off");
                assertThat(kept.get("/")).doesNotContain("Alt-Svc").endsWith("hello");
            }
            breakwater.apply(kit.speaking(Setup.answering("other"), "two").toml());
            try (H3Client client = H3Client.to(port)) {
                assertThat(client.get("/")).isEqualTo("other");
            }
        }
    }

    @Test
    void aChangeThatIsRefusedElsewhereLeavesNoPort() throws Exception {
        String without = kit.secure(Setup.answering("hello"), "one").toml();
        try (TestBreakwater breakwater = TestBreakwater.start(without);
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String refused =
                    kit.speaking(Setup.answering("hello")).toml()
                            + "[servers.z]\nlisten = [\"127.0.0.1:"
                            + taken.getLocalPort()
                            + "\"]\nlocations = []\n";
            assertThatThrownBy(() -> breakwater.apply(refused))
                    .isInstanceOf(InvalidConfigException.class);
            InetAddress host = InetAddress.getLoopbackAddress();
            try (DatagramSocket free =
                    new DatagramSocket(new InetSocketAddress(host, breakwater.port()))) {
                assertThat(free.isBound()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "protocols = [\"http1\", \"h3\"] | or tls = true",
                "protocols = [\"h3\"]; tls = true | http1 or h2 beside h3",
                "protocols = [\"h2\", \"h3\"]; tls = true; client-auth = \"optional\"; client-ca ="
                        + " \"CA\" | client-auth = \"none\"",
                "protocols = [\"h2\", \"h3\"]; tls = true; proxy-protocol = \"accept\";"
                        + " trusted-proxies = [\"127.0.0.1\"] | proxy-protocol = \"off\"",
                "protocols = [\"h2\", \"h4\"]; tls = true | http1, h2 or h3"
            })
    void whatCannotBeIsRefused(String server, String expected) throws Exception {
        Setup without = kit.secure(Setup.answering("hello"), "one");
        String toml =
                without.toml()
                        .replace(
                                "tls = true\n",
                                server.replace("; ", "\n").replace("CA", kit.pki().path("ca.pem"))
                                        + "\n");
        try (TestBreakwater breakwater = without.start()) {
            assertThatThrownBy(() -> breakwater.apply(toml))
                    .isInstanceOfSatisfying(
                            InvalidConfigException.class,
                            e -> {
                                assertThat(e.problems()).hasSize(1);
                                assertThat(e.problems().getFirst().key()).isEqualTo("protocols");
                                assertThat(e.problems().getFirst().expected()).contains(expected);
                            });
        }
    }

    @Test
    void severalCertificatesNeedADefault() throws Exception {
        String other =
                "[certificates.other]\ncertificate = \"%s\"\nkey = \"%s\"\n%s\n"
                        .formatted(kit.pki().path("two.pem"), kit.pki().path("two.key"), "%s");
        Setup setup = kit.speaking(Setup.answering("hello"));
        try (TestBreakwater breakwater = setup.start()) {
            assertThatThrownBy(() -> breakwater.apply(setup.more(other.formatted("")).toml()))
                    .isInstanceOf(InvalidConfigException.class)
                    .hasMessageContaining("a certificate with default = true");
            breakwater.apply(setup.more(other.formatted("default = true")).toml());
            try (H3Client client = H3Client.to(breakwater.port())) {
                assertThat(client.subject()).isEqualTo("CN=two");
            }
        }
    }

    /// Each of these ends Jetty's own reading for good.
    @Test
    void packetsThatCannotBeTakenHarmNobody() throws Exception {
        try (TestBreakwater breakwater = kit.speaking(Setup.answering("hello")).start();
                H3Client before = H3Client.to(breakwater.port());
                DatagramSocket socket = new DatagramSocket()) {
            assertThat(before.get("/")).isEqualTo("hello");
            Random random = new Random(1);
            for (int i = 0; i < 200; i++) {
                send(socket, breakwater.port(), initial(random, 0, 0));
                send(socket, breakwater.port(), initial(random, 8, 16));
                send(socket, breakwater.port(), initial(random, 20, 47));
                byte[] garbage = new byte[1 + random.nextInt(PACKET_BYTES)];
                random.nextBytes(garbage);
                send(socket, breakwater.port(), garbage);
            }
            assertThat(before.get("/")).isEqualTo("hello");
            try (H3Client after = H3Client.to(breakwater.port())) {
                assertThat(after.get("/")).isEqualTo("hello");
            }
            // A token of ours, followed by what is no handshake.
            byte[] first = initial(random, 8, 0);
            send(socket, breakwater.port(), first);
            DatagramPacket retry = new DatagramPacket(new byte[2048], 2048);
            socket.setSoTimeout((int) RawClient.PATIENCE.toMillis());
            socket.receive(retry);
            for (int i = 0; i < 50; i++) send(socket, breakwater.port(), afterRetry(random, retry));
            assertThat(before.get("/")).isEqualTo("hello");
            try (H3Client after = H3Client.to(breakwater.port())) {
                assertThat(after.get("/")).isEqualTo("hello");
            }
        }
    }

    private static void send(DatagramSocket socket, int port, byte[] packet) throws IOException {
        socket.send(
                new DatagramPacket(packet, packet.length, InetAddress.getLoopbackAddress(), port));
    }

    /// An Initial packet (RFC 9000 §17.2.2) of random bytes.
    private static byte[] initial(Random random, int idBytes, int tokenBytes) {
        byte[] id = new byte[idBytes];
        byte[] token = new byte[tokenBytes];
        random.nextBytes(id);
        random.nextBytes(token);
        return initial(random, id, token);
    }

    private static byte[] initial(Random random, byte[] id, byte[] token) {
        byte[] packet = new byte[PACKET_BYTES];
        random.nextBytes(packet);
        int at = 0;
        packet[at++] = (byte) 0xC3;
        for (byte version : new byte[] {0, 0, 0, 1}) packet[at++] = version;
        packet[at++] = (byte) id.length;
        System.arraycopy(id, 0, packet, at, id.length);
        at += id.length;
        packet[at++] = 8;
        at += 8;
        packet[at++] = (byte) token.length;
        System.arraycopy(token, 0, packet, at, token.length);
        at += token.length;
        packet[at++] = 0x44;
        packet[at] = 0;
        return packet;
    }

    /// With the id and the token of a Retry packet (RFC 9000 §17.2.5).
    private static byte[] afterRetry(Random random, DatagramPacket retry) {
        byte[] data = retry.getData();
        int at = 5;
        at += 1 + data[at];
        byte[] id = new byte[data[at]];
        System.arraycopy(data, at + 1, id, 0, id.length);
        at += 1 + id.length;
        byte[] token = new byte[retry.getLength() - 16 - at];
        System.arraycopy(data, at, token, 0, token.length);
        return initial(random, id, token);
    }
}
