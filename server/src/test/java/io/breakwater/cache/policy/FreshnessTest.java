package io.breakwater.cache.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// RFC 9111 §4.2.
class FreshnessTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // the order of §4.2.1
                "Cache-Control: s-maxage=10, max-age=20;; Expires: @+30|10|SHARED_MAX_AGE",
                "Cache-Control: max-age=20;; Expires: @+30|20|MAX_AGE",
                "Cache-Control: max-age=20;; Expires: @-30|20|MAX_AGE", // freshness-max-age-expires
                "Cache-Control: max-age=0;; Expires: @+30|0|MAX_AGE", // freshness-max-age-0-expires
                "Cache-Control: s-maxage=0,"
                    + " max-age=20|0|SHARED_MAX_AGE", // freshness-max-age-s-maxage-shared-shorter
                "Cache-Control: max-age=x;; Expires: @+30|0|MAX_AGE",
                "Cache-Control: max-age=20;; Expires: 0|20|MAX_AGE",
                "Expires: @+30|30|EXPIRES",
                "Expires: @+30;; Date: @-10|40|EXPIRES", // Expires minus Date
                "Expires: @+30;; Date: @+10|20|EXPIRES",
                "Expires: @+0|0|EXPIRES", // freshness-expires-present
                "Expires: @-1|0|EXPIRES", // freshness-expires-past
                "Expires: 0|0|EXPIRES", // freshness-expires-invalid
                "Expires: -1|0|EXPIRES",
                "Expires: @+30 +0100|0|EXPIRES",
                "Expires: @+30;; Expires: @+90|30|EXPIRES", // the first counts
                "Expires: 0;; Expires: @+90|0|EXPIRES",
                // RFC 9213 §2.2
                "CDN-Cache-Control: max-age=5;; Cache-Control: s-maxage=10|5|MAX_AGE",
                "CDN-Cache-Control: s-maxage=5;; Cache-Control: max-age=10|5|SHARED_MAX_AGE",
                "CDN-Cache-Control: foo;; Expires: @+30|0|NONE",
                "CDN-Cache-Control: max-age=5;; Surrogate-Control: max-age=6|5|MAX_AGE",
                "Surrogate-Control: max-age=6;; Cache-Control: s-maxage=10|6|MAX_AGE",
                // §4.2.2
                "Last-Modified: @-1000|100|HEURISTIC",
                "Last-Modified: @-1000;; Date: @-500|50|HEURISTIC",
                "Last-Modified: @-99999999|86400|HEURISTIC",
                "Last-Modified: @+10|0|HEURISTIC",
                "Last-Modified: @-1000;; Expires: 0|0|EXPIRES", // not where an explicit time is
                "Last-Modified: @-1000;; Cache-Control: max-age=x|0|MAX_AGE",
                "Last-Modified: yesterday|0|NONE",
                "X: y|0|NONE",
            })
    void calculatesLifetimes(String fields, long seconds, Freshness.Source source) {
        assertThat(freshness(200, fields, CacheRules.STANDARD))
                .isEqualTo(new Freshness(seconds * 1000, source));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200|X: y|10|STATUS_TTL",
                "404|X: y|20|STATUS_TTL",
                "403|X: y|5|STATUS_TTL",
                "301|X: y|7|DEFAULT_TTL",
                "301|Last-Modified: @-1000|7|DEFAULT_TTL",
                "302|X: y|0|NONE",
                "200|Cache-Control: max-age=15|15|MAX_AGE",
                "200|Cache-Control: max-age=500|100|MAX_AGE",
                "200|X: y;; Age: 50|60|STATUS_TTL", // counted from receipt, as is the longest time
                "200|Cache-Control: max-age=500;; Age: 50|150|MAX_AGE",
            })
    void takesTimesOfThePolicy(int status, String fields, long seconds, Freshness.Source source) {
        CacheRules rules =
                Told.rules().ttl(4, 5).ttl(404, 20).ttl(200, 10).defaultTtl(7).maxTtl(100).done();
        assertThat(freshness(status, fields, rules))
                .isEqualTo(new Freshness(seconds * 1000, source));
    }

    /// §4.2.3. The request left 3 s before now, the response came now; 10 s later the age is asked
    /// for.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "X: y|13", // response_delay and resident_time
                "Date: @-1|13",
                "Date: @-60|70", // apparent_age
                "Date: @+60|13", // never negative
                "Age: 30|43", // corrected_age_value
                "Age: 30;; Date: @-60|70", // the greater one
                "Age: 90;; Date: @-60|103",
                "Age: 0, 7200|13", // age-parse-prefix: the first member
                "Age: 7200, 0|7213", // age-parse-suffix
                "Age: 7200;; Age: 0|7213", // age-parse-suffix-twoline
                "Age: 0;; Age: 7200|13", // age-parse-prefix-twoline
                "Age: abc|13", // age-parse-nonnumeric: ignored
                "Age: -7200|13", // age-parse-negative
                "Age: 7200.0|13", // age-parse-float
                "Age: 99999999999999|2147483661",
            })
    void calculatesAges(String fields, long seconds) {
        Received response =
                new Received(
                        200,
                        Told.fields(
                                "Cache-Control: max-age=2147483648, stale-if-error=9;; " + fields),
                        Told.NOW - 3000,
                        Told.NOW);
        assertThat(response.initialAgeMillis()).isEqualTo((seconds - 10) * 1000);
        OriginDirectives directives = OriginDirectives.of(response.fields(), CacheRules.STANDARD);
        StoredFacts facts =
                StoredFacts.of(
                        response,
                        directives,
                        Freshness.of(response, directives, CacheRules.STANDARD),
                        CacheRules.STANDARD);
        assertThat(facts.ageMillis(Told.NOW + 10_000)).isEqualTo(seconds * 1000);
    }

    @Test
    void isFreshWhileTheLifetimeIsGreaterThanTheAge() {
        StoredFacts facts = Told.stored("Cache-Control: max-age=10;; Age: 4").facts();
        assertThat(facts.isPlainHit(Told.NOW + 5999)).isTrue();
        assertThat(facts.isPlainHit(Told.NOW + 6000)).isFalse();
        assertThat(facts.ttlMillis(Told.NOW + 1000)).isEqualTo(5000);
        assertThat(facts.ageMillis(Told.NOW - 60_000)).isZero(); // a clock that was set back
    }

    @Test
    void getsStaleFromATimeOn() {
        StoredFacts facts = Told.stored("Cache-Control: max-age=100, stale-if-error=50").facts();
        StoredFacts stale = facts.staleFrom(Told.NOW + 10_000);
        assertThat(stale.ttlMillis(Told.NOW + 10_000)).isZero();
        assertThat(stale.staleOnErrorUntilMillis()).isEqualTo(Told.NOW + 60_000);
        assertThat(facts.staleFrom(Told.NOW + 200_000)).isEqualTo(facts);
    }

    private static Freshness freshness(int status, String fields, CacheRules rules) {
        Received response = Told.received(status, fields);
        return Freshness.of(response, OriginDirectives.of(response.fields(), rules), rules);
    }
}
