package io.breakwater.upstream.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a request's head looks like on the wire.
class HeadWriterTest {
    @Test
    void writesMethodTargetAndFieldsAsTheyAre() {
        HttpFields fields = HttpFields.build().add("Host", "a").add("x-Odd", "caf\u00e9 \u007f");
        assertThat(head("M-SEARCH", "/%7e?a|b", fields, null))
                .isEqualTo(
                        "M-SEARCH /%7e?a|b HTTP/1.1\r\nHost: a\r\nx-Odd: caf\u00e9 \u007f\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nX: y", "a\rX", "a\nX", "a\0X", "a\u010a\u010dX"})
    void noValueCanEndItsLine(String value) {
        String written = head("GET", "/", HttpFields.build().add("X-A", value), null);
        assertThat(written.split("\r\n", -1)).hasSize(4);
        assertThat(written.replace("\r\n", "")).doesNotContain("\r", "\n", "\0");
    }

    @Test
    void framingIsThatOfTheBody() {
        HttpFields lies = HttpFields.build().add("Content-Length", "7");
        lies = HttpFields.build(lies).add("Transfer-Encoding", "gzip");
        assertThat(head("POST", "/", lies, body(5)))
                .isEqualTo("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n");
        assertThat(head("POST", "/", lies, body(-1)))
                .isEqualTo("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
        assertThat(head("DELETE", "/", lies, null))
                .isEqualTo("DELETE / HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
    }

    @ParameterizedTest
    @CsvSource({"POST, true", "PUT, true", "PATCH, true", "GET, false", "DELETE, false"})
    void saysThatThereIsNoBodyWhereOneWouldBeExpected(String method, boolean said) {
        // RFC 9110 §8.6
        String written = head(method, "/", HttpFields.EMPTY, null);
        assertThat(written.contains("Content-Length: 0\r\n")).isEqualTo(said);
    }

    @Test
    void writesChunks() {
        assertThat(text(HeadWriter.chunkStart(255))).isEqualTo("ff\r\n");
        assertThat(text(HeadWriter.chunksEnd(null))).isEqualTo("0\r\n\r\n");
        assertThat(text(HeadWriter.chunksEnd(HttpFields.build().add("X-Sum", "1"))))
                .isEqualTo("0\r\nX-Sum: 1\r\n\r\n");
    }

    private static String head(
            String method, String target, HttpFields fields, @Nullable OutgoingBody body) {
        return text(
                HeadWriter.head(
                        new OutgoingRequest(method, target, fields, body, false, false, null)));
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.ISO_8859_1.decode(bytes).toString();
    }

    private static OutgoingBody body(long length) {
        return new OutgoingBody() {
            @Override
            public long length() {
                return length;
            }

            @Override
            public @Nullable HttpFields trailers() {
                return null;
            }

            @Override
            public Content.Chunk read() {
                return Content.Chunk.EOF;
            }

            @Override
            public void demand(Runnable onAvailable) {
                onAvailable.run();
            }

            @Override
            public void fail(Throwable failure) {
                throw new AssertionError(failure);
            }
        };
    }
}
