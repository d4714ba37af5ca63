package io.breakwater.cache.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// RFC 9111 §4.1.
class VariantsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // Vary, request that was answered, request that comes, matches
                "Foo|Foo: 1|Foo: 1|true", // vary-match
                "Foo|Foo: 1|Foo: 2|false", // vary-no-match
                "Foo|Foo: 1|-|false", // vary-omit
                "Foo|-|Foo: 1|false",
                "Foo|-|-|true",
                "Foo|Foo:|-|false", // an empty field is not an absent one
                "Foo|Foo: 1;; Other: 2|Foo: 1;; Other: 3|true", // vary-cache-key
                "Foo, Bar|Foo: 1;; Bar: abc|Bar: abc;; Foo: 1|true", // vary-2-match
                "Foo, Bar|Foo: 1;; Bar: abc|Foo: 2;; Bar: abc|false", // vary-2-no-match
                "Foo, Bar|Foo: 1|-|false", // vary-2-match-omit
                "Foo, Bar, Baz|Foo: 1;; Baz: 789|Foo: 1;; Baz: 789|true", // vary-3-omit
                "Foo, Bar, Baz|Foo: 1;; Bar: abc4;; Baz: 789|Foo: 1;; Bar: abc;; Baz: 789|false",
                "foo|FOO: 1|Foo: 1|true",
                "Foo|Foo: 1,2|Foo: 1, 2|true", // vary-normalise-space
                "Foo|Foo: 1, 2|Foo: 1;; Foo: 2|true", // vary-normalise-combine
                "Foo|Foo: 1, 2|Foo: 2, 1|false",
                "Accept-Language|Accept-Language: en, de|Accept-Language: de, en|true",
                "Accept-Encoding|Accept-Encoding: gzip, br|Accept-Encoding: BR,gzip;q=1|true",
                "Accept-Encoding|Accept-Encoding: gzip|Accept-Encoding: gzip, br|false",
                "Foo\t,\tBar|Foo: 1|Foo: 1|true",
            })
    void matchesTheFieldsThatVaryNames(
            String vary, @Nullable String first, @Nullable String second, boolean matches) {
        StoredResponse stored = response(vary, first, 0);
        assertThat(Variants.select(List.of(stored), Told.fields(second)) != null)
                .isEqualTo(matches);
    }

    @Test
    void keepsVariantsBesideEachOther() {
        // vary-invalidate
        StoredResponse one = response("Foo", "Foo: 1", 0);
        StoredResponse two = response("Foo", "Foo: 2", 0);
        List<StoredResponse> both = List.of(one, two);
        assertThat(Variants.select(both, Told.fields("Foo: 1"))).isSameAs(one);
        assertThat(Variants.select(both, Told.fields("Foo: 2"))).isSameAs(two);
        assertThat(Variants.select(both, Told.fields("Foo: 3"))).isNull();
    }

    /// §4: the most recent one, as its Date tells.
    @Test
    void takesTheNewestOfSeveral() {
        StoredResponse old = response("Foo", "Foo: 1", -20);
        StoredResponse newest = response("Foo, Bar", "Foo: 1", -1);
        StoredResponse middle = response("Foo", "Foo: 1", -10);
        assertThat(Variants.select(List.of(old, newest, middle), Told.fields("Foo: 1")))
                .isSameAs(newest);
        assertThat(Variants.select(List.of(), Told.fields("Foo: 1"))).isNull();
    }

    /// §4.1: a response without Vary says nothing where others have one.
    @Test
    void distrustsResponsesWithoutVaryBesideOthers() {
        StoredResponse plain = Told.stored("Cache-Control: max-age=60");
        StoredResponse varied = response("Foo", "Foo: 1", -20);
        List<StoredResponse> both = List.of(plain, varied);
        assertThat(Variants.select(both, Told.fields("Foo: 1"))).isSameAs(varied);
        assertThat(Variants.select(both, Told.fields("Foo: 2"))).isNull();
        assertThat(Variants.select(List.of(plain), Told.fields("Foo: 2"))).isSameAs(plain);
    }

    @Test
    void aKeyHasOneValueForEachName() {
        assertThatThrownBy(() -> new VariantKey(List.of("a"), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void countsTagsUpToALimit() {
        String many =
                String.join(" ", IntStream.range(0, Tags.MOST + 5).mapToObj(i -> "t" + i).toList());
        String tooLong = "x".repeat(1025);
        assertThat(Tags.of(Told.fields("A: " + tooLong + " " + many), List.of("a", "absent")))
                .hasSize(Tags.MOST)
                .startsWith("t0", "t1");
        assertThat(Stream.of(Tags.of(Told.fields("A: , ,"), List.of("A"))).findFirst())
                .contains(List.of());
    }

    private static StoredResponse response(String vary, @Nullable String request, int date) {
        String fields = "Cache-Control: max-age=60;; Date: @" + (date < 0 ? date : "+0");
        return Told.stored(CacheRules.STANDARD, request, 200, fields + ";; Vary: " + vary);
    }
}
