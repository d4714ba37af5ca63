package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.config.InvalidConfigException;
import io.breakwater.testing.Command;
import io.breakwater.testing.Ending;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.Pki;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Connections of clients that begin with a PROXY header.
@WireTest
class ServerProxyProtocolTest {
    private static final String ASK = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

    @TempDir Path folder;

    private static Setup setup(String how, String trusted) {
        return Setup.answering("$remote-addr $remote-port $server-addr $server-port $client-ip")
                .server("trusted-proxies = [\"" + trusted + "\"]")
                .server("proxy-protocol = \"" + how + "\"");
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    @ParameterizedTest
    @CsvSource({
        "PROXY TCP4 192.0.2.7 198.51.100.1 5000 443, 192.0.2.7 5000 198.51.100.1 443 192.0.2.7",
        "PROXY TCP6 2001:db8::7 2001:db8::1 5000 443,"
                + " 2001:db8:0:0:0:0:0:7 5000 2001:db8:0:0:0:0:0:1 443 2001:db8:0:0:0:0:0:7"
    })
    void aLineTellsOfTheClient(String line, String expected) throws Exception {
        try (TestBreakwater breakwater = setup("accept", "127.0.0.0/8").start();
                RawClient client = breakwater.client()) {
            client.send(line + "\r\n" + ASK);
            assertThat(client.response().text()).isEqualTo(expected);
            client.send(ASK);
            assertThat(client.response().text()).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource({
        // The command PROXY over TCP, with a part behind the addresses that nobody asked for.
        "21 11 0013 c0000207 c6336401 1388 01bb 04 0004 61626364,"
                + " 192.0.2.7 5000 198.51.100.1 443 192.0.2.7",
        "21 21 0024 20010db8000000000000000000000007 20010db8000000000000000000000001 1388 01bb,"
                + " 2001:db8:0:0:0:0:0:7 5000 2001:db8:0:0:0:0:0:1 443 2001:db8:0:0:0:0:0:7"
    })
    void aBinaryHeaderTellsOfTheClientHoweverItComes(String rest, String expected)
            throws Exception {
        byte[] header = hex(SIGNATURE + rest);
        try (TestBreakwater breakwater = setup("require", "127.0.0.1").start();
                RawClient whole = breakwater.client();
                RawClient slow = breakwater.client()) {
            whole.send(header).send(ASK);
            assertThat(whole.response().text()).isEqualTo(expected);
            for (byte each : header) slow.send(new byte[] {each});
            slow.send(ASK);
            assertThat(slow.response().text()).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROXY UNKNOWN\r\n", "PROXY UNKNOWN anything goes\r\n", "", "LOCAL"})
    void withoutAClientThePeerIsMeant(String header) throws Exception {
        byte[] bytes =
                header.equals("LOCAL")
                        ? hex(SIGNATURE + "20 00 0000")
                        : header.getBytes(StandardCharsets.US_ASCII);
        try (TestBreakwater breakwater = setup("accept", "127.0.0.1").start();
                RawClient client = breakwater.client()) {
            client.send(bytes).send(ASK);
            assertThat(client.response().text())
                    .startsWith("127.0.0.1 " + client.localPort() + " 127.0.0.1 ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 192.0.2.7 198.51.100.1 5000\r\n",
                "PROXY TCP4 somewhere 198.51.100.1 5000 443\r\n",
                "PROXY TCP4 192.0.2.7 198.51.100.1 5000 70000\r\n",
                "PROXY TCP4 192.0.2.7 198.51.100.1 5000 443\n",
                "PROXY UDP4 192.0.2.7 198.51.100.1 5000 443\r\n"
            })
    void brokenHeadersEndTheConnection(String header) throws Exception {
        try (TestBreakwater breakwater = setup("accept", "127.0.0.1").start();
                RawClient client = breakwater.client()) {
            client.send(header);
            assertThat(client.ending()).isEqualTo(Ending.CLOSED);
        }
    }

    @Test
    void whereItIsRequiredOthersAreClosed() throws Exception {
        try (TestBreakwater breakwater = setup("require", "127.0.0.1").start();
                RawClient client = breakwater.client()) {
            client.send("GET");
            assertThat(client.ending()).isEqualTo(Ending.CLOSED);
        }
        try (TestBreakwater breakwater = setup("require", "192.0.2.1").start();
                RawClient client = breakwater.client()) {
            assertThat(client.ending()).isEqualTo(Ending.CLOSED);
        }
    }

    @Test
    void whoIsNotTrustedCannotSpeakForOthers() throws Exception {
        try (TestBreakwater breakwater = setup("accept", "192.0.2.1").start();
                RawClient client = breakwater.client()) {
            client.send("PROXY TCP4 192.0.2.7 198.51.100.1 5000 443\r\n" + ASK);
            assertThat(client.response().status()).isEqualTo(400);
        }
    }

    @Test
    void silentPeersAreCut() throws Exception {
        Setup setup = setup("accept", "127.0.0.1").server("header-timeout = \"300ms\"");
        try (TestBreakwater breakwater = setup.start();
                RawClient client = breakwater.client()) {
            client.send("PROXY ");
            assertThat(client.ending()).isEqualTo(Ending.CLOSED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--http1.1", "--http2"})
    void tlsComesBehindIt(String version) throws Exception {
        Pki pki = Pki.in(folder).issue("shop", "DNS:shop.test");
        Setup setup =
                Setup.answering("$remote-addr $scheme")
                        .server("tls = true\ntrusted-proxies = [\"127.0.0.1\"]")
                        .server("proxy-protocol = \"require\"")
                        .more(
                                """
                                [certificates.shop]
                                certificate = "%s"
                                key = "%s"
                                """
                                        .formatted(pki.path("shop.pem"), pki.path("shop.key")));
        try (TestBreakwater breakwater = setup.start()) {
            Command curl =
                    Command.run(
                            "curl",
                            "-sS",
                            version,
                            "--haproxy-protocol",
                            "--cacert",
                            pki.path("ca.pem"),
                            "--resolve",
                            "shop.test:" + breakwater.port() + ":127.0.0.1",
                            "https://shop.test:" + breakwater.port() + "/");
            assertThat(curl.output()).isEqualTo("127.0.0.1 https");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v2"})
    void oneBreakwaterTellsTheNext(String version) throws Exception {
        try (TestBreakwater inner = setup("require", "127.0.0.1").start();
                TestBreakwater outer =
                        Setup.to("127.0.0.1:" + inner.port())
                                .upstream("proxy-protocol = \"" + version + "\"")
                                .start();
                RawClient client = outer.client()) {
            client.send(ASK);
            assertThat(client.response().text())
                    .startsWith(
                            "127.0.0.1 " + client.localPort() + " 127.0.0.1 " + outer.port() + " ");
        }
    }

    @Test
    void nodesAreToldOfTheClient() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater =
                        Setup.to(origin)
                                .server("trusted-proxies = [\"127.0.0.1\"]")
                                .server("proxy-protocol = \"accept\"")
                                .start();
                RawClient client = breakwater.client()) {
            client.send("PROXY TCP4 192.0.2.7 198.51.100.1 5000 443\r\n")
                    .request("GET / HTTP/1.1", "Host: a", "X-Forwarded-For: 203.0.113.9");
            client.response();
            // It is not the proxy that sent the field, and whoever it was is not trusted.
            assertThat(origin.exchange(1).head().field("X-Forwarded-For")).isEqualTo("192.0.2.7");
        }
    }

    @Test
    void whoIsTrustedHasToBeSaid() {
        String toml = Setup.answering("x").server("proxy-protocol = \"accept\"").toml();
        assertThatThrownBy(() -> TestBreakwater.start(toml))
                .isInstanceOfSatisfying(
                        InvalidConfigException.class,
                        e ->
                                assertThat(e.problems())
                                        .anySatisfy(problem ->
                                                assertThat(problem.key())
                                                        .isEqualTo("trusted-proxies")));
    }
}
