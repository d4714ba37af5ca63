package io.breakwater.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CookiePairsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "a=1; n=2; b=3|a=1; b=3",
                "n=2; a=1|a=1",
                "a=1; n=2|a=1",
                "n=2|''",
                "n=1; n=2; n=3|''",
                "n=1; a=1; n=2; b=2; n=3|a=1; b=2",
                "a=1;n=2;b=3|a=1;b=3",
                "a=1;  n=2;   b=3|a=1;   b=3",
                " n=2; a=1|a=1",
                "nn=1; N=2; xn=3|nn=1; N=2; xn=3",
                "n; a=n=1|n; a=n=1",
                "a=\"x y\"; n =2; b|a=\"x y\"; b",
                "a=1;|a=1;",
                "a=1;; n=2;|a=1;;",
                "''|''",
            })
    void takesPairsOfOneNameAway(String field, String rest) {
        assertThat(CookiePairs.without(field, "n")).isEqualTo(rest);
    }
}
