package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.testing.Coded;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.Head;
import io.breakwater.testing.Message;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which responses are compressed, and what their heads say then.
@WireTest
class CompressionTest {
    private static final String TEXT = "all work and no play makes a dull proxy\n".repeat(100);
    private static final String ANY = "Accept-Encoding: gzip, deflate, br, zstd";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip, deflate, br, zstd | zstd",
                "gzip, deflate, br       | br",
                "gzip                    | gzip",
                "*                       | zstd",
                "br;q=0.5, gzip          | gzip",
                "deflate                 |",
                "identity                |",
                "gzip;q=0                |",
                "gzip;q=0.5, identity    |"
            })
    void compressesAsTheClientTakesIt(String accepted, String coding) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(text("Content-Type: text/plain"));
                TestBreakwater breakwater = compressing(origin);
                RawClient client = breakwater.client()) {
            Message got = get(client, "Accept-Encoding: " + accepted);
            assertThat(got.head().field("Content-Encoding")).isEqualTo(coding);
            assertThat(got.head().all("Vary")).containsExactly("Accept-Encoding");
            assertThat(Coded.text(got)).isEqualTo(TEXT);
            assertThat(got.head().has("Content-Length")).isEqualTo(coding == null);
            assertThat(origin.exchange(1).head().field("Accept-Encoding")).isEqualTo(accepted);
        }
    }

    @Test
    void clientThatSaysNothingGetsItAsItIs() throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.answering(text("Content-Type: text/plain", "ETag: \"1\""));
                TestBreakwater breakwater = compressing(origin);
                RawClient client = breakwater.client()) {
            Message got = client.get("/").response();
            assertThat(got.text()).isEqualTo(TEXT);
            assertThat(got.head().field("ETag")).isEqualTo("\"1\"");
            assertThat(got.head().field("Vary")).isEqualTo("Accept-Encoding");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/html; charset=utf-8",
                "TEXT/CSS",
                "application/json;charset=utf-8",
                "application/problem+json",
                "image/svg+xml",
                "application/javascript",
                "application/wasm",
                "font/ttf"
            })
    void compressesWhatIsWorthIt(String type) throws Exception {
        assertThat(coding("compression = \"on\"", text("Content-Type: " + type))).isEqualTo("zstd");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type: image/png",
                "Content-Type: application/octet-stream",
                "Content-Type: font/woff2",
                "Content-Type: text/event-stream",
                "X-No: type",
                "Content-Type: text/plain\r\nCache-Control: max-age=1, No-Transform",
                "Content-Type: text/plain\r\nContent-Encoding: gzip",
                "Content-Type: text/plain\r\nContent-Encoding: x-own"
            })
    void leavesAlone(String fields) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(text(fields, "ETag: \"1\""));
                TestBreakwater breakwater = compressing(origin);
                RawClient client = breakwater.client()) {
            Message got = get(client, ANY);
            assertThat(got.text()).isEqualTo(TEXT);
            assertThat(got.head().field("ETag")).isEqualTo("\"1\"");
            assertThat(got.head().field("Content-Length")).isEqualTo("" + TEXT.length());
            assertThat(got.head().has("Vary")).isFalse();
        }
    }

    @Test
    void neverCompressesEventsAndGrpcWhateverTheTypes() throws Exception {
        String all = "compression = { types = [\"*\"] }";
        assertThat(coding(all, text("Content-Type: application/pdf"))).isEqualTo("zstd");
        assertThat(coding(all, text("Content-Type: text/event-stream"))).isNull();
        assertThat(coding(all, text("Content-Type: application/grpc+proto"))).isNull();
    }

    @Test
    void obeysTypesLengthAndOrder() throws Exception {
        String own =
                "compression = { encodings = [\"gzip\", \"br\"], min-length = 4000, types ="
                        + " [\"image/*\"], gzip-level = 1 }";
        assertThat(coding(own, text("Content-Type: image/png"))).isEqualTo("gzip");
        assertThat(coding(own, text("Content-Type: text/plain"))).isNull();
        String longer = own.replace("4000", "4001");
        assertThat(coding(longer, text("Content-Type: image/png"))).isNull();
        assertThat(coding("", text("Content-Type: text/plain"))).isNull();
        assertThat(coding("compression = { mode = \"off\" }", text("Content-Type: text/plain")))
                .isNull();
    }

    @Test
    void shortBodiesAreCompressedOnlyWhenTheirLengthIsNotKnown() throws Exception {
        String head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n";
        assertThat(coding("compression = \"on\"", head + "Content-Length: 2\r\n\r\nhi")).isNull();
        assertThat(coding("compression = \"on\"", head + "Content-Length: 0\r\n\r\n")).isNull();
        try (FakeOrigin origin =
                        FakeOrigin.answering(
                                head + "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n");
                TestBreakwater breakwater = compressing(origin);
                RawClient client = breakwater.client()) {
            Message got = get(client, "Accept-Encoding: gzip");
            assertThat(got.head().field("Content-Encoding")).isEqualTo("gzip");
            assertThat(Coded.text(got)).isEqualTo("hi");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "br", "zstd"})
    void emptyBodyOfUnknownLengthIsStillDecodable(String coding) throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.answering(
                                CacheKit.chunkedHead("Content-Type: text/plain") + "0\r\n\r\n");
                TestBreakwater breakwater = compressing(origin);
                RawClient client = breakwater.client()) {
            Message got = get(client, "Accept-Encoding: " + coding);
            assertThat(got.head().field("Content-Encoding")).isEqualTo(coding);
            assertThat(Coded.text(got)).isEmpty();
        }
    }

    @Test
    void headSaysWhatIsNotTheNodesBodyAnyMore() throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.answering(
                                text(
                                        "Content-Type: text/plain",
                                        "ETag: \"1\"",
                                        "Accept-Ranges: bytes",
                                        "Content-MD5: x",
                                        "Content-Digest: sha-256=:x:",
                                        "Repr-Digest: sha-256=:x:",
                                        "Digest: md5=x",
                                        "Vary: Cookie, Origin",
                                        "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT"));
                TestBreakwater breakwater = compressing(origin);
                RawClient client = breakwater.client()) {
            Head head = get(client, ANY).head();
            assertThat(head.field("ETag")).isEqualTo("W/\"1\"");
            assertThat(head.field("Vary")).isEqualTo("Cookie, Origin, Accept-Encoding");
            assertThat(head.has("Last-Modified")).isTrue();
            for (String gone :
                    new String[] {
                        "Accept-Ranges",
                        "Content-MD5",
                        "Content-Digest",
                        "Repr-Digest",
                        "Digest",
                        "Content-Length"
                    }) assertThat(head.has(gone)).as(gone).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Vary: *               | *",
                "Vary: accept-encoding | accept-encoding",
                "Vary: Cookie          | Cookie, Accept-Encoding"
            })
    void mergesVary(String told, String merged) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(text("Content-Type: text/css", told));
                TestBreakwater breakwater = compressing(origin);
                RawClient client = breakwater.client()) {
            assertThat(get(client, ANY).head().all("Vary")).containsExactly(merged);
        }
    }

    @Test
    void headHasTheFieldsOfGet() throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.answering(
                                CacheKit.head(4000, "Content-Type: text/plain", "ETag: \"1\""));
                TestBreakwater breakwater = compressing(origin);
                RawClient client = breakwater.client()) {
            client.request("HEAD / HTTP/1.1", "Host: a", ANY);
            Head head = client.response("HEAD").head();
            assertThat(head.field("Content-Encoding")).isEqualTo("zstd");
            assertThat(head.field("ETag")).isEqualTo("W/\"1\"");
            assertThat(head.field("Vary")).isEqualTo("Accept-Encoding");
            assertThat(head.has("Content-Length")).isFalse();
            client.request("HEAD / HTTP/1.1", "Host: a");
            assertThat(client.response("HEAD").head().field("Content-Length")).isEqualTo("4000");
        }
    }

    @Test
    void partsAreNotCompressed() throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            boolean part = exchange.head().has("Range");
                            exchange.readAll();
                            exchange.send(
                                    part
                                            ? "HTTP/1.1 206 Partial Content\r\nContent-Type:"
                                                    + " text/plain\r\nContent-Range: bytes"
                                                    + " 0-1999/4000\r\nContent-Length: 2000\r\n\r\n"
                                                    + TEXT.substring(0, 2000)
                                            : text("Content-Type: text/plain"));
                        });
                TestBreakwater breakwater = compressing(origin);
                RawClient client = breakwater.client()) {
            client.request("GET / HTTP/1.1", "Host: a", ANY, "Range: bytes=0-1999");
            Message part = client.response();
            assertThat(part.head().status()).isEqualTo(206);
            assertThat(part.text()).isEqualTo(TEXT.substring(0, 2000));
            assertThat(Coded.text(get(client, ANY))).isEqualTo(TEXT);
            // A node that takes no ranges: the client may want to go on with what it has.
            origin.behave(FakeOrigin.answer(text("Content-Type: text/plain")));
            client.request("GET / HTTP/1.1", "Host: a", ANY, "Range: bytes=0-1999");
            Message whole = client.response();
            assertThat(whole.text()).isEqualTo(TEXT);
            assertThat(whole.head().field("Vary")).isEqualTo("Accept-Encoding");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Content-Type: application/grpc+proto", "Connection: upgrade\r\nUpgrade: x"})
    void conversationsOnlyPassThrough(String field) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(text("Content-Type: text/plain"));
                TestBreakwater breakwater = compressing(origin);
                RawClient client = breakwater.client()) {
            client.request("GET / HTTP/1.1", "Host: a", ANY, field);
            assertThat(client.response().text()).isEqualTo(TEXT);
        }
    }

    @Test
    void clientMayForbidIt() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(text("Content-Type: text/plain"));
                TestBreakwater breakwater = compressing(origin);
                RawClient client = breakwater.client()) {
            client.request("GET / HTTP/1.1", "Host: a", ANY, "Cache-Control: no-transform");
            assertThat(client.response().text()).isEqualTo(TEXT);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 304})
    void statusesWithoutBodyStayAsTheyAre(int status) throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.answering(
                                "HTTP/1.1 " + status + " X\r\nContent-Type: text/plain\r\n\r\n");
                TestBreakwater breakwater = compressing(origin);
                RawClient client = breakwater.client()) {
            Message got = get(client, ANY);
            assertThat(got.head().status()).isEqualTo(status);
            assertThat(got.head().has("Content-Encoding")).isFalse();
            assertThat(got.text()).isEmpty();
        }
    }

    @Test
    void errorsOfTheNodeAreCompressedToo() throws Exception {
        String error = text("Content-Type: text/html").replace("200 OK", "404 Not Found");
        assertThat(coding("compression = \"on\"", error)).isEqualTo("zstd");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "W/\"1\"           | W/\"1\"",
                "\"1\"             | \"1\"",
                "W/\"1\", \"1\"    | \"1\"",
                "*                 | \"1\""
            })
    void notModifiedNamesTheTagThatTheClientHas(String asked, String told) throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.answering(
                                "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\nVary: Cookie\r\n\r\n");
                TestBreakwater breakwater = compressing(origin);
                RawClient client = breakwater.client()) {
            client.request("GET / HTTP/1.1", "Host: a", ANY, "If-None-Match: " + asked);
            Head head = client.response().head();
            assertThat(head.field("ETag")).isEqualTo(told);
            assertThat(head.field("Vary")).isEqualTo("Cookie, Accept-Encoding");
        }
    }

    @Test
    void whatIsReplacedIsCompressedAfterwards() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(text("Content-Type: text/html"));
                TestBreakwater breakwater =
                        Setup.to(origin)
                                .location(
                                        "transform = { replace = [{ from = \"dull\", to ="
                                                + " \"quick\" }] }")
                                .location("compression = \"on\"")
                                .start();
                RawClient client = breakwater.client()) {
            Message got = get(client, ANY);
            assertThat(got.head().field("Content-Encoding")).isEqualTo("zstd");
            assertThat(Coded.text(got)).isEqualTo(TEXT.replace("dull", "quick"));
            assertThat(origin.exchange(1).head().field("Accept-Encoding")).isEqualTo("identity");
            origin.behave(
                    exchange -> exchange.send(CacheKit.head(4000, "Content-Type: text/html")));
            client.request("HEAD / HTTP/1.1", "Host: a", ANY);
            Head head = client.response("HEAD").head();
            assertThat(head.field("Content-Encoding")).as(head.toString()).isEqualTo("zstd");
            assertThat(head.has("Content-Length")).isFalse();
        }
    }

    @Test
    void logTellsTheRatio() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(text("Content-Type: text/plain"));
                TestBreakwater breakwater =
                        TestBreakwater.start(
                                Setup.to(origin)
                                        .location("compression = \"on\"")
                                        .toml()
                                        .replace(
                                                "{status} {reason}",
                                                "{size} {:compression-ratio}"));
                RawClient client = breakwater.client()) {
            int length = get(client, "Accept-Encoding: gzip").body().length;
            client.get("/").response();
            String ratio = String.format(Locale.ROOT, "%.2f", (double) TEXT.length() / length);
            assertThat(breakwater.log(2)).containsExactly(length + " " + ratio, "4000 -");
            assertThat(breakwater.engine().figures().prometheus())
                    .contains("breakwater_compression_plain_bytes_total{encoding=\"gzip\"} 4000.0");
        }
    }

    private static @Nullable String coding(String toml, String response) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(response);
                TestBreakwater breakwater = Setup.to(origin).location(toml).start();
                RawClient client = breakwater.client()) {
            return get(client, ANY).head().field("Content-Encoding");
        }
    }

    private static TestBreakwater compressing(FakeOrigin origin) throws Exception {
        return Setup.to(origin).location("compression = \"on\"").start();
    }

    private static Message get(RawClient client, String field) throws Exception {
        client.request("GET / HTTP/1.1", "Host: a", field);
        return client.response();
    }

    private static String text(String... fields) {
        return CacheKit.head(TEXT.length(), fields) + TEXT;
    }
}
