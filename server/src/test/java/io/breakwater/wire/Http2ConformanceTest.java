package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.testing.Command;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.Pki;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/// h2spec 2.2.0 through Breakwater. It tests RFC 7540 and waits much, so its two runs are beside
/// each other and beside other tests.
@WireTest
@Timeout(240) // it waits by its own clock
class Http2ConformanceTest {
    private static final String PROGRAM = "/h2spec/2.2.0/h2spec_linux_amd64.tar.gz";
    private static final String H2 = "protocols = [\"http1\", \"h2\"]";
    private static final int CASES = 145;

    /// What does not pass, and why: docs/HTTP2.md.
    private static final List<String> KNOWN =
            List.of(
                    "http2/5.1: half closed (remote): Sends a DATA frame",
                    "http2/5.1: closed: Sends a DATA frame after sending RST_STREAM frame",
                    "http2/5.1: closed: Sends a DATA frame",
                    "http2/6.9.2: Changes SETTINGS_INITIAL_WINDOW_SIZE after sending HEADERS"
                            + " frame",
                    "http2/8.1.2: Sends a HEADERS frame that contains the header field "
                            + "name in uppercase letters",
                    "http2/8.1.2.1: Sends a HEADERS frame that contains a unknown "
                            + "pseudo-header field",
                    "http2/8.1.2.1: Sends a HEADERS frame that contains the pseudo-header "
                            + "field defined for response",
                    "http2/8.1.2.2: Sends a HEADERS frame that contains the "
                            + "connection-specific header field",
                    "http2/8.1.2.2: Sends a HEADERS frame that contains the TE header "
                            + "field with any value other than \"trailers\"",
                    "http2/8.1.2.3: Sends a HEADERS frame with empty \":path\" pseudo-header field",
                    "http2/8.1.2.3: Sends a HEADERS frame that omits \":method\" pseudo-header"
                            + " field",
                    "http2/8.1.2.3: Sends a HEADERS frame that omits \":scheme\" pseudo-header"
                            + " field",
                    "http2/8.1.2.3: Sends a HEADERS frame that omits \":path\" pseudo-header field",
                    "http2/8.1.2.3: Sends a HEADERS frame with duplicated \":method\" "
                            + "pseudo-header field",
                    "http2/8.1.2.3: Sends a HEADERS frame with duplicated \":scheme\" "
                            + "pseudo-header field");

    @TempDir static Path folder;

    @BeforeAll
    static void unpack() throws Exception {
        Path archive = folder.resolve("h2spec.tar.gz");
        try (InputStream program = Http2ConformanceTest.class.getResourceAsStream(PROGRAM)) {
            Files.copy(Objects.requireNonNull(program, PROGRAM), archive);
        }
        Command tar = Command.run("tar", "xzf", archive.toString(), "-C", folder.toString());
        assertThat(tar.code()).as(tar.output()).isZero();
    }

    @Test
    void clearText() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("hello"));
                TestBreakwater breakwater = Setup.to(origin).server(H2).start()) {
            passes(breakwater.port(), "clear.xml");
        }
    }

    @Test
    void withinTls() throws Exception {
        Pki pki = Pki.in(folder).issue("web", "DNS:localhost");
        String certificate =
                "[certificates.web]\ncertificate = \"%s\"\nkey = \"%s\"\ndefault = true\n"
                        .formatted(pki.path("web.pem"), pki.path("web.key"));
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("hello"));
                TestBreakwater breakwater =
                        Setup.to(origin).server(H2 + "\ntls = true").more(certificate).start()) {
            passes(breakwater.port(), "tls.xml", "--tls", "--insecure");
        }
    }

    private static void passes(int port, String report, String... more) throws Exception {
        Path file = folder.resolve(report);
        List<String> words =
                new ArrayList<>(
                        List.of(
                                folder.resolve("h2spec").toString(),
                                "--port",
                                "" + port,
                                "--junit-report",
                                file.toString()));
        words.addAll(List.of(more));
        Command run = Command.run(Duration.ofSeconds(200), words.toArray(String[]::new));
        NodeList cases =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(file.toFile())
                        .getElementsByTagName("testcase");
        List<String> missed = new ArrayList<>();
        for (int number = 0; number < cases.getLength(); number++) {
            Element test = (Element) cases.item(number);
            if (test.getElementsByTagName("failure").getLength() > 0
                    || test.getElementsByTagName("error").getLength() > 0)
                missed.add(test.getAttribute("package") + ": " + test.getAttribute("classname"));
        }
        assertThat(cases.getLength()).isEqualTo(CASES);
        assertThat(missed).as(run.output()).isSubsetOf(KNOWN);
    }
}
