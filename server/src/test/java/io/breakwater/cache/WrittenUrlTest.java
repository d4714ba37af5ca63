package io.breakwater.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.breakwater.cache.policy.KeyRules;
import io.breakwater.cache.policy.KeyRules.Order;
import io.breakwater.cache.policy.KeyRules.Part;
import io.breakwater.cache.policy.KeyRules.Query;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// URLs as people write them name what requests have stored.
class WrittenUrlTest {
    @ParameterizedTest
    @CsvSource({
        "https://example.com/a, https://example.com/a",
        "https://example.com, https://example.com/",
        "HTTPS://Example.COM./a, https://example.com/a",
        "https://example.com:443/a, https://example.com/a",
        "http://example.com:80/a, http://example.com/a",
        "http://example.com:8080/a, http://example.com:8080/a",
        "http://[2001:DB8::1]:80/, http://[2001:db8::1]/",
        "https://example.com/a/../b/./c, https://example.com/b/c",
        "https://example.com/a?x=1&b, https://example.com/a?x=1&b",
        "https://example.com?x, https://example.com/?x",
        "https://example.com/a#part, https://example.com/a",
        "  https://example.com/a , https://example.com/a",
        "https://example.com/%7Ea%2fb, https://example.com/~a%2Fb"
    })
    void isNormalisedAsRequestsAre(String written, String name) {
        assertThat(WrittenUrl.of(written).names(List.of())).containsExactly(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "example.com/a",
                "ftp://example.com/",
                "https:///a",
                "https://exa mple/",
                "https://example.com/..",
                "https://user@example.com/"
            })
    void whatIsNoUrlIsRefused(String written) {
        assertThatIllegalArgumentException().isThrownBy(() -> WrittenUrl.of(written));
    }

    @Test
    void hasANameForEachWayToMakeKeys() {
        KeyRules anyScheme =
                new KeyRules(
                        Set.of(Part.HOST, Part.PATH),
                        Query.EXCLUDE,
                        Order.SORT,
                        Set.of("utm"),
                        List.of("accept"),
                        List.of());
        assertThat(
                        WrittenUrl.of("https://example.com/a?b=2&utm=x&a=1")
                                .names(List.of(anyScheme, KeyRules.STANDARD)))
                .containsExactly(
                        "https://example.com/a?b=2&utm=x&a=1", "*://example.com/a?a=1&b=2");
    }

    @ParameterizedTest
    @CsvSource({
        "https://example.com, https://example.com/",
        "https://example.com/im, https://example.com/im",
        "https://example.com/a/, https://example.com/a/",
        "https://example.com/a?x=, https://example.com/a?x="
    })
    void beginningsStayBeginnings(String written, String name) {
        assertThat(WrittenUrl.prefix(written).names(List.of())).containsExactly(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.com/a/.",
                "https://example.com/a/..",
                "https://example.com/.",
                "https://example.com/a/%2e",
                "https://example.com/a/..;x=1"
            })
    void beginningsThatWouldMeanTheFolderAboveAreRefused(String written) {
        assertThatIllegalArgumentException().isThrownBy(() -> WrittenUrl.prefix(written));
    }
}
