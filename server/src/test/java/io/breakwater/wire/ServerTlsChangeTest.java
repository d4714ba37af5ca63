package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.breakwater.config.InvalidConfigException;
import io.breakwater.testing.BodyEngine;
import io.breakwater.testing.Command;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.Pattern;
import io.breakwater.testing.Pki;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.TlsClient;
import io.breakwater.testing.WireTest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What changes about TLS of clients while they are there, what is refused, and bodies over it.
@WireTest
class ServerTlsChangeTest {
    @TempDir static Path shared;
    private static Pki pki;

    @TempDir Path folder;

    @BeforeAll
    static void issue() throws Exception {
        pki =
                Pki.in(shared)
                        .issue("one", "DNS:shop.test")
                        .issue("two", "DNS:shop.test")
                        .issue("ip", "IP:127.0.0.1");
    }

    private static String certificate(String certificate, String key, String more) {
        return """
        [certificates.shop]
        certificate = "%s"
        key = "%s"
        %s
        """
                .formatted(certificate, key, more);
    }

    private static String certificate(String name) {
        return certificate(pki.path(name + ".pem"), pki.path(name + ".key"), "");
    }

    private static Setup tls(String certificates) {
        return Setup.answering("hello").server("tls = true").more(certificates);
    }

    private static TlsClient connect(TestBreakwater breakwater) throws Exception {
        return TlsClient.to(breakwater.port(), "shop.test", pki.path("ca.pem"));
    }

    @Test
    void aNewCertificateIsForNewConnections() throws Exception {
        try (TestBreakwater breakwater = tls(certificate("one")).start();
                TlsClient before = connect(breakwater)) {
            assertThat(before.get("/")).endsWith("hello");
            breakwater.apply(tls(certificate("two")).toml());
            try (TlsClient after = connect(breakwater)) {
                assertThat(before.subject()).isEqualTo("CN=one");
                assertThat(after.subject()).isEqualTo("CN=two");
                assertThat(before.get("/")).endsWith("hello");
                assertThat(after.get("/")).endsWith("hello");
            }
        }
    }

    @Test
    void changedFilesAreReadAgain() throws Exception {
        Path certificate = copy("one.pem", "live.pem");
        Path key = copy("one.key", "live.key");
        String live = certificate(certificate.toString(), key.toString(), "");
        try (TestBreakwater breakwater = tls(live).start();
                TlsClient before = connect(breakwater)) {
            // A key without its certificate is not used.
            copy("two.key", "live.key");
            copy("two.pem", "live.pem");
            await().atMost(RawClient.PATIENCE)
                    .untilAsserted(() -> {
                        try (TlsClient after = connect(breakwater)) {
                            assertThat(after.subject()).isEqualTo("CN=two");
                        }
                    });
            Files.writeString(certificate, "no certificate");
            copy("one.key", "live.key");
            try (TlsClient after = connect(breakwater)) {
                assertThat(after.subject()).isEqualTo("CN=two");
                assertThat(after.get("/")).endsWith("hello");
            }
            assertThat(before.get("/")).endsWith("hello");
        }
    }

    private Path copy(String from, String to) throws Exception {
        Path target = folder.resolve(to);
        Path fresh = folder.resolve(to + ".new");
        Files.copy(Path.of(pki.path(from)), fresh, StandardCopyOption.REPLACE_EXISTING);
        return Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void tlsComesAndGoesOnOnePort() throws Exception {
        Setup plain = Setup.answering("hello").more(certificate("one"));
        try (TestBreakwater breakwater = plain.start();
                RawClient before = breakwater.client()) {
            assertThat(before.get("/").response().text()).isEqualTo("hello");
            breakwater.apply(tls(certificate("one")).toml());
            try (TlsClient secure = connect(breakwater)) {
                assertThat(secure.get("/")).endsWith("hello");
                assertThat(before.get("/").response().text()).isEqualTo("hello");
                breakwater.apply(plain.toml());
                assertThat(secure.get("/")).endsWith("hello");
                try (RawClient after = breakwater.client()) {
                    assertThat(after.get("/").response().text()).isEqualTo("hello");
                }
            }
        }
    }

    @Test
    void whoNowHasToShowACertificateIsAskedForIt() throws Exception {
        Setup open = tls(certificate("one"));
        String ca = pki.path("ca.pem");
        Setup closed = open.server("client-auth = \"require\"\nclient-ca = \"" + ca + "\"");
        try (TestBreakwater breakwater = open.start();
                SSLSocket idle = TlsClient.connect(breakwater.port(), "shop.test", ca);
                SSLSocket busy = TlsClient.connect(breakwater.port(), "shop.test", ca);
                SSLSocket http2 = TlsClient.connect(breakwater.port(), "shop.test", ca, "h2")) {
            assertThat(sent(idle, "GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n").readNBytes(9))
                    .isEqualTo("HTTP/1.1 ".getBytes(StandardCharsets.US_ASCII));
            sent(busy, "GET / HTTP/1.1\r\n");
            // An empty SETTINGS behind the preface; so begins what the server says.
            sent(http2, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0").readNBytes(9);
            breakwater.apply(closed.toml());
            assertThat(text(idle)).endsWith("hello");
            sent(busy, "Host: shop.test\r\n\r\n");
            assertThat(text(busy)).contains("Connection: close\r\n").endsWith("hello");
            // GOAWAY, with the highest number as the last one that is taken (RFC 9113 §6.8).
            InputStream said = http2.getInputStream();
            StringBuilder frames = new StringBuilder();
            while (frames.indexOf("\7\0\0\0\0\0\177\377\377\377") < 0)
                frames.append((char) said.read());
        }
    }

    private static InputStream sent(SSLSocket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return socket.getInputStream();
    }

    /// What comes until the end.
    private static String text(SSLSocket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void whoDoesNotSpeakTlsIsRefused() throws Exception {
        try (TestBreakwater breakwater = tls(certificate("one")).start()) {
            String url = "http://127.0.0.1:" + breakwater.port() + "/";
            assertThat(Command.run("curl", "-sS", "--max-time", "20", url).code()).isNotZero();
            await().untilAsserted(() ->
                    assertThat(breakwater.engine().figures().prometheus())
                            .contains("{outcome=\"not-tls\",server=\"web\"} 1.0"));
        }
    }

    @Test
    void whoDoesNotEndTheHandshakeIsCut() throws Exception {
        Setup setup = tls(certificate("one")).server("header-timeout = \"300ms\"");
        try (TestBreakwater breakwater = setup.start();
                RawClient client = breakwater.client()) {
            client.send(new byte[] {22, 3, 1, 2, 0, 1});
            client.ending();
            await().untilAsserted(() ->
                    assertThat(breakwater.engine().figures().prometheus())
                            .contains("{outcome=\"timeout\",server=\"web\"} 1.0"));
            assertThat(breakwater.engine().connections()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'https-redirect = \"308\"', /a%20b?c=d, 308 https://shop.test/a%20b?c=d",
        "'https-redirect = \"301\"\nhttps-port = 8443', /, 301 https://shop.test:8443/"
    })
    void requestsAreSentToHttps(String server, String target, String expected) throws Exception {
        try (TestBreakwater breakwater = Setup.answering("hello").server(server).start();
                RawClient client = breakwater.client()) {
            var head =
                    client.request("GET " + target + " HTTP/1.1", "Host: shop.test:8080")
                            .response()
                            .head();
            assertThat(head.status() + " " + head.field("Location")).isEqualTo(expected);
        }
    }

    @Test
    void answersOverTlsDemandIt() throws Exception {
        String server =
                "hsts = { max-age = \"1d\", include-subdomains = true }\nserver-header = true";
        String field = "Strict-Transport-Security: max-age=86400; includeSubDomains\r\n";
        try (TestBreakwater breakwater = tls(certificate("one")).server(server).start();
                TlsClient client = connect(breakwater)) {
            assertThat(client.get("/")).contains(field).contains("Server: breakwater\r\n");
            assertThat(client.get("/../..")).startsWith("HTTP/1.1 400").contains(field);
        }
        Setup plain = Setup.answering("hello").server(server);
        try (TestBreakwater breakwater = plain.start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().head().has("Strict-Transport-Security"))
                    .isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void bodiesAreWholeBothWays(BodyEngine engine) throws Exception {
        byte[] body = new Pattern().next(5 << 20);
        Path file = Files.write(folder.resolve("body"), body);
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            byte[] got = exchange.readAll().body();
                            exchange.send(
                                    "HTTP/1.1 200 OK\r\nContent-Length: "
                                            + got.length
                                            + "\r\n\r\n");
                            exchange.out().write(got);
                        });
                TestBreakwater breakwater =
                        Setup.to(origin)
                                .engine(engine)
                                .server("tls = true")
                                .more(certificate("one"))
                                .start()) {
            for (String version : List.of("--http1.1", "--http2")) {
                Path got = folder.resolve("got" + version);
                Command curl =
                        Command.run(
                                "curl",
                                "-sS",
                                "--max-time",
                                "30",
                                version,
                                "--cacert",
                                pki.path("ca.pem"),
                                "--resolve",
                                "shop.test:" + breakwater.port() + ":127.0.0.1",
                                "-T",
                                file.toString(),
                                "-o",
                                got.toString(),
                                "https://shop.test:" + breakwater.port() + "/");
                assertThat(curl.output()).isEmpty();
                assertThat(Files.readAllBytes(got)).isEqualTo(body);
            }
        }
    }

    @Test
    void storedBodiesAreWhole() throws Exception {
        byte[] body = new Pattern().next(9 << 20);
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            exchange.send(
                                    "HTTP/1.1 200 OK\r\n"
                                            + "Cache-Control: max-age=60\r\n"
                                            + "Content-Length: "
                                            + body.length
                                            + "\r\n\r\n");
                            exchange.out().write(body);
                        });
                TestBreakwater breakwater =
                        Setup.to(origin)
                                .server("tls = true")
                                .location("cache = \"all\"")
                                .more("[cache-policies.all]\n" + certificate("one"))
                                .start()) {
            for (int round = 0; round < 3; round++) {
                try (TlsClient client = connect(breakwater)) {
                    assertThat(client.body("/")).isEqualTo(body);
                }
            }
            assertThat(origin.exchanges()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "two.pem | one.key | '' | certificates/shop | key | the key of certificate",
                "none.pem | one.key | '' | certificates/shop | certificate | there is no such file",
                "one.key | one.key | '' | certificates/shop | certificate | certificates in PEM"
                        + " form",
                "one.pem | one.pem | '' | certificates/shop | key | a private key in PEM form",
                "ip.pem | ip.key | '' | certificates/shop | certificate | or default = true",
                "one.pem | one.key | 'domains = [\"other.test\"]' | certificates/shop | domains"
                        + " | valid for: shop.test",
                "one.pem | one.key | 'domains = [\"*.shop.test\"]' | certificates/shop | domains"
                        + " | valid for: shop.test",
                "one.pem | one.key | 'enabled = false' | servers/web | tls | there is no"
                        + " certificate"
            })
    void whatCannotBeUsedIsRefused(
            String certificate,
            String key,
            String more,
            String object,
            String field,
            String expected)
            throws Exception {
        String wrong = certificate(pki.path(certificate), pki.path(key), more);
        try (TestBreakwater breakwater = tls(certificate("one")).start();
                TlsClient client = connect(breakwater)) {
            assertThatThrownBy(() -> breakwater.apply(tls(wrong).toml()))
                    .isInstanceOfSatisfying(
                            InvalidConfigException.class,
                            e ->
                                    assertThat(e.problems())
                                            .anySatisfy(problem -> {
                                                assertThat(problem.object()).isEqualTo(object);
                                                assertThat(problem.key()).isEqualTo(field);
                                                assertThat(problem.expected()).contains(expected);
                                            }));
            assertThat(client.get("/")).endsWith("hello");
        }
    }
}
