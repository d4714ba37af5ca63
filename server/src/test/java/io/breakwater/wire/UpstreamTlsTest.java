package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.breakwater.config.InvalidConfigException;
import io.breakwater.control.NodeView;
import io.breakwater.testing.DnsServer;
import io.breakwater.testing.Ending;
import io.breakwater.testing.Message;
import io.breakwater.testing.Nginx;
import io.breakwater.testing.Pki;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.TlsOrigin;
import io.breakwater.testing.WireTest;
import io.breakwater.tls.Pem;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// TLS to nodes.
@WireTest
class UpstreamTlsTest {
    private static final char[] PASSWORD = {'x'};
    private static final StandardCopyOption REPLACE = StandardCopyOption.REPLACE_EXISTING;

    @TempDir static Path shared;
    private static Pki pki;

    @TempDir Path folder;

    @BeforeAll
    static void issue() throws Exception {
        pki =
                Pki.in(shared)
                        .issue("node", "DNS:localhost,DNS:api.test,IP:127.0.0.1")
                        .issue("other", "DNS:a.test,DNS:*.b.test")
                        .issue("old", "DNS:localhost", -1)
                        .issue("client", "DNS:client.test");
    }

    private Nginx nginx(int port, String certificate, String more) throws Exception {
        return Nginx.start(
                folder,
                """
                listen 127.0.0.1:%d ssl;
                ssl_certificate %2$s.pem;
                ssl_certificate_key %2$s.key;
                location / { return 200 "$ssl_server_name $ssl_client_verify $ssl_session_reused"; }
                location /put/ { dav_methods PUT; root %3$s; }
                %4$s
                """
                        .formatted(port, pki.path(certificate), folder, more));
    }

    private static Setup tls(String node, String more) {
        return Setup.to(node).upstream("ca = \"" + pki.path("ca.pem") + "\"\n" + more);
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, '', localhost",
        "127.0.0.1, '', ''",
        "127.0.0.1, 'sni = \"api.test\"', api.test",
    })
    void asksForTheNameAndKeepsTheConnection(String host, String more, String name)
            throws Exception {
        int port = Nginx.freePort();
        try (Nginx nginx = nginx(port, "node", "");
                TestBreakwater breakwater = tls("https://" + host + ":" + port, more).start();
                RawClient client = breakwater.client()) {
            for (int round = 0; round < 3; round++)
                assertThat(client.get("/").response().text()).isEqualTo(name + " NONE .");
            assertThat(nginx.log(3).stream().map(line -> line.split(" ", -1)[1]).distinct())
                    .hasSize(1);
        }
    }

    @Test
    void asksForAnAbsoluteNameWithoutItsDot() throws Exception {
        int port = Nginx.freePort();
        try (DnsServer dns = DnsServer.start();
                Nginx nginx = nginx(port, "node", "")) {
            dns.addresses("127.0.0.1 api.test");
            String found = "discovery = \"dns\"\nresolver = \"" + dns.address() + "\"";
            try (TestBreakwater breakwater = tls("https://api.test.:" + port, found).start();
                    RawClient client = breakwater.client()) {
                assertThat(client.get("/").response().text()).isEqualTo("api.test NONE .");
                assertThat(nginx.log(1)).hasSize(1);
            }
        }
    }

    @Test
    void showsItsCertificate() throws Exception {
        int port = Nginx.freePort();
        String wants = "ssl_client_certificate " + pki.path("ca.pem") + "; ssl_verify_client on;";
        String shows =
                "client-cert = '''\n%s'''\nclient-key = \"%s\""
                        .formatted(pki.text("client.pem"), pki.path("client.key"));
        try (Nginx nginx = nginx(port, "node", wants);
                TestBreakwater breakwater = tls("https://localhost:" + port, shows).start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().text()).contains("SUCCESS");
            breakwater.apply(tls("https://localhost:" + port, "").toml());
            Message refused = client.get("/").response();
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.text()).contains("No required SSL certificate");
            assertThat(nginx.log(2)).hasSize(2);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "other, '', 'the certificate is not valid for localhost; it is for a.test, *.b.test'",
        "other, 'sni = \"c.test\"', 'the certificate is not valid for c.test'",
        "old, '', the certificate expired on 20",
        "unknown, '', 'the certificate is issued by an unknown authority, CN=Authority of the'",
    })
    void aWrongCertificateIsToldInWords(String certificate, String more, String words)
            throws Exception {
        int port = Nginx.freePort();
        String used = certificate.equals("unknown") ? "node" : certificate;
        String check = "health-check = \"https:///?interval=100ms\"\n" + more;
        String node = "https://localhost:" + port;
        Setup checked =
                certificate.equals("unknown") ? Setup.to(node).upstream(check) : tls(node, check);
        Setup unchecked =
                certificate.equals("unknown") ? Setup.to(node).upstream(more) : tls(node, more);
        try (Nginx nginx = nginx(port, used, "");
                TestBreakwater breakwater = checked.start()) {
            await().atMost(RawClient.PATIENCE)
                    .until(() -> Objects.toString(node(breakwater).why()).contains(words));
            assertThat(node(breakwater).health()).isEqualTo("down");
            breakwater.apply(unchecked.toml());
            try (RawClient client = breakwater.client()) {
                assertThat(client.get("/").response().status()).isEqualTo(502);
                assertThat(breakwater.log(1)).contains("502 upstream-tls");
            }
            breakwater.apply(Setup.to(node).upstream("verify = false").toml());
            try (RawClient client = breakwater.client()) {
                assertThat(client.get("/").response().status()).isEqualTo(200);
            }
            assertThat(nginx.log(1)).isNotEmpty();
        }
    }

    @Test
    void checksOverTls() throws Exception {
        int port = Nginx.freePort();
        try (Nginx nginx = nginx(port, "node", "");
                TestBreakwater breakwater =
                        tls(
                                        "https://localhost:" + port,
                                        "health-check = \"https:///?interval=100ms&match=NONE\"")
                                .start()) {
            await().atMost(RawClient.PATIENCE)
                    .until(() -> Objects.equals(node(breakwater).health(), "up"));
            assertThat(nginx.log(2)).isNotEmpty();
        }
    }

    private static NodeView node(TestBreakwater breakwater) {
        return Objects.requireNonNull(breakwater.engine().nodes("origin")).getFirst();
    }

    @Test
    void largeBodiesPassBothWaysByteForByte() throws Exception {
        int port = Nginx.freePort();
        byte[] body = new byte[20_000_000];
        new Random(7).nextBytes(body);
        try (Nginx nginx = nginx(port, "node", "");
                TestBreakwater breakwater = tls("https://localhost:" + port, "").start();
                RawClient client = breakwater.client()) {
            Files.createDirectories(folder.resolve("put"));
            client.request("PUT /put/a HTTP/1.1", "Host: a", "Content-Length: " + body.length)
                    .send(body);
            assertThat(client.response().status()).isEqualTo(201);
            assertThat(Files.readAllBytes(folder.resolve("put/a"))).isEqualTo(body);
            Message back = client.get("/put/a").response();
            assertThat(back.body()).isEqualTo(body);
            assertThat(nginx.log(2)).hasSize(2);
        }
    }

    @Test
    void takesAnotherNodeWhenOneDoesNotSpeakTls() throws Exception {
        int port = Nginx.freePort();
        int plain = Nginx.freePort();
        try (Nginx nginx = nginx(port, "node", "listen 127.0.0.1:" + plain + ";");
                TestBreakwater breakwater =
                        Setup.to("https://localhost:" + plain, "https://localhost:" + port)
                                .upstream("ca = \"" + pki.path("ca.pem") + "\"")
                                .start();
                RawClient client = breakwater.client()) {
            for (int round = 0; round < 4; round++) {
                client.request("POST / HTTP/1.1", "Host: a", "Content-Length: 1").send("x");
                assertThat(client.response().status()).isEqualTo(200);
            }
            assertThat(nginx.log(4)).isNotEmpty();
        }
    }

    @Test
    void aHandshakeThatIsNotAnsweredEndsWithTheConnectTimeout() throws Exception {
        try (ServerSocket mute = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                TestBreakwater breakwater =
                        Setup.to("https://localhost:" + mute.getLocalPort())
                                .upstream("connect-timeout = \"200ms\"")
                                .start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().status()).isEqualTo(504);
            assertThat(breakwater.log(1)).containsExactly("504 upstream-connect-timeout");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBodyIsWholeOnlyIfTheNodeSaysSo(boolean saysSo) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry(
                "node",
                Pem.privateKey(pki.text("node.key")),
                PASSWORD,
                Pem.certificates(pki.text("node.pem")).toArray(X509Certificate[]::new));
        String answer = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nas much as there is";
        try (TlsOrigin origin = TlsOrigin.start(keys, PASSWORD, answer, saysSo);
                TestBreakwater breakwater = tls("https://" + origin.address(), "").start();
                RawClient client = breakwater.client()) {
            Message message = client.get("/").response();
            assertThat(message.text()).isEqualTo("as much as there is");
            if (saysSo) assertThat(message.ending()).isEqualTo(Ending.COMPLETE);
            else assertThat(message.ending()).isNotEqualTo(Ending.COMPLETE);
            assertThat(breakwater.log(1)).containsExactly(saysSo ? "200 -" : "200 upstream-reset");
        }
    }

    @Test
    void theHandshakesTimeIsLogged() throws Exception {
        int port = Nginx.freePort();
        String toml = tls("https://localhost:" + port, "").toml();
        try (Nginx nginx = nginx(port, "node", "");
                TestBreakwater breakwater =
                        TestBreakwater.start(
                                toml.replace("{status} {reason}", "{:upstream-tls-time}"));
                RawClient client = breakwater.client()) {
            client.get("/").response();
            client.get("/").response();
            List<String> times = breakwater.log(2);
            assertThat(times.get(0)).matches("[0-9.]+");
            assertThat(times.get(1)).isEqualTo("-");
            assertThat(nginx.log(2)).hasSize(2);
        }
    }

    @Test
    void filesAreReadWhenApplied() throws Exception {
        int port = Nginx.freePort();
        Path ca = folder.resolve("ca.pem");
        String toml = Setup.to("https://localhost:" + port).upstream("ca = \"" + ca + "\"").toml();
        try (Nginx nginx = nginx(port, "node", "");
                TestBreakwater breakwater = Setup.to("127.0.0.1:1").start()) {
            assertThatThrownBy(() -> breakwater.apply(toml))
                    .isInstanceOf(InvalidConfigException.class)
                    .hasMessageContaining("upstreams/origin ca: " + ca)
                    .hasMessageContaining("there is no such file");
            Files.writeString(ca, "nothing");
            assertThatThrownBy(() -> breakwater.apply(toml))
                    .hasMessageContaining("there is no certificate in it");
            Files.copy(pki.folder().resolve("other.pem"), ca, REPLACE);
            breakwater.apply(toml);
            try (RawClient client = breakwater.client()) {
                assertThat(client.get("/").response().status()).isEqualTo(502);
                Files.copy(pki.folder().resolve("ca.pem"), ca, REPLACE);
                breakwater.apply(toml); // the same text, another file
                assertThat(client.get("/").response().status()).isEqualTo(200);
            }
            assertThat(nginx.log(1)).hasSize(1);
        }
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() {
        String toml =
                tls(
                                "https://localhost:1",
                                "client-cert = \"%s\"\nclient-key = '''\n%s'''"
                                        .formatted(pki.path("client.pem"), pki.text("node.key")))
                        .toml();
        assertThatThrownBy(() -> TestBreakwater.start(toml))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining("client-key: PEM text")
                .hasMessageContaining("it is not the key of the certificate")
                .hasMessageNotContaining("BEGIN");
    }
}
