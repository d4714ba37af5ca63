package io.breakwater.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.http.ByteRanges.Resolved;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// RFC 9110 §14 and §13.1.5.
class ByteRangesTest {
    private static final long NOW = 1_800_000_000_000L;

    /// The examples of RFC 9110 §14.1.2, for 10000 bytes, and the borders.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=0-499|10000|0-499",
                "bytes=500-999|10000|500-999",
                "bytes=-500|10000|9500-9999",
                "bytes=9500-|10000|9500-9999",
                "bytes=0-0,-1|10000|0-0 9999-9999",
                "bytes= 0-0, 4500-5499, -1000|10000|0-0 4500-5499 9000-9999",
                "bytes=500-600,601-999|10000|500-600 601-999",
                "bytes=500-700,601-999|10000|500-700 601-999",
                "BYTES=1-2|10000|1-2",
                "bytes=0-99999|10000|0-9999",
                "bytes=-99999|10000|0-9999",
                "bytes=9999-|10000|9999-9999",
                "bytes=0-99999999999999999999999|10000|0-9999",
                "bytes=10000-|10000|unsatisfiable",
                "bytes=99999999999999999999-|10000|unsatisfiable",
                "bytes=-0|10000|unsatisfiable",
                "bytes=0-|0|unsatisfiable",
                "bytes=-5|0|unsatisfiable",
                "bytes=20000-,0-1|10000|0-1",
                "bytes=0-9,5-14,10-19|10000|OVERLAPPING",
                "bytes=0-,0-|10000|OVERLAPPING",
                "bytes=0-5999,5000-9999|10000|OVERLAPPING",
            })
    void resolves(String field, long length, String expected) {
        ByteRanges ranges = Objects.requireNonNull(ByteRanges.parse(field), field);
        assertThat(text(ranges.resolve(length))).isEqualTo(expected);
    }

    @Test
    void ignoresMoreRangesThanAnyHonestRequestHas() {
        String most = "bytes=" + "0-0,".repeat(ByteRanges.MOST + 1);
        ByteRanges ranges = Objects.requireNonNull(ByteRanges.parse(most));
        assertThat(text(ranges.resolve(10))).isEqualTo("TOO_MANY");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bytes",
                "bytes=",
                "bytes=,",
                "bytes=-",
                "bytes=a-b",
                "bytes=5-4",
                "bytes=1",
                "bytes=0-1,x",
                "bytes=--1",
                "bytes=1--2",
                "bytes=0x1-2",
                "bytes =0-1",
                "items=0-1",
                "bytes=1 -2",
                "bytes=+1-2",
            })
    void leavesOutWhatIsNoSetOfByteRanges(String field) {
        assertThat(ByteRanges.parse(field)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "bytes 42-1233/1234",
        "bytes 42-1233/*",
        "bytes */1234",
        "bytes 0-0/1",
    })
    void readsContentRange(String field) {
        assertThat(ContentRange.parse(field)).hasToString(field);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bytes",
                "bytes 5-4/10",
                "bytes 5-10/10",
                "bytes */*",
                "bytes 1-2",
                "bytes -1/2",
                "bytes 1-/2",
                "bytes a-b/c",
                "items 0-1/2",
                "bytes 0-9999999999999999999/*",
            })
    void refusesWhatIsNoContentRange(String field) {
        assertThat(ContentRange.parse(field)).isNull();
        assertThat(ContentRange.parse(null)).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"a\"|\"a\"|true",
                "\"a\"|\"b\"|false",
                "W/\"a\"|W/\"a\"|false", // §13.1.5: strong comparison
                "\"a\"|W/\"a\"|false",
                "W/\"a\"|\"a\"|false",
                "Sun, 06 Nov 1994 08:49:37 GMT|\"a\"|true",
                "Sun, 06 Nov 1994 08:49:38 GMT|\"a\"|false", // later is not the same
                "Sun, 06 Nov 1994 08:49:36 GMT|\"a\"|false",
                "a|\"a\"|false",
            })
    void evaluatesIfRange(String field, String tag, boolean holds) {
        long modified = HttpDates.parse("Sun, 06 Nov 1994 08:49:37 GMT", NOW);
        assertThat(IfRange.holds(field, EntityTag.parse(tag), modified, modified + 1000, NOW))
                .isEqualTo(holds);
    }

    @Test
    void aDateOfTheSameSecondIsNoStrongValidator() {
        String field = "Sun, 06 Nov 1994 08:49:37 GMT";
        long modified = HttpDates.parse(field, NOW);
        assertThat(IfRange.holds(field, null, modified, modified + 999, NOW)).isFalse();
        assertThat(IfRange.holds(field, null, HttpDates.NONE, NOW, NOW)).isFalse();
    }

    private static String text(Resolved resolved) {
        return switch (resolved) {
            case Resolved.Parts(var ranges) ->
                    ranges.stream()
                            .map(range -> range.first() + "-" + range.last())
                            .collect(Collectors.joining(" "));
            case Resolved.Unsatisfiable() -> "unsatisfiable";
            case Resolved.Whole(var why) -> why.name();
        };
    }
}
