package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.testing.Command;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.Pki;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// TLS of clients, spoken by curl and openssl, with the native library and without.
@WireTest
@ParameterizedClass(name = "native: {0}")
@ValueSource(booleans = {true, false})
class ServerTlsTest {
    @TempDir static Path shared;
    private static Pki pki;

    @Parameter boolean nativeTls;

    @TempDir Path folder;

    @BeforeAll
    static void issue() throws Exception {
        pki =
                Pki.in(shared)
                        .issue("shop", "DNS:shop.test,DNS:www.shop.test")
                        .issue("wild", "DNS:*.shop.test")
                        .issue("other", "DNS:other.test")
                        .issue("client", "DNS:client.test");
        pki.openssl(
                "req -x509 -newkey rsa:2048 -nodes -days 30 -keyout rsa.key -out rsa.pem"
                        + " -addext subjectAltName=DNS:shop.test -subj",
                "/CN=rsa");
    }

    private static String certificate(String name, String more) {
        return certificate(name, pki, more);
    }

    private static String certificate(String name, Pki from, String more) {
        return """
        [certificates.%s]
        certificate = "%s"
        key = "%s"
        %s
        """
                .formatted(name, from.path(name + ".pem"), from.path(name + ".key"), more);
    }

    private static Setup tls(String body, String server, String... certificates) {
        return Setup.answering(body)
                .server("tls = true\n" + server)
                .more(String.join("", certificates));
    }

    private TestBreakwater start(Setup setup) throws Exception {
        return start(setup.toml());
    }

    private TestBreakwater start(String toml) throws Exception {
        return nativeTls ? TestBreakwater.start(toml) : TestBreakwater.startOnJavaTls(toml);
    }

    private static Command curl(int port, String host, String... more) throws IOException {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "curl",
                                "-sS",
                                "--max-time",
                                "20",
                                "--cacert",
                                pki.path("ca.pem"),
                                "--resolve",
                                host + ":" + port + ":127.0.0.1"));
        words.addAll(List.of(more));
        words.add("https://" + host + ":" + port + "/");
        return Command.run(words.toArray(String[]::new));
    }

    private static String openssl(int port, String... more) throws IOException {
        List<String> words =
                new ArrayList<>(List.of("openssl", "s_client", "-connect", "127.0.0.1:" + port));
        words.addAll(List.of(more));
        return Command.run(words.toArray(String[]::new)).output();
    }

    @ParameterizedTest
    @CsvSource({
        "shop.test, shop",
        "SHOP.test, shop",
        "www.shop.test, shop",
        "a.shop.test, wild",
        "a.b.shop.test, other",
        "none.test, other",
        "'', other"
    })
    void theHostChoosesTheCertificate(String host, String expected) throws Exception {
        Setup setup =
                tls(
                        "",
                        "",
                        certificate("shop", ""),
                        certificate("wild", ""),
                        certificate("other", "default = true"));
        try (TestBreakwater breakwater = start(setup)) {
            String said =
                    host.isEmpty()
                            ? openssl(breakwater.port(), "-noservername")
                            : openssl(breakwater.port(), "-servername", host);
            assertThat(said).contains("subject=CN = " + expected + "\n");
        }
    }

    @Test
    void withoutADefaultOtherHostsAreRefused() throws Exception {
        try (TestBreakwater breakwater = start(tls("hello", "", certificate("shop", "")))) {
            int port = breakwater.port();
            assertThat(openssl(port, "-servername", "none.test")).contains("unrecognized name");
            assertThat(openssl(port, "-noservername")).contains("no peer certificate available");
            assertThat(curl(port, "shop.test").output()).isEqualTo("hello");
            assertThat(breakwater.engine().figures().prometheus())
                    .contains(
                            "breakwater_tls_handshakes_total{outcome=\"done\",server=\"web\"} 1.0")
                    .contains("{outcome=\"unknown-host\",server=\"web\"} 2.0");
        }
    }

    @Test
    void whoDoesNotTrustTheCertificateIsCounted() throws Exception {
        try (TestBreakwater breakwater = start(tls("hello", "", certificate("shop", "")))) {
            String url = "https://shop.test:" + breakwater.port() + "/";
            String resolve = "shop.test:" + breakwater.port() + ":127.0.0.1";
            Command curl =
                    Command.run("curl", "-sS", "--tls-max", "1.2", "--resolve", resolve, url);
            assertThat(curl.code()).isNotZero();
            await().untilAsserted(() ->
                    assertThat(breakwater.engine().figures().prometheus())
                            .contains("{outcome=\"refused-by-client\",server=\"web\"} 1.0"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--http1.1, HTTP/1.1 TLSv1.3 shop.test",
        "--http2, HTTP/2.0 TLSv1.3 shop.test",
        "--tls-max 1.2, HTTP/2.0 TLSv1.2 shop.test"
    })
    void clientsChooseTheProtocol(String option, String line) throws Exception {
        Setup setup =
                tls("$scheme $tls-version $tls-sni", "", certificate("shop", ""))
                        .more("[log-formats.tls]\nformat = \"{proto} {:tls-version} {:tls-sni}\"")
                        .server("access-log = { format = \"tls\", file = \"access.log\" }");
        String toml =
                setup.toml()
                        .replace(
                                "access-log = { format = \"outcome\", file = \"access.log\" }\n",
                                "");
        try (TestBreakwater breakwater = start(toml)) {
            Command curl = curl(breakwater.port(), "shop.test", option.split(" ", -1));
            assertThat(curl.output()).isEqualTo("https " + line.substring(line.indexOf(' ') + 1));
            assertThat(breakwater.stopAndLog()).containsExactly(line);
        }
    }

    @Test
    void withoutHttp2ClientsSpeakHttp1() throws Exception {
        Setup setup = tls("x", "protocols = [\"http1\"]", certificate("shop", ""));
        try (TestBreakwater breakwater = start(setup)) {
            Command curl =
                    curl(breakwater.port(), "shop.test", "--http2", "-w", " %{http_version}");
            assertThat(curl.output()).isEqualTo("x 1.1");
            assertThat(openssl(breakwater.port(), "-servername", "shop.test", "-alpn", "h2"))
                    .contains("no application protocol");
        }
    }

    @Test
    void eachClientGetsTheKeyThatItCanUse() throws Exception {
        Setup setup = tls("", "", certificate("shop", ""), certificate("rsa", ""));
        try (TestBreakwater breakwater = start(setup)) {
            String[] named = {"-servername", "shop.test"};
            assertThat(openssl(breakwater.port(), named)).contains("subject=CN = shop");
            assertThat(
                            openssl(
                                    breakwater.port(),
                                    "-servername",
                                    "shop.test",
                                    "-sigalgs",
                                    "rsa_pss_rsae_sha256"))
                    .contains("subject=CN = rsa");
            assertThat(
                            openssl(
                                    breakwater.port(),
                                    "-servername",
                                    "shop.test",
                                    "-tls1_2",
                                    "-cipher",
                                    "ECDHE-RSA-AES128-GCM-SHA256"))
                    .contains("subject=CN = rsa");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1.2, -tls1_1, ''",
        "1.2, -tls1_2, TLSv1.2",
        "1.2, -tls1_3, TLSv1.3",
        "1.3, -tls1_2, ''",
        "1.3, -tls1_3, TLSv1.3"
    })
    void oldVersionsAreRefused(String least, String option, String spoken) throws Exception {
        Setup setup = tls("", "tls-min-version = \"" + least + "\"", certificate("shop", ""));
        try (TestBreakwater breakwater = start(setup)) {
            String said =
                    openssl(
                            breakwater.port(),
                            "-servername",
                            "shop.test",
                            option,
                            "-cipher",
                            "DEFAULT:@SECLEVEL=0");
            if (spoken.isEmpty()) assertThat(said).contains("alert").contains("(NONE)");
            else assertThat(said).contains("New, " + spoken + ", Cipher is ");
        }
    }

    @Test
    void ciphersAreChosen() throws Exception {
        Setup setup =
                tls(
                        "",
                        "tls-ciphers = [\"TLS_AES_256_GCM_SHA384\","
                                + " \"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384\"]",
                        certificate("shop", ""));
        try (TestBreakwater breakwater = start(setup)) {
            int port = breakwater.port();
            assertThat(openssl(port, "-servername", "shop.test"))
                    .contains("Cipher is TLS_AES_256_GCM_SHA384");
            assertThat(openssl(port, "-servername", "shop.test", "-tls1_2"))
                    .contains("Cipher is ECDHE-ECDSA-AES256-GCM-SHA384");
            assertThat(
                            openssl(
                                    port,
                                    "-servername",
                                    "shop.test",
                                    "-ciphersuites",
                                    "TLS_AES_128_GCM_SHA256",
                                    "-tls1_3"))
                    .contains("alert handshake failure");
        }
    }

    @ParameterizedTest
    @CsvSource({"X25519, true", "P-256, true", "P-521, true", "ffdhe2048, false", "X448, false"})
    void keysAreAgreedUponOnCurves(String group, boolean known) throws Exception {
        try (TestBreakwater breakwater = start(tls("", "", certificate("shop", "")))) {
            String said = openssl(breakwater.port(), "-servername", "shop.test", "-groups", group);
            assertThat(said.contains("Cipher is TLS_AES_")).isEqualTo(known);
        }
    }

    @Test
    void sessionsAreResumed() throws Exception {
        try (TestBreakwater breakwater = start(tls("", "", certificate("shop", "")))) {
            for (String version : List.of("-tls1_2", "-tls1_3")) {
                String session = folder.resolve("session" + version).toString();
                String request =
                        "printf 'GET / HTTP/1.1\\r\\nHost: shop.test\\r\\nConnection:"
                                + " close\\r\\n\\r\\n'";
                String base =
                        " | openssl s_client -connect 127.0.0.1:"
                                + breakwater.port()
                                + " -servername shop.test -ign_eof "
                                + version;
                assertThat(
                                Command.run("sh", "-c", request + base + " -sess_out " + session)
                                        .output())
                        .contains("New, TLSv1");
                assertThat(
                                Command.run("sh", "-c", request + base + " -sess_in " + session)
                                        .output())
                        .contains("Reused, TLSv1");
            }
        }
    }

    @Test
    void nodesAreToldOfClientsCertificates() throws Exception {
        String server = "client-auth = \"optional\"\nclient-ca = \"" + pki.path("ca.pem") + "\"";
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("fine"));
                TestBreakwater breakwater =
                        start(
                                Setup.to(origin)
                                        .server("tls = true\n" + server)
                                        .location(
                                                "response-headers = { set = { X-Who ="
                                                        + " \"$tls-client-subject\" } }")
                                        .more(certificate("shop", "")))) {
            Command known =
                    curl(
                            breakwater.port(),
                            "shop.test",
                            "-i",
                            "--http1.1",
                            "--cert",
                            pki.path("client.pem"),
                            "--key",
                            pki.path("client.key"));
            assertThat(known.output()).contains("X-Who: CN=client");
            String pem = Files.readString(Path.of(pki.path("client.pem")));
            String base64 = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
            assertThat(origin.exchange(1).request().head().field("Client-Cert"))
                    .isEqualTo(":" + base64 + ":");
            Command unknown =
                    curl(
                            breakwater.port(),
                            "shop.test",
                            "-H",
                            "Client-Cert: :Zm9yZ2Vk:",
                            "-H",
                            "client-cert-chain: :Zm9yZ2Vk:");
            assertThat(unknown.output()).isEqualTo("fine");
            assertThat(origin.exchange(2).request().head().has("Client-Cert")).isFalse();
            assertThat(origin.exchange(2).request().head().has("Client-Cert-Chain")).isFalse();
        }
    }

    @Test
    void clientsWithoutAGoodCertificateAreRefused() throws Exception {
        Pki others = Pki.in(folder.resolve("others")).issue("client", "DNS:client.test");
        String server = "client-auth = \"require\"\nclient-ca = \"" + pki.path("ca.pem") + "\"";
        try (TestBreakwater breakwater = start(tls("hello", server, certificate("shop", "")))) {
            int port = breakwater.port();
            assertThat(curl(port, "shop.test").code()).isNotZero();
            assertThat(
                            curl(
                                            port,
                                            "shop.test",
                                            "--cert",
                                            others.path("client.pem"),
                                            "--key",
                                            others.path("client.key"))
                                    .code())
                    .isNotZero();
            assertThat(
                            curl(
                                            port,
                                            "shop.test",
                                            "--cert",
                                            pki.path("client.pem"),
                                            "--key",
                                            pki.path("client.key"))
                                    .output())
                    .isEqualTo("hello");
            await().untilAsserted(() ->
                    assertThat(breakwater.engine().figures().prometheus())
                            .contains("{outcome=\"client-certificate\",server=\"web\"} 2.0"));
        }
    }
}
