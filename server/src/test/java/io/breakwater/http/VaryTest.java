package io.breakwater.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// RFC 9110 §12.5.5 and RFC 9111 §4.1.
class VaryTest {
    @Test
    void readsAllLines() {
        Vary vary = Vary.of(FieldList.of("Vary", "Foo, bar", "X", "y", "vary", "BAR, a"));
        assertThat(vary.any()).isFalse();
        assertThat(vary.names()).containsExactly("a", "bar", "foo");
        assertThat(Vary.of(FieldList.EMPTY)).isEqualTo(Vary.NONE);
        assertThat(Vary.of(FieldList.of("Vary", " , "))).isEqualTo(Vary.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"*", "Foo, *", "*, Foo", "a b", "Foo; x"})
    void seesWhatMatchesNothing(String field) {
        assertThat(Vary.of(FieldList.of("Vary", field)).any()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "accept-encoding|gzip, br|br,gzip",
                "accept-encoding|GZIP ,,br|br;q=1.0, gzip;q=1",
                "accept-encoding|gzip;q=0.8, br|br, gzip;q=0.800",
                "accept-encoding|x-gzip|gzip",
                "accept-encoding|gzip, br;q=0|gzip",
                "accept-encoding|gzip|gzip, gzip;q=0.5",
                "accept-language|en, de|de, en", // vary-normalise-lang-order
                "accept-language|de-CH;q=0.5, en|EN, de-ch; q=0.5",
                "foo|1,2|1, 2", // vary-normalise-space
                "foo|\"a,b\" ,c|\"a,b\", c",
            })
    void seesWhatMeansTheSame(String name, String one, String other) {
        assertThat(Preferences.normal(name, one)).isEqualTo(Preferences.normal(name, other));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "accept-encoding|gzip|gzip;q=0.9",
                "accept-encoding|gzip, br;q=0, *|gzip, *",
                "accept-encoding|gzip, identity;q=0|gzip",
                "accept-encoding|``|gzip",
                "accept-encoding|gzip;x=1|gzip",
                "accept-language|en, de;q=0.5|de, en;q=0.5",
                "foo|a, b|b, a",
                "foo|A|a",
                "foo|a b|ab",
            })
    void keepsWhatDiffersApart(String name, String one, String other) {
        assertThat(Preferences.normal(name, one)).isNotEqualTo(Preferences.normal(name, other));
    }

    @Test
    void writesWeightsShortly() {
        assertThat(Preferences.normal("accept-encoding", "br;q=0.050, *;q=0, gzip;q=0.5"))
                .isEqualTo("gzip;q=0.5, br;q=0.05, *;q=0");
    }
}
