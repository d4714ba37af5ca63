package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.testing.BodyEngine;
import io.breakwater.testing.DeadNode;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.H2Client;
import io.breakwater.testing.H2Stream;
import io.breakwater.testing.OriginExchange;
import io.breakwater.testing.Pki;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.TlsClient;
import io.breakwater.testing.WireTest;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// HTTP/2 clients that leave while an answer waits for their window.
@WireTest
class Http2LeavingTest {
    private static final byte[] NO_WINDOW = {0, 4, 0, 0, 0, 0};

    @ParameterizedTest
    @CsvSource({
        "false, SHORT", "false, WINDOW", "false, RESET", "false, PING",
        "true, SHORT", "true, WINDOW", "true, RESET", "true, PING"
    })
    void aRequestEndsWhoseBodyIsStillToCome(boolean tls, Fault fault, @TempDir Path folder)
            throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(OriginExchange::awaitEnd);
                TestBreakwater breakwater = serving(origin, tls, folder).start();
                H2Client client = client(breakwater, tls, folder)) {
            client.open("POST", "/", "content-length: 5");
            origin.exchange(1);
            client.sendRaw(fault.frame());
            await().atMost(RawClient.PATIENCE).until(() -> breakwater.engine().inFlight() == 0);
        }
    }

    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void theAnswerIsGivenUp(boolean tls, boolean goAway, @TempDir Path folder) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("hello"));
                TestBreakwater breakwater = serving(origin, tls, folder).start()) {
            try (H2Client client = client(breakwater, tls, folder)) {
                client.sendRaw(H2Client.raw(4, 0, 0, NO_WINDOW));
                assertThat(client.send("GET", "/").status()).isEqualTo(200);
                if (goAway) client.sendRaw(H2Client.raw(7, 0, 0, new byte[8]));
            }
            await().atMost(RawClient.PATIENCE).until(() -> breakwater.engine().inFlight() == 0);
            assertThat(breakwater.stopAndLog()).containsExactly("200 client-left");
        }
    }

    /// One thread serves all connections here.
    @ParameterizedTest
    @EnumSource
    void whoTakesNoErrorPageHindersNobody(BodyEngine engine) throws Exception {
        try (DeadNode node = DeadNode.refusing()) {
            Setup setup =
                    Setup.to(node.address())
                            .engine(engine)
                            .server("protocols = [\"http1\", \"h2\"]");
            try (TestBreakwater breakwater = TestBreakwater.startOnOneSelector(setup.toml());
                    H2Client client = H2Client.to(breakwater.port());
                    RawClient other = breakwater.client()) {
                client.sendRaw(H2Client.raw(4, 0, 0, NO_WINDOW));
                H2Stream stream = client.send("GET", "/");
                assertThat(stream.status()).isEqualTo(502);
                assertThat(other.get("/").response().status()).isEqualTo(502);
                client.sendRaw(H2Client.raw(8, 0, 1, new byte[] {0, 1, 0, 0}));
                assertThat(stream.awaitEnd().text()).contains("502");
                assertThat(breakwater.stopAndLog())
                        .containsOnly("502 upstream-connect-refused")
                        .hasSize(2);
            }
        }
    }

    private static Setup serving(FakeOrigin origin, boolean tls, Path folder) throws Exception {
        Pki pki = Pki.in(folder).issue("web", "DNS:localhost");
        return Setup.to(origin)
                .server("protocols = [\"http1\", \"h2\"]\ntls = " + tls)
                .more(
                        "[certificates.web]\ncertificate = \"%s\"\nkey = \"%s\"\ndefault = true\n"
                                .formatted(pki.path("web.pem"), pki.path("web.key")));
    }

    private static H2Client client(TestBreakwater breakwater, boolean tls, Path folder)
            throws Exception {
        String ca = folder.resolve("ca.pem").toString();
        return H2Client.over(
                tls
                        ? TlsClient.connect(breakwater.port(), "localhost", ca, "h2")
                        : new Socket(InetAddress.getLoopbackAddress(), breakwater.port()));
    }

    /// What ends a request whose body is still to come.
    enum Fault {
        /// RFC 9113 §8.1.1: the last piece of a body that is shorter than its Content-Length.
        SHORT,
        /// §6.9.1: a window beyond 2^31-1.
        WINDOW,
        /// The client gives it up.
        RESET,
        /// §6.7: a fault of the whole connection.
        PING;

        byte[] frame() {
            return switch (this) {
                case SHORT -> H2Client.raw(0, 1, 1, new byte[] {'a'});
                case WINDOW -> H2Client.raw(8, 0, 1, new byte[] {0x7f, -1, -1, -1});
                case RESET -> H2Client.raw(3, 0, 1, new byte[] {0, 0, 0, 8});
                case PING -> H2Client.raw(6, 0, 1, new byte[8]);
            };
        }
    }
}
