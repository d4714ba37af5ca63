package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.testing.Nginx;
import io.breakwater.testing.Pki;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Connections to nodes that begin with a PROXY header.
@WireTest
class ProxyProtocolTest {
    @TempDir Path folder;

    private Nginx nginx(String listen) throws Exception {
        return nginx(listen, "");
    }

    private Nginx nginx(String listen, String more) throws Exception {
        return Nginx.start(
                folder,
                """
                listen %s proxy_protocol;
                %s
                location / {
                  return 200 "$proxy_protocol_addr $proxy_protocol_server_port $connection";
                }
                """
                        .formatted(listen, more));
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v2"})
    void tellsOfTheClientAndSharesNoConnectionAmongClients(String version) throws Exception {
        int port = Nginx.freePort();
        try (Nginx nginx = nginx("127.0.0.1:" + port);
                TestBreakwater breakwater =
                        Setup.to("127.0.0.1:" + port)
                                .upstream("proxy-protocol = \"" + version + "\"")
                                .start();
                RawClient one = breakwater.client();
                RawClient two = breakwater.client()) {
            String ofOne = one.get("/").response().text();
            String ofTwo = two.get("/").response().text();
            // An answer may come before its connection is let go.
            await().atMost(RawClient.PATIENCE)
                    .until(() ->
                            Objects.requireNonNull(breakwater.engine().nodes("origin"))
                                            .getFirst()
                                            .idleConnections()
                                    == 2);
            assertThat(one.get("/").response().text()).isEqualTo(ofOne);
            assertThat(two.get("/").response().text()).isEqualTo(ofTwo).isNotEqualTo(ofOne);
            assertThat(ofOne).startsWith("127.0.0.1 " + breakwater.port() + " ");
            List<String> log = nginx.log(4);
            assertThat(log.get(0)).startsWith("127.0.0.1:" + one.localPort() + " ");
            assertThat(log.get(1)).startsWith("127.0.0.1:" + two.localPort() + " ");
        }
    }

    @Test
    void theClientThatAProxyVouchesForHasNoPort() throws Exception {
        int port = Nginx.freePort();
        try (Nginx nginx = nginx("127.0.0.1:" + port);
                TestBreakwater breakwater =
                        Setup.to("127.0.0.1:" + port)
                                .server("trusted-proxies = [\"127.0.0.0/8\"]")
                                .upstream("proxy-protocol = \"v2\"")
                                .start();
                RawClient client = breakwater.client()) {
            client.request("GET / HTTP/1.1", "Host: a", "X-Forwarded-For: 2001:db8::7");
            assertThat(client.response().text()).startsWith("2001:db8::7 ");
            assertThat(nginx.log(1).getFirst()).startsWith("2001:db8::7: ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v2"})
    void comesBeforeTlsAndChecksSpeakForNobody(String version) throws Exception {
        Pki pki = Pki.in(folder.resolve("pki")).issue("node", "DNS:localhost");
        int port = Nginx.freePort();
        String certificate =
                "ssl_certificate %s; ssl_certificate_key %s;"
                        .formatted(pki.path("node.pem"), pki.path("node.key"));
        try (Nginx nginx = nginx("127.0.0.1:" + port + " ssl", certificate);
                TestBreakwater breakwater =
                        Setup.to("https://localhost:" + port)
                                .upstream(
                                        "proxy-protocol = \"%s\"\nca = \"%s\"\n"
                                                        .formatted(version, pki.path("ca.pem"))
                                                + "health-check = \"https:///?interval=100ms\"")
                                .start();
                RawClient client = breakwater.client()) {
            await().atMost(RawClient.PATIENCE)
                    .until(
                            () ->
                                    Objects.requireNonNull(breakwater.engine().nodes("origin"))
                                            .getFirst()
                                            .health(),
                            "up"::equals);
            assertThat(client.get("/").response().text()).startsWith("127.0.0.1 ");
            assertThat(nginx.log(2).getFirst()).startsWith("-:- ");
        }
    }
}
