package io.breakwater.cache.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.cache.policy.Preconditions.Answer;
import io.breakwater.http.ContentRange;
import io.breakwater.http.FieldList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// RFC 9111 §4.3.2 and §3.4, RFC 9110 §13.2.2 and §14.
class PreconditionsTest {
    /// A stored response with ETag "a", Last-Modified a minute before its Date.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "X: y|Whole",
                "If-None-Match: \"a\"|NotModified", // conditional-etag-strong-respond
                "If-None-Match: W/\"a\"|NotModified", // weak comparison
                "If-None-Match: \"x\","
                        + " \"a\"|NotModified", // conditional-etag-strong-respond-multiple-second
                "If-None-Match: *|NotModified",
                "If-None-Match: \"x\";; If-None-Match: \"a\"|NotModified",
                "If-None-Match: \"b\"|Whole",
                "If-None-Match: a|Whole",
                "If-Modified-Since: @-60|NotModified", // conditional-lm-fresh
                "If-Modified-Since: @-59|NotModified", // conditional-lm-fresh-later
                "If-Modified-Since: @-61|Whole", // conditional-lm-fresh-earlier
                "If-Modified-Since: Thursday, 26-Nov-26 11:59:00"
                        + " GMT|NotModified", // conditional-lm-fresh-rfc850
                "If-Modified-Since: yesterday|Whole",
                // §13.2.2: If-None-Match goes first
                "If-None-Match: \"a\";; If-Modified-Since:"
                        + " @-99|NotModified", // conditional-etag-precedence
                "If-None-Match: \"b\";; If-Modified-Since: @+0|Whole",
                // then ranges
                "Range: bytes=0-1|Parts",
                "Range: bytes=0-1;; If-Range: \"a\"|Parts",
                "Range: bytes=0-1;; If-Range: \"b\"|Whole",
                "Range: bytes=0-1;; If-Range: W/\"a\"|Whole",
                "Range: bytes=0-1;; If-Range: @-60|Parts",
                "Range: bytes=0-1;; If-Range: @-59|Whole",
                "Range: items=0-1|Whole",
                "Range: bytes=1-0|Whole",
                "If-Range: \"a\"|Whole",
                "Range: bytes=0-1;; If-None-Match: \"a\"|NotModified",
                "Range: bytes=0-1;; If-None-Match: \"b\"|Parts",
            })
    void evaluatesInOrder(String request, String answer) {
        StoredResponse stored =
                Told.stored("Cache-Control: max-age=60;; ETag: \"a\";; Last-Modified: @-60");
        assertThat(answer("GET", request, stored)).isEqualTo(answer);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // without Last-Modified the Date counts
                "GET|200|Date: @-30|If-Modified-Since: @-30|NotModified",
                "GET|200|Date: @-30|If-Modified-Since: @-31|Whole",
                // without either the time of receipt
                "GET|200|X: y|If-Modified-Since: @+0|NotModified",
                "GET|200|X: y|If-Modified-Since: @-1|Whole",
                "GET|200|X: y|If-None-Match: *|NotModified",
                "GET|200|X: y|If-None-Match: \"a\"|Whole",
                // conditions and ranges are about successful responses
                "GET|404|ETag: \"a\"|If-None-Match: \"a\"|Whole",
                "GET|301|ETag: \"a\"|If-None-Match: *|Whole",
                "GET|404|X: y|Range: bytes=0-1|Whole",
                "HEAD|200|ETag: \"a\"|If-None-Match: \"a\"|NotModified",
                "HEAD|200|X: y|Range: bytes=0-1|Whole",
            })
    void evaluatesWhatApplies(
            String method, int status, String fields, String request, String answer) {
        StoredResponse stored =
                Told.stored(
                        CacheRules.STANDARD, null, status, "Cache-Control: max-age=60;; " + fields);
        assertThat(answer(method, request, stored)).isEqualTo(answer);
    }

    private static String answer(String method, String request, StoredResponse stored) {
        Answer answer =
                Preconditions.evaluate(
                        Told.request(method, request), Told.fields(request), stored, Told.NOW);
        return answer.getClass().getSimpleName();
    }

    /// §3.4 and RFC 9110 §15.3.7.3.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "ETag: \"a\"|ETag: \"a\"|bytes 5-9/10|true",
                "ETag: \"a\"|ETag: \"a\"|bytes 5-9/*|true",
                "ETag: \"a\"|ETag: \"a\"|bytes 5-9/11|false",
                "ETag: \"a\"|ETag: \"a\"|bytes */10|false",
                "ETag: \"a\"|ETag: \"b\"|bytes 5-9/10|false",
                "ETag: W/\"a\"|ETag: W/\"a\"|bytes 5-9/10|false",
                "ETag: \"a\"|X: y|bytes 5-9/10|false",
                "X: y|X: y|bytes 5-9/10|false",
                "Last-Modified: @-60|Last-Modified: @-60|bytes 5-9/10|true",
                "Last-Modified: @-60|Last-Modified: @-61|bytes 5-9/10|false",
                "Last-Modified: @-0|Last-Modified: @-0|bytes 5-9/10|false", // a weak validator
                "ETag: \"a\";; Last-Modified: @-60|Last-Modified: @-60|bytes 5-9/10|false",
            })
    void combinesPartsOfTheSameRepresentation(
            String stored, String part, String range, boolean combines) {
        assertThat(
                        Partials.mayCombine(
                                part(stored),
                                10,
                                Told.received(206, part + ";; Content-Range: " + range)))
                .isEqualTo(combines);
    }

    @Test
    void combinesWithALengthThatIsNotKnown() {
        assertThat(
                        Partials.mayCombine(
                                part("ETag: \"a\""),
                                ContentRange.UNKNOWN,
                                Told.received(206, "ETag: \"a\";; Content-Range: bytes 5-9/10")))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "-",
            value = {
                "ETag: \"a\"|\"a\"",
                "ETag: W/\"a\";; Last-Modified: @-60|-",
                "Last-Modified: @-60|Thu, 26 Nov 2026 11:59:00 GMT",
                "Last-Modified: @-0|-",
                "X: y|-",
            })
    void completesPartsUnderACondition(String stored, @Nullable String ifRange) {
        FieldList condition = Partials.ifRange(part(stored));
        assertThat(condition.first("If-Range")).isEqualTo(ifRange);
        assertThat(condition.size()).isEqualTo(ifRange == null ? 0 : 1);
    }

    private static StoredResponse part(String fields) {
        return Told.stored(
                CacheRules.STANDARD,
                "Range: bytes=0-4",
                206,
                "Cache-Control: max-age=60;; Content-Range: bytes 0-4/10;; " + fields);
    }
}
