package io.breakwater.report.accesslog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.breakwater.exchange.ExchangeView.Attempt;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogFormatTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void writesCombinedAsNginxDoes() {
        SampleView view =
                new SampleView()
                        .request("GET", "/a?b=c")
                        .field("Referer", "http://x/")
                        .field("User-Agent", "curl/8.0 \"q\" \\ \t \u00c3\u00a9");
        String time =
                DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
                        .withZone(ZoneId.systemDefault())
                        .format(Instant.ofEpochMilli(view.startMillis() + 1));
        assertThat(render("combined", view))
                .isEqualTo(
                        "127.0.0.1 - - ["
                                + time
                                + "] \"GET /a?b=c HTTP/1.1\" 200 612 \"http://x/\""
                                + " \"curl/8.0 \\x22q\\x22 \\x5C \\x09 \\xC3\\xA9\"");
    }

    @ParameterizedTest
    @CsvSource({"joe:secret, joe", "joe, -", ":secret, -", "a b:c, a b"})
    void namesTheUserOfBasicCredentials(String credentials, String user) {
        String field =
                "basic "
                        + Base64.getEncoder()
                                .encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
        assertThat(render("{remote-user}", new SampleView().field("Authorization", field)))
                .isEqualTo(user);
    }

    @Test
    void namesNobodyForOtherCredentials() {
        assertThat(render("{remote-user}", new SampleView().field("Authorization", "Bearer x")))
                .isEqualTo("-");
        assertThat(render("{remote-user}", new SampleView().field("Authorization", "Basic %%")))
                .isEqualTo("-");
    }

    @Test
    void knowsEveryTag() {
        SampleView view =
                new SampleView()
                        .request("POST", "/p%20q?x=1")
                        .received(2048)
                        .answer(502, 1_572_864)
                        .names("web", "app", "pool")
                        .reason("upstream-reset")
                        .withCookie("sid", "s1")
                        .field("X-In", "in")
                        .responseField("X-Out", "out")
                        .attempt(new Attempt("10.0.0.1:80", 0, false, -1, -1, -1, -1))
                        .attempt(
                                new Attempt(
                                        "10.0.0.2:80",
                                        502,
                                        true,
                                        1_000_000,
                                        -1,
                                        2_500_000,
                                        61_000_000_000L));
        assertThat(
                        render(
                                "{host} {method} {path} {proto} {query} {remote} {client-ip}"
                                    + " {scheme} {uri} {size} {size-human} {status} {latency}"
                                    + " {latency-human} {payload-size} {payload-size-human}"
                                    + " {request-id} {location} {upstream} {server} {cache}"
                                    + " {attempts} {reason} {~sid} {>x-in} {<X-Out} {~none} {>none}"
                                    + " {<none} {when-unix}",
                                view))
                .isEqualTo(
                        "shop.example.com POST /p%20q HTTP/1.1 x=1 127.0.0.1 127.0.0.1 http"
                            + " /p%20q?x=1 1572864 1.5MB 502 1 1.2ms 2048 2KB"
                            + " 0123456789abcdef0123456789abcdef app pool web - 2 upstream-reset s1"
                            + " in out - - - "
                                + (view.startMillis() + 1));
        assertThat(
                        render(
                                "{:connection-id} {:connection-reused} {:upstream-addr}"
                                    + " {:upstream-status} {:upstream-reused}"
                                    + " {:upstream-connect-time} {:upstream-header-time-human}"
                                    + " {:upstream-response-time} {:upstream-response-time-human}"
                                    + " {:upstream-tls-time} {:queue-time}"
                                    + " {:cache-lookup-time-human} {:cache-lock-time}"
                                    + " {:filter-time} {:service-time} {:tls-version} {:tls-cipher}"
                                    + " {:tls-sni} {:compression-ratio} {:trace-id}",
                                view))
                .isEqualTo(
                        "7 true 10.0.0.1:80, 10.0.0.2:80 -, 502 true 1 2.5ms 61000 1m1s - - - - - 1"
                                + " - - - - -");
    }

    @Test
    void takesUnderscoresForDashes() {
        SampleView view = new SampleView().field("User-Agent", "ua");
        assertThat(render("{user_agent} {size_human} {:connection_reused} {client_ip}", view))
                .isEqualTo("ua 612B true 127.0.0.1");
    }

    @Test
    void takesEnvironmentOnceAtCompileTime() {
        String path = System.getenv("PATH").replace("\\", "\\x5C").replace("\"", "\\x22");
        assertThat(render("{$PATH} {$BREAKWATER_NOT_SET}", new SampleView()))
                .isEqualTo(path + " -");
    }

    @Test
    void writesTimesByRfc3339() {
        SampleView view = new SampleView().times(1_795_255_200_987L, 0);
        assertThat(render("{when-utc}", view)).isEqualTo("2026-11-21T10:00:00.987Z");
        LineBuffer line = new LineBuffer();
        new LogTimes(ZoneOffset.ofHoursMinutes(-3, -30)).local(1_795_255_200_987L, line);
        assertThat(line).hasToString("2026-11-21T06:30:00.987-03:30");
        line.clear();
        new LogTimes(ZoneOffset.ofHours(2)).common(1_795_255_200_987L, line);
        assertThat(line).hasToString("21/Nov/2026:12:00:00 +0200");
    }

    @ParameterizedTest
    @CsvSource({
        "{statsu}, {statsu} at position 1, {status}",
        "a {user-agnet}, {user-agnet} at position 3, {user-agent}",
        "{:upstream-adr}, {:upstream-adr} at position 1, {:upstream-addr}",
        "{~}, {~} at position 1, nearest"
    })
    void refusesUnknownTags(String format, String where, String nearest) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LogFormat.compile(format))
                .withMessageContaining(where)
                .withMessageContaining(nearest);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a\nb", "a\rb"})
    void refusesFormatsThatAreNoLine(String format) {
        assertThatIllegalArgumentException().isThrownBy(() -> LogFormat.compile(format));
    }

    @Test
    void keepsBracesThatAreNoTag() {
        assertThat(render("{ } {} {1} }{ {{method}}", new SampleView()))
                .isEqualTo("{ } {} {1} }{ {GET}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tiny",
                "short",
                "common",
                "combined",
                "json",
                "\"{user-agent}\" {>x} {~c} {uri} {<y} {method}",
                "{\"a\":\"{user-agent}\",\"b\":{>x},\"c\":[{~c},{status},{uri}]}"
            })
    void noRequestForgesALine(String format) {
        String evil =
                "x\r\n1.2.3.4 - - \"GET / HTTP/1.1\" 200\u0085\u2028\0\u001b[31m\"\\\u007f\ud800";
        SampleView view =
                new SampleView()
                        .request("G\nT", "/" + evil + "?" + evil)
                        .field("User-Agent", evil)
                        .field("Referer", evil)
                        .field("X", evil)
                        .withCookie("c", evil)
                        .responseField("y", evil);
        String line = render(format, view);
        assertThat(line).doesNotContainPattern("[\\x00-\\x1f\\x7f\\u0085]");
        if (format.startsWith("\"")) {
            assertThat(line.chars().filter(c -> c == '"').count()).isEqualTo(2);
        }
    }

    @Test
    void jsonIsValidForAnyBytes() throws Exception {
        Random random = new Random(42);
        LogFormat json = LogFormat.compile("json");
        LogFormat own =
                LogFormat.compile("{ \"ua\": \"{user-agent}\", \"r\": {referer}, \"n\": {size} }");
        for (int i = 0; i < 2000; i++) {
            StringBuilder noise = new StringBuilder();
            int bound = random.nextBoolean() ? 256 : 65536;
            for (int j = random.nextInt(40); j > 0; j--) {
                noise.append((char) random.nextInt(bound));
            }
            SampleView view =
                    new SampleView()
                            .request("GET", "/" + noise)
                            .field("User-Agent", noise.toString())
                            .field("Referer", noise.toString());
            assertThat(JSON.readTree(json.render(view)).get("status").asInt()).isEqualTo(200);
            assertThat(JSON.readTree(own.render(view)).get("n").asInt()).isEqualTo(612);
        }
    }

    @Test
    void jsonShowsWhatBytesMean() throws Exception {
        SampleView view =
                new SampleView()
                        .request("GET", "/caf\u00e9")
                        .field("User-Agent", latin1("Zo\u00eb \ud83d\ude00 \"x\""))
                        .field("Referer", "caf\u00e9");
        JsonNode line = JSON.readTree(render("json", view));
        assertThat(line.get("user_agent").asText()).isEqualTo("Zo\u00eb \ud83d\ude00 \"x\"");
        assertThat(line.get("referer").asText()).isEqualTo("caf\u00e9");
        assertThat(line.get("uri").asText()).isEqualTo("/caf\u00e9");
        assertThat(line.get("upstream").isNull()).isTrue();
        assertThat(line.get("latency").asInt()).isEqualTo(1);
    }

    @Test
    void encodesTextBeyondBytesAsUtf8() {
        assertThat(
                        render(
                                "{uri} {user-agent}",
                                new SampleView()
                                        .request("GET", "/\u00e9\u20ac\ud83d\ude00")
                                        .field("User-Agent", "\u20ac")))
                .isEqualTo("/\\xC3\\xA9\\xE2\\x82\\xAC\\xF0\\x9F\\x98\\x80 \\xE2\\x82\\xAC");
    }

    @Test
    void logsADashForAHeadThatWasNone() {
        assertThat(render("common", new SampleView().request("", "").answer(400, 0)))
                .endsWith("] \"-\" 400 0");
        assertThat(render("common", new SampleView().request("-", "-").answer(400, 0)))
                .endsWith("] \"-\" 400 0");
    }

    @Test
    void growsForLongValues() {
        String agent = "\u00ff".repeat(100_000);
        assertThat(render("{user-agent}", new SampleView().field("User-Agent", agent)))
                .hasSize(400_000);
    }

    @Test
    void everyTagIsDocumented() throws Exception {
        String page = Files.readString(Path.of("../docs/ACCESS-LOG.md"));
        assertThat(Tags.names())
                .filteredOn(name -> !name.startsWith(":") || !name.endsWith("-human"))
                .allMatch(name -> page.contains("`{" + name + "}`"));
    }

    private static String latin1(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static String render(String format, SampleView view) {
        return LogFormat.compile(format).render(view);
    }
}
