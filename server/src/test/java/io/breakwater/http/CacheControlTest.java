package io.breakwater.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// RFC 9111 §1.2.2, §4.2.1, §5.2. Names in comments are of cases of http-tests/cache-tests.
class CacheControlTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "max-age=3600|3600",
                "MaX-aGe=3600|3600", // freshness-max-age-case-insensitive
                "max-age=003600|3600", // freshness-max-age-leading-zero
                "max-age=\"3600\"|3600", // freshness-max-age-quoted
                "max-age=\"36\\00\"|3600",
                "max-age=0|0",
                "max-age=2147483647|2147483647",
                "max-age=2147483648|2147483648", // freshness-max-age-max
                "max-age=99999999999|2147483648", // freshness-max-age-max-plus
                "max-age=99999999999999999999999999|2147483648",
                "foobar, max-age=3600|3600", // freshness-max-age-extension
                ",, , max-age=3600 ,|3600",
                "max-age=1800, max-age=1|1800", // freshness-max-age-two-fresh-stale-sameline
                "max-age=1, max-age=1800|1", // freshness-max-age-two-stale-fresh-sameline
                "extension=\"max-age=3600\", max-age=1|1", // freshness-max-age-ignore-quoted
                "max-age=1, extension=\"max-age=3600\"|1", // freshness-max-age-ignore-quoted-rev
                "extension=\"a\\\", max-age=3600\", max-age=1|1",
                "max-age='3600'|0", // freshness-max-age-single-quoted
                "max-age =3600|0", // freshness-max-age-space-before-equals
                "max-age= 3600|0", // freshness-max-age-space-after-equals
                "max-age=3600.0|0", // freshness-max-age-decimal-zero
                "max-age=3600.5|0", // freshness-max-age-decimal-five
                "max-age=a3600|0", // freshness-max-age-a100
                "max-age=3600a|0", // freshness-max-age-100a
                "max-age=-1|0", // freshness-max-age-negative
                "max-age|0",
                "max-age=|0",
                "max-age=\"3600|0",
                "s-max-age=3600|-1",
                "no-store|-1",
            })
    void readsMaxAge(String field, long seconds) {
        assertThat(of(field).maxAgeSeconds()).isEqualTo(seconds);
        String shared = field.replaceAll("(?i)max-age", "s-maxage");
        if (!field.startsWith("s-"))
            assertThat(of(shared).sharedMaxAgeSeconds()).isEqualTo(seconds);
    }

    @Test
    void readsLinesInTheirOrder() {
        // freshness-max-age-two-fresh-stale-sepline
        FieldList fields =
                FieldList.of(
                        "Cache-Control", "max-age=1800",
                        "cache-control", "max-age=1, x=\"no-store",
                        "CACHE-CONTROL", "must-revalidate");
        CacheControl control = CacheControl.of(fields);
        assertThat(control.maxAgeSeconds()).isEqualTo(1800);
        assertThat(control.flags()).isEqualTo(CacheControl.MUST_REVALIDATE);
        assertThat(CacheControl.of(FieldList.EMPTY)).isSameAs(CacheControl.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "No-StOrE|1", // cc-resp-no-store-case-insensitive
                "no-store=x|1",
                "no-store=\"\"|1",
                "no-store;x|1",
                "no-cache|2",
                "no-cache=\"\"|2",
                "no-cache=\"a b\"|2",
                "no-cache=\"a, b c\"|2",
                "no-cache=\"a|2",
                "no-cache=\"a\", no-cache|2",
                "private|4",
                "private=,|4",
                "public|8",
                "public=1|0",
                "public x|0",
                "must-revalidate, proxy-revalidate|48",
                "must-revalidate=1|16",
                "must-understand, no-store|65",
                "must-understand=1|0",
                "no-transform|128",
                "only-if-cached|256",
                "immutable, foo, bar=\"baz, no-store\"|0",
                "foo=\"bar, no-store|1", // what a quote that never closes hides is seen
                "nostore|0",
            })
    void readsFlags(String field, int flags) {
        assertThat(of(field).flags()).isEqualTo(flags);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "no-cache=\"a\"|a",
                "no-cache=\"A, b\"|a,b", // headers-omit-headers-listed-in-Cache-Control-no-cache
                "no-cache=Set-Cookie|set-cookie", // both forms are accepted: RFC 9111 §5.2
                "no-cache=\"a\", x, no-cache=\"b\"|a,b",
            })
    void readsFieldNames(String field, String names) {
        assertThat(of(field).noCacheFields()).containsExactly(names.split(",", -1));
        assertThat(of(field).has(CacheControl.NO_CACHE)).isFalse();
        CacheControl asPrivate = of(field.replace("no-cache", "private"));
        assertThat(asPrivate.privateFields()).containsExactly(names.split(",", -1));
        assertThat(asPrivate.has(CacheControl.PRIVATE)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "max-stale, 9223372036854775807",
        "max-stale=10, 10",
        "max-stale=x, -1",
        "max-stale=, -1",
    })
    void readsMaxStale(String field, long seconds) {
        assertThat(of(field).maxStaleSeconds()).isEqualTo(seconds);
    }

    @Test
    void readsWindowsAndMinFresh() {
        CacheControl control = of("stale-while-revalidate=30, stale-if-error=86400, min-fresh=5");
        assertThat(control.staleWhileRevalidateSeconds()).isEqualTo(30);
        assertThat(control.staleIfErrorSeconds()).isEqualTo(86400);
        assertThat(control.minFreshSeconds()).isEqualTo(5);
        CacheControl broken = of("stale-while-revalidate=x, stale-if-error, min-fresh=-1");
        assertThat(broken).isEqualTo(CacheControl.NONE);
    }

    /// RFC 9213 §2.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "null",
            value = {
                "max-age=3600|3600", // cdn-max-age
                "max-age=2147483648|2147483648", // cdn-max-age-max
                "max-age=99999999999|2147483648", // cdn-max-age-max-plus
                "max-age=0|0", // cdn-max-age-0
                "foobar, max-age=3600|3600", // cdn-max-age-extension
                "max-age=3600;x=\"y\", a=(1 2), b=:aGk=:, c=1.5, d=@1659578233|3600",
                "max-age=1, max-age=2|2", // RFC 9651 §4.2.2: the last counts
                "no-store|-1",
                "no-store=?0, max-age=5|5",
                "max-age =100|null", // cdn-max-age-space-before-equals
                "max-age= 100|null", // cdn-max-age-space-after-equals
                "MaX-aGe=3600|null", // cdn-max-age-case-insensitive
                "max-age=10000, &&&&&|null", // cdn-cc-invalid-sh-type-unknown
                "max-age=\"10000\"|null", // cdn-cc-invalid-sh-type-wrong
                "max-age=-1|null",
                "max-age|null",
                "max-age=1.5|null",
                "no-store=1|null",
                "no-store,|null",
                "``|null",
            })
    void readsTargetedFields(String field, @Nullable Long seconds) {
        CacheControl control = CacheControl.ofTargeted(field);
        assertThat(control == null ? null : Long.valueOf(control.maxAgeSeconds()))
                .isEqualTo(seconds);
    }

    @Test
    void readsFieldNamesOfTargetedFields() {
        String field = "no-cache=\"A, b\", private, public";
        CacheControl control = Objects.requireNonNull(CacheControl.ofTargeted(field));
        assertThat(control.noCacheFields()).isEqualTo(List.of("a", "b"));
        assertThat(control.flags()).isEqualTo(CacheControl.PRIVATE | CacheControl.PUBLIC);
        assertThat(CacheControl.ofTargeted(null)).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "max-age=3600|3600|-1",
                "max-age=3600+600|3600|600",
                "max-age=30+x|30|-1",
                "max-age=x|0|-1",
                "max-age=60;other, max-age=30|30|-1",
                "content=\"ESI/1.0\", max-age=5|5|-1",
                "no-store|-1|-1",
            })
    void readsSurrogateControl(String field, long fresh, long stale) {
        CacheControl control = Objects.requireNonNull(CacheControl.ofSurrogate(field));
        assertThat(control.maxAgeSeconds()).isEqualTo(fresh);
        assertThat(control.staleWhileRevalidateSeconds()).isEqualTo(stale);
        assertThat(control.staleIfErrorSeconds()).isEqualTo(stale);
        assertThat(control.has(CacheControl.NO_STORE)).isEqualTo(field.equals("no-store"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"content=\"ESI/1.0\"", "no-store-remote", "no-store;edge", ""})
    void leavesSurrogateControlThatSaysNothing(String field) {
        assertThat(CacheControl.ofSurrogate(field)).isNull();
    }

    private static CacheControl of(String field) {
        return CacheControl.of(FieldList.of("Cache-Control", field));
    }
}
