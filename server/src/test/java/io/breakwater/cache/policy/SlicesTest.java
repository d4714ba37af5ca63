package io.breakwater.cache.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// RFC 9111 §3.3 and §3.4, as slices are concerned.
class SlicesTest {
    private static final String FRESH = "Cache-Control: max-age=60;; ";

    /// Slices of 100 bytes.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "0|206|Content-Range: bytes 0-99/250;; Content-Length: 100|250",
                "2|206|Content-Range: bytes 200-249/250;; Content-Length: 50|250",
                "0|206|Content-Range: bytes 0-9/10;; Content-Length: 10|10",
                "0|206|Content-Range: bytes 0-98/250;; Content-Length: 99|-",
                "1|206|Content-Range: bytes 0-99/250;; Content-Length: 100|-",
                "0|206|Content-Range: bytes 0-99/*;; Content-Length: 100|-",
                "0|206|Content-Range: bytes 0-99/250|-",
                "0|206|Content-Range: bytes 0-99/250;; Content-Length: 99|-",
                "0|206|Content-Type: multipart/byteranges;; Content-Length: 100|-",
                "0|200|Content-Range: bytes 0-99/250;; Content-Length: 100|-",
                "0|416|Content-Range: bytes */250;; Content-Length: 0|-",
            })
    void knowsTheWholeByOneSlice(long number, int status, String fields, @Nullable Long length) {
        Received whole = Slices.whole(Told.received(status, fields), 100, number);
        if (length == null) {
            assertThat(whole).isNull();
        } else {
            Objects.requireNonNull(whole);
            assertThat(whole.status()).isEqualTo(200);
            assertThat(Slices.length(whole)).isEqualTo(length);
            assertThat(whole.fields().has("Content-Range")).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "ETag: \"a\"|\"a\" 250",
                "ETag: W/\"a\"|-",
                "Last-Modified: @-60|Thu, 26 Nov 2026 11:59:00 GMT 250",
                "Last-Modified: @-0|-",
                "X: y|-",
            })
    void needsAStrongValidator(String validator, @Nullable String identity) {
        Slices slices = slices(validator);
        assertThat(slices == null ? null : slices.identity()).isEqualTo(identity);
    }

    @Test
    void knowsWhereSlicesAre() {
        Slices slices = Objects.requireNonNull(slices("ETag: \"a\""));
        assertThat(slices.number(199)).isEqualTo(1);
        assertThat(slices.begin(2)).isEqualTo(200);
        assertThat(slices.end(1)).isEqualTo(200);
        assertThat(slices.end(2)).isEqualTo(250);
        assertThat(Slices.asked(100, 2).field()).isEqualTo("bytes=200-299");
        assertThat(Slices.length(slices.response(), 0)).isEqualTo(250);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "-|0|0",
                "bytes=0-5|0|0",
                "bytes=100-|0|1",
                "bytes=250-260,0-1|0|2",
                "bytes=-10|0|0",
                "bytes=-10|250|2",
                "bytes=300-|250|0",
                "bytes=9223372036854775806-|0|0",
                "lines=7-8|0|0",
            })
    void asksForTheFirstSliceThatIsWanted(@Nullable String range, long length, long number) {
        assertThat(Slices.wanted(range, 100, length)).isEqualTo(number);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ETag: \"a\";; Content-Range: bytes 100-199/250|true",
                "ETag: \"b\";; Content-Range: bytes 100-199/250|false",
                "X: y;; Content-Range: bytes 100-199/250|false",
                "ETag: \"a\";; Content-Range: bytes 100-199/251|false",
                "ETag: \"a\";; Content-Range: bytes 0-99/250|false",
            })
    void knowsItsSlices(String fields, boolean own) {
        Slices slices = Objects.requireNonNull(slices("ETag: \"a\""));
        Received part = Told.received(206, fields + ";; Content-Length: 100");
        assertThat(slices.isPart(part, 1)).isEqualTo(own);
    }

    private static @Nullable Slices slices(String validator) {
        StoreDecision decision =
                Told.decide(
                        CacheRules.STANDARD,
                        "GET",
                        null,
                        Told.received(200, FRESH + validator + ";; Content-Length: 250"));
        return decision instanceof StoreDecision.Store store ? Slices.of(store, 100) : null;
    }
}
