package io.breakwater.cache.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.cache.policy.Reuse.Mark;
import io.breakwater.cache.policy.ReuseDecision.Miss;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// RFC 9111 §4, §4.2.4, §5.2.1 and RFC 5861.
class ReuseTest {
    /// A response that was made now, and is asked for after some seconds.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // response, request, seconds, decision
                "max-age=60|-|59|FRESH",
                "max-age=60|-|60|STALE",
                "max-age=60, no-cache|-|1|NO_CACHE", // cc-resp-no-cache-revalidate-fresh
                "max-age=60, no-cache|max-stale|1|NO_CACHE",
                "max-age=60, must-revalidate|-|1|FRESH", // cc-resp-must-revalidate-fresh
                "max-age=60, must-revalidate|-|61|STALE", // cc-resp-must-revalidate-stale
                "max-age=60, must-revalidate|max-stale|61|STALE",
                "max-age=60, proxy-revalidate|max-stale|61|STALE",
                "s-maxage=60|max-stale|61|STALE",
                "s-maxage=60|-|61|STALE",
                "max-age=60|max-age=30|30|FRESH", // ccreq-ma1
                "max-age=60|max-age=30|31|REQUEST",
                "max-age=60|max-age=0|0|FRESH", // an age of 0 is no more than 0
                "max-age=60|max-age=0|1|REQUEST", // ccreq-ma0
                "max-age=60|min-fresh=10|50|FRESH", // ccreq-min-fresh
                "max-age=60|min-fresh=10|51|REQUEST",
                "max-age=60|max-stale=10|70|CLIENT_ACCEPTS", // ccreq-max-stale
                "max-age=60|max-stale=10|71|STALE",
                "max-age=60|max-stale|9999|CLIENT_ACCEPTS",
                "max-age=60|max-stale=x|61|STALE",
                "max-age=60|max-age=30, max-stale|61|REQUEST",
                "max-age=60|max-age=90, max-stale|61|CLIENT_ACCEPTS", // ccreq-max-stale-age
                "max-age=60|no-cache|1|REQUEST", // ccreq-no-cache
                "max-age=60|no-store|1|FRESH", // what is stored already may answer (§5.2.1.5)
                "max-age=60|only-if-cached|1|FRESH", // ccreq-oic
                "max-age=60|only-if-cached|61|ONLY_IF_CACHED",
                "max-age=60|only-if-cached, no-cache|1|ONLY_IF_CACHED",
                "max-age=60|only-if-cached, max-stale|61|CLIENT_ACCEPTS",
                "max-age=60, stale-while-revalidate=10|-|69|WHILE_UPDATING",
                "max-age=60, stale-while-revalidate=10|-|70|STALE",
                "max-age=60, stale-while-revalidate=10|max-age=90|65|STALE",
                "max-age=60, stale-while-revalidate=10|only-if-cached|65|WHILE_UPDATING",
                "max-age=60, stale-while-revalidate=10, must-revalidate|-|65|STALE",
                "max-age=60, stale-while-revalidate=10, proxy-revalidate|-|65|STALE",
                "s-maxage=60, stale-while-revalidate=10|-|65|WHILE_UPDATING",
            })
    void decides(String response, @Nullable String request, long seconds, String decision) {
        StoredFacts facts = Told.stored("ETag: \"a\";; Cache-Control: " + response).facts();
        RequestFacts asked =
                Told.request("GET", request == null ? null : "Cache-Control: " + request);
        ReuseDecision decided = Reuse.decide(asked, facts, Mark.NONE, Told.NOW + seconds * 1000);
        assertThat(decided).hasToString(decision);
        if (request == null)
            assertThat(facts.isPlainHit(Told.NOW + seconds * 1000))
                    .isEqualTo(decided == ReuseDecision.Hit.FRESH);
    }

    /// Windows of the policy: on by default where the origin does not forbid it.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max-age=60|WHILE_UPDATING|ON_ERROR",
                "max-age=60, stale-while-revalidate=0, stale-if-error=0|STALE|null",
                "max-age=60, must-revalidate|STALE|null", // stale-close-must-revalidate
                "max-age=60, proxy-revalidate|STALE|null", // stale-close-proxy-revalidate
                "s-maxage=60|STALE|null", // stale-close-s-maxage=2
                "s-maxage=60, stale-if-error=99|STALE|ON_ERROR",
                "max-age=60, no-cache|NO_CACHE|null", // stale-close-no-cache
                "max-age=60, no-cache, stale-if-error=99|NO_CACHE|null",
            })
    void servesStaleByThePolicy(String response, String whileUpdating, String onError) {
        CacheRules rules = Told.rules().stale(10, 30).done();
        StoredFacts facts =
                Told.stored(rules, null, 200, "ETag: \"a\";; Cache-Control: " + response).facts();
        RequestFacts plain = Told.request("GET", null);
        assertThat(Reuse.decide(plain, facts, Mark.NONE, Told.NOW + 65_000))
                .hasToString(whileUpdating);
        assertThat(String.valueOf(Reuse.onError(plain, facts, Mark.NONE, Told.NOW + 89_000)))
                .isEqualTo(onError);
    }

    /// RFC 5861 §4.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "-|99|ON_ERROR",
                "-|100|null",
                "no-cache|65|null",
                "max-age=90|65|ON_ERROR",
                "max-age=10|65|null",
                "max-age=10, max-stale|65|ON_ERROR",
                "only-if-cached|65|ON_ERROR",
            })
    void servesStaleOnError(@Nullable String request, long seconds, String decision) {
        StoredFacts facts = Told.stored("Cache-Control: max-age=60, stale-if-error=40").facts();
        RequestFacts asked =
                Told.request("GET", request == null ? null : "Cache-Control: " + request);
        long now = Told.NOW + seconds * 1000;
        assertThat(String.valueOf(Reuse.onError(asked, facts, Mark.NONE, now))).isEqualTo(decision);
        assertThat(Reuse.onError(asked, facts, Mark.INVALIDATED, now)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"500, true", "502, true", "503, true", "504, true", "501, false", "404, false"})
    void knowsErrorsOfNodes(int status, boolean error) {
        assertThat(Reuse.isError(status)).isEqualTo(error);
    }

    @ParameterizedTest
    @EnumSource(Mark.class)
    void validatesWhatWasPurgedSoftlyOrInvalidated(Mark mark) {
        CacheRules rules = Told.rules().stale(10, 30).done();
        StoredFacts facts = Told.stored(rules, null, 200, "Cache-Control: max-age=60").facts();
        RequestFacts plain = Told.request("GET", null);
        assertThat(Reuse.decide(plain, facts, mark, Told.NOW))
                .hasToString(mark == Mark.NONE ? "FRESH" : mark.name());
        assertThat(Reuse.onError(plain, facts, mark, Told.NOW) == null)
                .isEqualTo(mark == Mark.INVALIDATED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "GET|-|null",
                "HEAD|-|null",
                "GET|Range: bytes=0-1|null",
                "GET|If-None-Match: *|null",
                "GET|Authorization: x|null",
                "GET|Content-Length: 0|null",
                "POST|-|METHOD",
                "PUT|-|METHOD",
                "OPTIONS|-|METHOD",
                "MYMETHOD|-|METHOD",
                "GET|Content-Length: 5|CONTENT",
                "GET|Transfer-Encoding: chunked|CONTENT",
                "GET|If-Match: *|ORIGIN_CONDITION",
                "GET|If-Unmodified-Since: @-5|ORIGIN_CONDITION",
            })
    void bypassesWhatOnlyTheOriginAnswers(String method, @Nullable String fields, String decision) {
        assertThat(String.valueOf(Reuse.before(Told.request(method, fields)))).isEqualTo(decision);
    }

    @Test
    void answersOnlyIfCachedWithoutAskingAnyone() {
        RequestFacts only = Told.request("GET", "Cache-Control: only-if-cached");
        assertThat(Reuse.without(only, Miss.KEY)).hasToString("ONLY_IF_CACHED");
        assertThat(Reuse.without(Told.request("GET", null), Miss.VARIANT)).isSameAs(Miss.VARIANT);
    }

    /// RFC 9111 §5.4.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Pragma: no-cache|true", // pragma-request-no-cache
                "Pragma: foo, No-Cache|true",
                "Pragma: foo|false",
                "Pragma: no-cache;; Cache-Control: max-age=5|false",
                "Cache-Control: no-cache=\"x\"|true",
            })
    void readsPragma(String fields, boolean noCache) {
        assertThat(Told.request("GET", fields).has(RequestFacts.NO_CACHE)).isEqualTo(noCache);
        CacheRules ignoring = Told.rules().ignoringRequests().done();
        assertThat(RequestFacts.of("GET", Told.fields(fields), ignoring).flags()).isZero();
    }

    @Test
    void commonRequestsShareTheirFacts() {
        String fields = "Host: a;; Accept: */*;; User-Agent: x;; Accept-Encoding: gzip";
        assertThat(Told.request("GET", fields)).isSameAs(Told.request("GET", null));
        assertThat(Told.request("HEAD", fields)).isSameAs(Told.request("HEAD", null));
        assertThat(Told.request("GET", null).withContent().has(RequestFacts.CONTENT)).isTrue();
    }
}
