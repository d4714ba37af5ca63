package io.breakwater.cache.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.cache.policy.CacheRules.SetCookie;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// RFC 9111 §3.
class StoringTest {
    private static final String FRESH = "Cache-Control: max-age=60";

    @ParameterizedTest
    @CsvSource({
        "GET, store",
        "HEAD, METHOD",
        "POST, METHOD",
        "PUT, METHOD",
        "OPTIONS, METHOD",
        "QUERY, METHOD",
        "get, METHOD",
    })
    void storesResponsesToUnderstoodMethods(String method, String verdict) {
        assertThat(Told.verdict(CacheRules.STANDARD, method, null, 200, FRESH)).isEqualTo(verdict);
    }

    /// Explicit freshness lets every final status in, but for those that answer one request.
    @ParameterizedTest
    @CsvSource({
        "100, NOT_FINAL",
        "103, NOT_FINAL",
        "200, store",
        "201, store",
        "203, store",
        "204, store",
        "206, PARTIAL",
        "299, store",
        "300, store",
        "301, store",
        "302, store",
        "303, store",
        "304, NOT_FINAL",
        "307, store",
        "308, store",
        "400, store",
        "401, store",
        "403, store",
        "404, store",
        "405, store",
        "407, OF_ONE_REQUEST",
        "410, store",
        "412, OF_ONE_REQUEST",
        "414, store",
        "416, OF_ONE_REQUEST",
        "417, OF_ONE_REQUEST",
        "421, store",
        "425, OF_ONE_REQUEST",
        "428, OF_ONE_REQUEST",
        "429, OF_ONE_REQUEST",
        "431, OF_ONE_REQUEST",
        "499, store",
        "500, store",
        "501, store",
        "502, store",
        "503, store",
        "504, store",
        "511, OF_ONE_REQUEST",
        "599, store",
    })
    void storesFreshResponsesOfEveryStatus(int status, String verdict) {
        // status-*-fresh
        assertThat(Told.verdict(CacheRules.STANDARD, "GET", null, status, FRESH))
                .isEqualTo(verdict);
    }

    /// RFC 9110 §15.1: 200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501.
    @ParameterizedTest
    @CsvSource({
        "200, store",
        "203, store",
        "204, store",
        "300, store",
        "301, store",
        "308, store",
        "404, store",
        "405, store",
        "410, store",
        "414, store",
        "501, store",
        "201, NOT_CACHEABLE",
        "202, NOT_CACHEABLE",
        "302, NOT_CACHEABLE",
        "303, NOT_CACHEABLE",
        "307, NOT_CACHEABLE",
        "400, NOT_CACHEABLE",
        "403, NOT_CACHEABLE",
        "500, NOT_CACHEABLE",
        "502, NOT_CACHEABLE",
        "503, NOT_CACHEABLE",
        "504, NOT_CACHEABLE",
        "599, NOT_CACHEABLE",
    })
    void storesByStatusWithoutExplicitFreshness(int status, String verdict) {
        // heuristic-*-cached, heuristic-*-not_cached
        String modified = "Last-Modified: @-100000";
        assertThat(Told.verdict(CacheRules.STANDARD, "GET", null, status, modified))
                .isEqualTo(verdict);
        assertThat(
                        Told.verdict(
                                CacheRules.STANDARD,
                                "GET",
                                null,
                                status,
                                modified + ";; Cache-Control: public"))
                .isEqualTo("store");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Cache-Control: max-age=60|store",
                "Cache-Control: s-maxage=60|store",
                "Expires: @+60|store",
                "Cache-Control: no-store|NO_STORE",
                "Cache-Control: nO-StOrE|NO_STORE", // cc-resp-no-store-case-insensitive
                "Cache-Control: max-age=10000, no-store;; Expires: @+10000|NO_STORE",
                "Cache-Control: private, max-age=3600|PRIVATE", // cc-resp-private-shared
                "Cache-Control: private=\"X-User\", max-age=3600|store",
                "Cache-Control: no-cache, max-age=60|USELESS", // nothing to validate it by
                "Cache-Control: no-cache;; ETag: \"a\"|store", // cc-resp-no-cache-revalidate
                "Cache-Control: no-cache;; Last-Modified: @-9|store",
                "Cache-Control: max-age=0|USELESS",
                "Cache-Control: max-age=0;; ETag: \"a\"|store",
                "Cache-Control: max-age=0, stale-while-revalidate=5|store",
                "Cache-Control: max-age=0, stale-if-error=5|store",
                "Cache-Control: max-age=x|USELESS",
                "Expires: 0|USELESS", // freshness-expires-invalid
                "Expires: @-60|USELESS", // freshness-expires-past
                "X: y|USELESS", // freshness-none
                "Cache-Control: max-age=60;; Age: 60|USELESS",
                "Cache-Control: max-age=60;; Vary: *|VARY_ANY", // vary-star
                "Cache-Control: max-age=60;; Vary: Foo, *|VARY_ANY",
                "Cache-Control: max-age=60;; Vary: Foo|store",
                "Cache-Control: max-age=60;; Pragma: no-cache|store", // pragma-response-*
                "CDN-Cache-Control: max-age=60;; Cache-Control:"
                        + " no-store|store", // cdn-fresh-cc-nostore
                "CDN-Cache-Control: private;; Cache-Control: max-age=60|PRIVATE", // cdn-private
                "CDN-Cache-Control: no-store;; Cache-Control: max-age=60|NO_STORE",
                "CDN-Cache-Control: max-age=0;; Expires: @+60|USELESS", // cdn-max-age-0-expires
                "CDN-Cache-Control: max-age=10, &&&;; Cache-Control: no-store|NO_STORE",
                "CDN-Cache-Control: max-age=\"10\";; Cache-Control: no-store|NO_STORE",
                "Surrogate-Control: max-age=60;; Cache-Control: no-store|store",
                "Surrogate-Control: no-store;; Cache-Control: max-age=60|NO_STORE",
                "Surrogate-Control: content=\"ESI/1.0\";; Cache-Control: no-store|NO_STORE",
            })
    void obeysDirectivesOfResponses(String response, String verdict) {
        assertThat(Told.verdict(CacheRules.STANDARD, "GET", null, 200, response))
                .isEqualTo(verdict);
    }

    /// RFC 9111 §5.2.2.3.
    @ParameterizedTest
    @CsvSource({
        "200, 'must-understand, no-store, max-age=60', store",
        "200, 'must-understand, max-age=60', store",
        "299, 'must-understand, max-age=60', NOT_UNDERSTOOD",
        "599, 'must-understand, no-store, max-age=60', NOT_UNDERSTOOD",
        "200, 'must-understand, private, max-age=60', PRIVATE",
    })
    void obeysMustUnderstand(int status, String control, String verdict) {
        assertThat(
                        Told.verdict(
                                CacheRules.STANDARD,
                                "GET",
                                null,
                                status,
                                "Cache-Control: " + control))
                .isEqualTo(verdict);
    }

    /// RFC 9111 §3.5.
    @ParameterizedTest
    @CsvSource({
        "max-age=60, AUTHORIZED", // other-authorization
        "'max-age=60, public', store", // other-authorization-public
        "'max-age=60, must-revalidate', store", // other-authorization-must-revalidate
        "s-maxage=60, store", // other-authorization-smaxage
        "'max-age=60, proxy-revalidate', AUTHORIZED",
        "'private, max-age=60, public', PRIVATE",
    })
    void sharesResponsesToAuthorizedRequestsOnlyWhenAllowed(String control, String verdict) {
        String request = "Authorization: Basic eDp5";
        String response = "Cache-Control: " + control;
        assertThat(Told.verdict(CacheRules.STANDARD, "GET", request, 200, response))
                .isEqualTo(verdict);
        CacheRules ignoring = Told.rules().ignoringOrigin().defaultTtl(60).done();
        assertThat(Told.verdict(ignoring, "GET", request, 200, response)).isEqualTo("AUTHORIZED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-store", "max-age=0, no-store"})
    void obeysNoStoreOfRequests(String control) {
        // cc-request-no-store
        String request = "Cache-Control: " + control;
        assertThat(Told.verdict(CacheRules.STANDARD, "GET", request, 200, FRESH))
                .isEqualTo("REQUEST_NO_STORE");
        CacheRules ignoring = Told.rules().ignoringRequests().done();
        assertThat(Told.verdict(ignoring, "GET", request, 200, FRESH)).isEqualTo("store");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "null",
            quoteCharacter = '`',
            value = {
                "REFUSE|Cache-Control: max-age=60|SET_COOKIE|null",
                "REFUSE|Cache-Control: public, s-maxage=60|SET_COOKIE|null",
                "REFUSE|Cache-Control: max-age=60, no-cache=\"Set-Cookie\"|store|null",
                "REFUSE|Cache-Control: max-age=60, private=\"Set-Cookie\"|store|null",
                "STRIP|Cache-Control: max-age=60|store|null",
                "STORE|Cache-Control: max-age=60|store|a=b", // headers-store-Set-Cookie
            })
    void caresForCookies(SetCookie what, String response, String verdict, @Nullable String kept) {
        CacheRules rules = Told.rules().setCookie(what).done();
        String fields = response + ";; Set-Cookie: a=b";
        assertThat(Told.verdict(rules, "GET", null, 200, fields)).isEqualTo(verdict);
        if (verdict.equals("store"))
            assertThat(Told.stored(rules, null, 200, fields).fields().first("Set-Cookie"))
                    .isEqualTo(kept);
    }

    /// RFC 9110 §9.3.3.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Cache-Control: max-age=60;; Content-Location: /shop/item?id=1|store",
                "Cache-Control: max-age=60;; Content-Location: item?id=1|store",
                "Cache-Control: max-age=60;; Content-Location:"
                        + " https://EXAMPLE.com:443/shop/item?id=1|store",
                "Expires: @+60;; Content-Location: item?id=1|store",
                "Cache-Control: max-age=60|POST",
                "Cache-Control: max-age=60;; Content-Location: /shop/item?id=2|POST",
                "Cache-Control: max-age=60;; Content-Location:"
                        + " http://example.com/shop/item?id=1|POST",
                "Last-Modified: @-10000;; Content-Location: item?id=1|POST",
            })
    void storesResponsesToPostForLaterGets(String response, String verdict) {
        CacheRules rules = Told.rules().storingPosts().done();
        assertThat(Told.verdict(rules, "POST", null, 200, response)).isEqualTo(verdict);
    }

    /// RFC 9111 §3.3.
    @ParameterizedTest
    @CsvSource({
        "bytes 0-4/10, store",
        "bytes 0-4/*, store",
        "bytes */10, PARTIAL",
        "items 0-4/10, PARTIAL",
        "bytes 0-10/10, PARTIAL",
    })
    void storesPartsOfUnderstoodUnits(String range, String verdict) {
        String response = FRESH + ";; Content-Range: " + range;
        assertThat(Told.verdict(CacheRules.STANDARD, "GET", "Range: bytes=0-4", 206, response))
                .isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource({
        "200, 'X: y', store",
        "404, 'X: y', store",
        "503, 'X: y', store",
        "502, 'X: y', NO_TTL",
        "403, 'X: y', NO_TTL",
        "302, 'X: y', NOT_CACHEABLE",
        "403, 'Cache-Control: max-age=5', store",
        "200, 'Cache-Control: no-store', NO_STORE",
    })
    void storesByTheTimesOfThePolicy(int status, String response, String verdict) {
        CacheRules rules =
                Told.rules().ttl(200, 60).ttl(4, 0).ttl(404, 5).ttl(503, 1).ttl(5, 0).done();
        assertThat(Told.verdict(rules, "GET", null, status, response)).isEqualTo(verdict);
    }

    @Test
    void ignoresDirectivesOfTheOriginWhenThePolicySaysSo() {
        CacheRules rules = Told.rules().ignoringOrigin().ttl(200, 60).done();
        String fields = "Cache-Control: private, no-store, max-age=0;; Expires: 0";
        StoredResponse stored = Told.stored(rules, null, 200, fields);
        assertThat(stored.facts().ttlMillis(Told.NOW)).isEqualTo(60_000);
        assertThat(Told.verdict(rules, "GET", null, 404, fields)).isEqualTo("USELESS");
        assertThat(Told.verdict(rules, "GET", null, 200, fields + ";; Set-Cookie: a=b"))
                .isEqualTo("SET_COOKIE");
    }

    /// RFC 9111 §3.1.
    @Test
    void storesAllFieldsButThoseOfTheConnectionAndOfProxies() {
        StoredResponse stored =
                Told.stored(
                        "Test-Header: 1;; Cache-Control: max-age=60, no-cache=\"a\";; Connection:"
                                + " close, X-Hop;; X-Hop: 1;; Keep-Alive: x;;"
                                + " Proxy-Authenticate: x;; Proxy-Authentication-Info: x;;"
                                + " Proxy-Authorization: x;; Proxy-Connection: x;; TE: x;; Trailer:"
                                + " x;; Transfer-Encoding: chunked;; Upgrade: x;; Age: 5;; a: 1;;"
                                + " ETag: \"x\";; Content-Length: 5;; Unknown: 2;; Date: @-3");
        assertThat(stored.fields())
                .hasToString(
                        Told.fields(
                                        "Test-Header: 1;; Cache-Control: max-age=60,"
                                            + " no-cache=\"a\";; ETag: \"x\";; Content-Length: 5;;"
                                            + " Unknown: 2;; Date: @-3")
                                .toString());
    }

    /// RFC 9110 §6.6.1.
    @ParameterizedTest
    @ValueSource(strings = {"X: y", "Date: yesterday"})
    void addsTheDateOfReceipt(String without) {
        StoredResponse stored = Told.stored("Cache-Control: max-age=60;; " + without);
        assertThat(stored.fields().combined("Date")).isEqualTo("Thu, 26 Nov 2026 12:00:00 GMT");
        assertThat(stored.facts().dateMillis()).isEqualTo(Told.NOW);
    }

    @Test
    void keepsTagsAndTheVariant() {
        StoredResponse stored =
                Told.stored(
                        Told.rules().ignoringVary("user-agent").done(),
                        "Accept-Encoding: br, GZIP;; User-Agent: x",
                        200,
                        "Cache-Control: max-age=60;; Vary: Accept-Encoding, User-Agent, Cookie;;"
                                + " Surrogate-Key: a b  a;; Cache-Tag: c,d e");
        assertThat(stored.tags()).containsExactly("a", "b", "c", "d", "e");
        assertThat(stored.key().names()).containsExactly("accept-encoding", "cookie");
        assertThat(stored.key().values()).containsExactly("br, gzip", null);
        assertThat(stored.facts().has(StoredFacts.VARIES)).isTrue();
        CacheRules loose = Told.rules().ignoringVary("*").done();
        assertThat(Told.stored(loose, null, 200, FRESH + ";; Vary: *").key())
                .isEqualTo(VariantKey.NONE);
    }
}
