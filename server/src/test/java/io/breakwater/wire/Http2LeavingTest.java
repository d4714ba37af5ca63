package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.H2Client;
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

/// HTTP/2 clients that leave while an answer waits for their window.
@WireTest
class Http2LeavingTest {
    private static final byte[] NO_WINDOW = {0, 4, 0, 0, 0, 0};

    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void theAnswerIsGivenUp(boolean tls, boolean goAway, @TempDir Path folder) throws Exception {
        Pki pki = Pki.in(folder).issue("web", "DNS:localhost");
        String certificate =
                "[certificates.web]\ncertificate = \"%s\"\nkey = \"%s\"\ndefault = true\n"
                        .formatted(pki.path("web.pem"), pki.path("web.key"));
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("hello"));
                TestBreakwater breakwater =
                        Setup.to(origin)
                                .server("protocols = [\"http1\", \"h2\"]\ntls = " + tls)
                                .more(certificate)
                                .start()) {
            Socket socket =
                    tls
                            ? TlsClient.connect(
                                    breakwater.port(), "localhost", pki.path("ca.pem"), "h2")
                            : new Socket(InetAddress.getLoopbackAddress(), breakwater.port());
            H2Client client = H2Client.over(socket);
            client.sendRaw(H2Client.raw(4, 0, 0, NO_WINDOW));
            assertThat(client.send("GET", "/").status()).isEqualTo(200);
            if (goAway) client.sendRaw(H2Client.raw(7, 0, 0, new byte[8]));
            client.close();
            await().atMost(RawClient.PATIENCE).until(() -> breakwater.engine().inFlight() == 0);
            assertThat(breakwater.stopAndLog()).containsExactly("200 client-left");
        }
    }
}
