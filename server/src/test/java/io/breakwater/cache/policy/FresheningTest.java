package io.breakwater.cache.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.cache.policy.Freshening.Updated;
import io.breakwater.cache.policy.Reuse.Mark;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// RFC 9111 §3.2 and §4.3.
class FresheningTest {
    private static final List<String> TAGS = List.of("Cache-Tag");

    /// §4.3.1.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            quoteCharacter = '`',
            value = {
                "ETag: \"a\"|-|\"a\"|-",
                "ETag: W/\"a\";; Last-Modified: @-60|-|W/\"a\"|Thu, 26 Nov 2026 11:59:00 GMT",
                "Last-Modified: @-60|-|-|Thu, 26 Nov 2026 11:59:00 GMT",
                "ETag: \"a\"|ETag: \"b\"|\"a\", \"b\"|-",
                "ETag: \"a\"|ETag: \"a\"|\"a\"|-",
                "ETag: \"a\";; Last-Modified: @-60|ETag: \"b\";; Last-Modified: @-90|\"a\","
                        + " \"b\"|-",
                "Last-Modified: @-60|Last-Modified: @-90|-|-",
                "ETag: a|-|-|-",
                "X: y|-|-|-",
            })
    void asksWithTheValidatorsOfAllCandidates(
            String one, @Nullable String other, @Nullable String tags, @Nullable String since) {
        List<StoredResponse> candidates = new ArrayList<>(List.of(response(one)));
        if (other != null) candidates.add(response(other));
        Validation validation = Validation.of(candidates);
        assertThat(validation).isEqualTo(new Validation(tags, since));
        assertThat(validation.isEmpty()).isEqualTo(tags == null && since == null);
    }

    /// §4.3.2: parts are no answer to a request for more.
    @Test
    void doesNotAskAboutParts() {
        StoredResponse part =
                Told.stored(
                        CacheRules.STANDARD,
                        "Range: bytes=0-4",
                        206,
                        "Cache-Control: max-age=60;; ETag: \"a\";; Last-Modified: @-60;;"
                                + " Content-Range: bytes 0-4/10");
        assertThat(Validation.of(List.of(part)).isEmpty()).isTrue();
    }

    /// §4.3.4. The candidates are 0: "a"; 1: "b"; 2: W/"c", older; 3: W/"c"; 4: Last-Modified only.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "ETag: \"a\"|0",
                "ETag: \"b\"|1",
                "ETag: \"x\"|``", // MUST NOT update any
                "ETag: \"c\"|``", // a strong one is not a weak one
                "ETag: W/\"c\"|3", // the most recent of those that match
                "ETag: W/\"a\"|0",
                "ETag: W/\"x\"|``",
                "Last-Modified: @-500|4",
                "Last-Modified: @-501|``",
                "ETag: \"x\";; Last-Modified: @-500|4",
                "X: y|``", // several are stored
            })
    void selectsWhatA304IsAbout(String notModified, String indices) {
        List<StoredResponse> candidates =
                List.of(
                        response("ETag: \"a\""),
                        response("ETag: \"b\""),
                        response("ETag: W/\"c\";; Date: @-50"),
                        response("ETag: W/\"c\";; Date: @-5"),
                        response("Last-Modified: @-500"));
        List<String> selected =
                Freshening.select(candidates, Told.received(304, notModified)).stream()
                        .map(one -> String.valueOf(candidates.indexOf(one)))
                        .toList();
        assertThat(String.join(" ", selected)).isEqualTo(indices);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "X: y|X: y|true", // neither has a validator
                "ETag: \"a\"|X: y|true", // nothing else was asked about
                "ETag: \"a\"|ETag: \"b\"|false",
                "Last-Modified: @-1|Last-Modified: @-1|true", // a weak date
                "Last-Modified: @-1|Last-Modified: @-2|false",
            })
    void selectsASingleResponse(String stored, String notModified, boolean selected) {
        List<StoredResponse> one = List.of(response(stored));
        assertThat(Freshening.select(one, Told.received(304, notModified)).equals(one))
                .isEqualTo(selected);
    }

    /// 304-etag-update-response-*, 304-lm-use-stored-Test-Header.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Test-Header: A|Test-Header: B|Test-Header|B",
                "Test-Header: A|X: y|Test-Header|A",
                "X: y|Test-Header: B|Test-Header|B",
                "A: 1;; A: 2;; B: 3|a: 4|A|4", // all lines are replaced
                "Content-Foo: A|Content-Foo: B|Content-Foo|B", // Content- is no special prefix
                "Content-Type: text/plain|Content-Type: text/html|Content-Type|text/html",
                "Content-Location: /foo|Content-Location: /bar|Content-Location|/bar",
                "Expires: @+1|Expires: @+60|Expires|Thu, 26 Nov 2026 12:01:00 GMT",
                // §3.2: not what tells of the stored body
                "Content-Length: 5|Content-Length: 10|Content-Length|5",
                "Content-Encoding: gzip|Content-Encoding: br|Content-Encoding|gzip",
                "Content-Encoding: gzip|X: y|Content-Encoding|gzip",
                "X: y|Content-Encoding: br|Content-Encoding|`null`",
                "X: y|Content-Range: bytes 0-1/2|Content-Range|`null`",
                // §3.1: what is never stored is never updated
                "X: y|Connection: a;; a: 1|a|`null`",
                "X: y|Transfer-Encoding: chunked|Transfer-Encoding|`null`",
                "X: y|Proxy-Authenticate: x|Proxy-Authenticate|`null`",
                "X: y|Age: 5|Age|`null`",
                "X: y|Set-Cookie: a=b|Set-Cookie|`null`", // of another client
                "A: 1|Cache-Control: max-age=9, no-cache=\"A\";; A: 2|A|`null`",
                "A: 1|Cache-Control: max-age=9, private=\"A\"|A|`null`",
            })
    void updatesStoredFields(String stored, String update, String name, String value) {
        Received notModified = Told.received(304, "Cache-Control: max-age=3600;; " + update);
        Updated updated = update(response(stored), notModified);
        assertThat(String.valueOf(updated.response().fields().combined(name))).isEqualTo(value);
        assertThat(updated.refusal()).isNull();
    }

    @Test
    void freshensTimesAndTags() {
        StoredResponse stored =
                Told.stored(
                        "Cache-Control: max-age=1;; ETag: \"a\";; Date: @-100;; Age: 90;;"
                                + " Cache-Tag: x");
        assertThat(stored.facts().ttlMillis(Told.NOW)).isNegative();
        long later = Told.NOW + 5000;
        Received notModified =
                new Received(
                        304,
                        Told.fields(
                                "Cache-Control: max-age=60, stale-if-error=5;; Age: 7;; Date: @+4;;"
                                        + " Cache-Tag: y"),
                        later,
                        later);
        Updated updated = update(stored, notModified);
        StoredFacts facts = updated.response().facts();
        assertThat(facts.status()).isEqualTo(200);
        assertThat(facts.ageMillis(later)).isEqualTo(7000);
        assertThat(facts.ttlMillis(later)).isEqualTo(53_000);
        assertThat(facts.dateMillis()).isEqualTo(Told.NOW + 4000);
        assertThat(updated.response().tags()).containsExactly("y");
        assertThat(updated.response().entityTag()).hasToString("\"a\"");
        assertThat(Reuse.decide(Told.request("GET", null), facts, Mark.NONE, later))
                .hasToString("FRESH");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Cache-Control: no-store|NO_STORE",
                "Cache-Control: private|PRIVATE",
                "Cache-Control: no-store, must-understand|null",
                "Vary: *|VARY_ANY",
                "Vary: Bar|VARY_CHANGED",
                "Vary: foo|null",
                "Cache-Control: no-cache|null",
            })
    void dropsWhatMayNotStayStored(String notModified, String refusal) {
        StoredResponse stored =
                Told.stored(
                        CacheRules.STANDARD,
                        "Foo: 1",
                        200,
                        "Cache-Control: max-age=1;; ETag: \"a\";; Vary: Foo");
        Updated updated = update(stored, Told.received(304, notModified));
        assertThat(String.valueOf(updated.refusal())).isEqualTo(refusal);
        assertThat(updated.response().facts().has(StoredFacts.VARIES)).isTrue();
        assertThat(updated.response().key()).isEqualTo(stored.key());
    }

    /// §4.3.5, for a stored response with ETag "a", Last-Modified and 10 bytes.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "X: y|true",
                "ETag: \"a\";; Last-Modified: @-60;; Content-Length: 10|true", // head-200-update
                "ETag: \"b\"|false",
                "ETag: W/\"a\"|false",
                "Last-Modified: @-61|false",
                "Content-Length: 11|false",
                "ETag: \"a\";; Content-Length: 9|false",
            })
    void comparesWithHead(String head, boolean same) {
        StoredResponse stored = response("ETag: \"a\";; Last-Modified: @-60");
        assertThat(Freshening.isSame(stored, 10, Told.received(200, head))).isEqualTo(same);
    }

    private static Updated update(StoredResponse stored, Received update) {
        return new Freshening(CacheRules.STANDARD).update(stored, update, TAGS);
    }

    private static StoredResponse response(String fields) {
        return Told.stored("Cache-Control: max-age=60;; " + fields);
    }
}
