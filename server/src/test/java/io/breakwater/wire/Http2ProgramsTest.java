package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.testing.BodyEngine;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.Head;
import io.breakwater.testing.Message;
import io.breakwater.testing.Nginx;
import io.breakwater.testing.Pattern;
import io.breakwater.testing.Pki;
import io.breakwater.testing.Program;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// HTTP/2 with nodes that others have written: nginx, nghttpd and nghttpx.
@WireTest
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF
@Isolated("it counts the memory of the process")
class Http2ProgramsTest {
    private static final String H2 = "protocol = \"h2\"";
    private static final int LARGE_BYTES = 50 << 20;

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource
    void nginxServesFiles(BodyEngine engine) throws Exception {
        byte[] file = new Pattern().next(3 << 20);
        Files.write(folder.resolve("file"), file);
        int port = Nginx.freePort();
        String server =
                "listen 127.0.0.1:%d http2; root %s; location = /where { return 200 $http2:$host; }"
                        .formatted(port, folder);
        try (Nginx nginx = Nginx.start(folder, server);
                TestBreakwater breakwater =
                        Setup.to("127.0.0.1:" + port).engine(engine).upstream(H2).start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/where").response().text()).isEqualTo("h2c:example.test");
            for (int round = 0; round < 3; round++)
                assertThat(client.get("/file").response().body()).isEqualTo(file);
            Message none = client.request("HEAD /file HTTP/1.1", "Host: a").response("HEAD");
            assertThat(none.head().field("Content-Length")).isEqualTo("" + file.length);
            assertThat(client.get("/none").response().status()).isEqualTo(404);
            assertThat(nginx.log(6).stream().map(line -> line.split(" ", -1)[1]).distinct())
                    .as("connections")
                    .hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "h2, http2, h2, 200 -",
        "auto, http2, h2, 200 -",
        "auto, '', '', 200 -",
        "http1, http2, '', 200 -",
        "h2, '', , 502 upstream-tls"
    })
    void withinTlsTheNodeChooses(String ours, String theirs, String spoken, String outcome)
            throws Exception {
        Pki pki = Pki.in(folder).issue("node", "DNS:localhost");
        int port = Nginx.freePort();
        String server =
                """
                listen 127.0.0.1:%d ssl %s;
                ssl_certificate %s; ssl_certificate_key %s;
                location / { return 200 "$http2 $request_method $scheme"; }
                """
                        .formatted(port, theirs, pki.path("node.pem"), pki.path("node.key"));
        try (Nginx nginx = Nginx.start(folder, server);
                TestBreakwater breakwater =
                        Setup.to("https://localhost:" + port)
                                .upstream("ca = \"" + pki.path("ca.pem") + "\"")
                                .upstream("protocol = \"" + ours + "\"")
                                .start();
                RawClient client = breakwater.client()) {
            for (int round = 0; round < 3; round++) {
                // At once: the node answers without waiting for the body.
                client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
                String text = client.response().text();
                if (spoken != null) assertThat(text).isEqualTo(spoken + " POST https");
            }
            if (spoken != null) assertThat(nginx.log(3)).hasSize(3);
            assertThat(breakwater.stopAndLog()).hasSize(3).containsOnly(outcome);
        }
    }

    @ParameterizedTest
    @CsvSource({"h2, 502 upstream-invalid", "auto, 200 -"})
    void withinTlsTheNodeMayChooseNothing(String ours, String outcome) throws Exception {
        Pki pki = Pki.in(folder).issue("node", "DNS:localhost");
        int port = Nginx.freePort();
        try (Program openssl =
                        Program.start(
                                folder,
                                port,
                                "/usr/bin/openssl",
                                "s_server",
                                "-accept",
                                "127.0.0.1:" + port,
                                "-cert",
                                pki.path("node.pem"),
                                "-key",
                                pki.path("node.key"),
                                "-www");
                TestBreakwater breakwater =
                        Setup.to("https://localhost:" + port)
                                .upstream("ca = \"" + pki.path("ca.pem") + "\"")
                                .upstream("protocol = \"" + ours + "\"")
                                .start();
                RawClient client = breakwater.client()) {
            client.get("/").response();
            assertThat(breakwater.log(1)).containsExactly(outcome);
            await().atMost(RawClient.PATIENCE)
                    .until(() ->
                            Objects.requireNonNull(breakwater.engine().nodes("origin"))
                                            .getFirst()
                                            .connections()
                                    == 0);
            assertThat(openssl.address()).endsWith(":" + port);
        }
    }

    @Test
    void fiftyMegabytesGoToNghttpdAndBackWithLittleMemory() throws Exception {
        int port = Nginx.freePort();
        try (Program nghttpd =
                        Program.start(
                                folder,
                                port,
                                "/usr/sbin/nghttpd",
                                "--no-tls",
                                "--echo-upload",
                                "-a",
                                "127.0.0.1",
                                "" + port);
                TestBreakwater breakwater = Setup.to(nghttpd.address()).upstream(H2).start();
                RawClient client = breakwater.client()) {
            client.request("POST /echo HTTP/1.1", "Host: a", "Content-Length: " + LARGE_BYTES);
            long before = directBytes();
            Thread sender = Thread.ofVirtual().start(() -> send(client));
            Head head = client.head();
            assertThat(head.status()).isEqualTo(200);
            assertThat(Pattern.check(client.body(head))).isEqualTo(LARGE_BYTES);
            sender.join();
            assertThat(directBytes() - before).isLessThan(LARGE_BYTES / 2);
        }
    }

    private static void send(RawClient client) {
        try {
            Pattern pattern = new Pattern();
            pattern.write(
                    new OutputStream() {
                        @Override
                        public void write(int b) {
                            throw new UnsupportedOperationException();
                        }

                        @Override
                        public void write(byte[] bytes) throws IOException {
                            client.send(bytes);
                        }
                    },
                    LARGE_BYTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What all pools of direct buffers hold.
    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    @Test
    void nghttpxPassesBodiesAndTrailersOn() throws Exception {
        int port = Nginx.freePort();
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            byte[] body = exchange.readAll().body();
                            exchange.send(
                                    "HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\n"
                                            + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
                                            + "0\r\nX-Sum: "
                                            + body.length
                                            + "\r\n\r\n");
                        });
                Program nghttpx =
                        Program.start(
                                folder,
                                port,
                                "/usr/sbin/nghttpx",
                                "--frontend=127.0.0.1," + port + ";no-tls",
                                "--backend=" + origin.address().replace(':', ','),
                                "--workers=1");
                TestBreakwater breakwater = Setup.to(nghttpx.address()).upstream(H2).start();
                RawClient client = breakwater.client()) {
            client.request("PUT / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked");
            client.chunk("abc").chunk("defg").send("0\r\n\r\n");
            Message answer = client.response();
            assertThat(answer.text()).isEqualTo("hello");
            assertThat(origin.exchange(1).request().text()).isEqualTo("abcdefg");
        }
    }
}
