package io.breakwater.route;

import static io.breakwater.route.Sample.location;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.config.InvalidConfigException;
import io.breakwater.exchange.ErrorKind;
import io.breakwater.exchange.PathRewrite;
import io.breakwater.exchange.PathRewrite.Result;
import io.breakwater.exchange.ProxyException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RewriteRulesTest {
    private static @Nullable Result rewrite(SampleHead head, String... rules)
            throws InvalidConfigException, ProxyException {
        PathRewrite rewrite =
                requireNonNull(
                        location("x").path("~^/(?<top>[^/]*)").rewrite(rules).plan().rewrite());
        return rewrite.apply(head);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // rule, target, path and query sent
                "^/v1/(.*)$ /$1|/v1/users|/users",
                "^/v1/(.*)$ /$1|/v1/|/",
                "^/v1/(.*)$ /$1|/v2/a|-",
                "b /found|/abc|/found", // found anywhere, replaces the whole path
                "^/(?<a>\\w+)/(?<b>\\w+) /${b}x/$a|/1/2|/2x/1",
                "^/(?<my_name>\\w+) /x/$my_name|/1|/x/1",
                "^/(a)?(b) /$1-$2|/b|/-b",
                "^/(.*)$ /q?p=$1|/a b&c=d|/q?p=a%20b%26c%3Dd",
                "^/(.*)$ /q?p=$1|/a?x=1|/q?p=a&x=1",
                "^/(.*)$ /q?p=$1?|/a?x=1|/q?p=a",
                "^/(.*)$ /q/$1?|/a?x=1|/q/a",
                "^/(.*)$ /q/$1|/a?x=1|/q/a?x=1",
                "^/(.*)$ /q?$query?|/a?x=%26|/q?x=%26",
                "^/x/(.*) /$1|/x/a%20b|/a%20b",
                "^/x/(.*) /$1|/x/a%3Fb%23c|/a%3Fb%23c",
                "^/x/(.*) /$1|/x/a%2Fb%5Cc|/a%2Fb%5Cc",
                "^/x/(.*) /$1|/x/100%25|/100%25",
                "^/x/(.*) /$1|/x/%252F|/%252F",
                "^/x/(.*) /$1|/x/%25252F|/%25252F",
                "^/x/(.*) /$1|/x/a%3Bb|/a%3Bb",
                "^/x/(.*) /$1|/x/%C3%A9/😀|/%C3%A9/%F0%9F%98%80",
                "^/x(.*) /y/$1|/x/z|/y/z",
                "^/x /a%20b/é|/x|/a%20b/%C3%A9",
                "^/x $path/y|/x|/x/y",
                "^/x /$host/$method|/x|/h/GET",
                "^/x /$$1|/x|/$1",
            })
    void rewritesAsNginx(String rule, String target, @Nullable String sent)
            throws InvalidConfigException, ProxyException {
        SampleHead head = SampleHead.get("h", target);
        Result result = rewrite(head, rule);
        if (result == null) {
            assertThat(sent).isNull();
            return;
        }
        String query = result.joined(head.query());
        assertThat(result.encodedPath() + (query == null ? "" : "?" + query)).isEqualTo(sent);
    }

    @Test
    void takesTheFirstRuleThatMatches() throws InvalidConfigException, ProxyException {
        Result result = rewrite(SampleHead.get("h", "/b"), "^/a /1", "^/b /2", "^/ /3");
        assertThat(result).isEqualTo(new Result("/2", null, false, Map.of()));
    }

    @Test
    void givesItsNamedCaptures() throws InvalidConfigException, ProxyException {
        Result result = rewrite(SampleHead.get("h", "/b/c"), "^/(?<x>b)/(c)(?<none>d)? /$top$x");
        assertThat(result).extracting(Result::captures).isEqualTo(Map.of("x", "b"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "^/a(.*)b(.*)$ /files/$1$2|/a.b./secret",
                "^/a(.*)b(.*)$ /files/x/$1/$2/|/a..b",
                "^/(.*) /files/$arg-name|/x",
                "^/(.*) /files/$http-x|/x",
            })
    void refusesDotSegmentsMadeOfCaptures(String rule, String target)
            throws InvalidConfigException {
        PathRewrite rewrite = requireNonNull(location("x").rewrite(rule).plan().rewrite());
        SampleHead head =
                SampleHead.get("h", target)
                        .withArgument("name", "../../etc")
                        .withHeader("x", "a/../b");
        assertThatThrownBy(() -> rewrite.apply(head))
                .isInstanceOfSatisfying(
                        ProxyException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(ErrorKind.BAD_PATH));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nX: y", "a\u0000b"})
    void refusesControlCharactersInPaths(String value) throws InvalidConfigException {
        PathRewrite rewrite = requireNonNull(location("x").rewrite("^/ /$arg-v").plan().rewrite());
        SampleHead head = SampleHead.get("h", "/").withArgument("v", value);
        assertThatThrownBy(() -> rewrite.apply(head)).isInstanceOf(ProxyException.class);
    }

    @Test
    void encodesControlCharactersInQueries() throws InvalidConfigException, ProxyException {
        Result result =
                rewrite(SampleHead.get("h", "/").withArgument("v", "a\r\nb é"), "^/ /x?v=$arg-v");
        assertThat(result).extracting(Result::query).isEqualTo("v=a%0D%0Ab%20%C3%A9");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "^/a|regex and replacement with a space between",
                "^/(a /b|a regular expression: Unclosed group at index 4",
                "^/a http://x/|a replacement that starts with / and has no dot segments",
                "^/a /../b|a replacement that starts with / and has no dot segments",
                "^/a /$7|a known variable instead of $7, or $$ for a dollar",
                "^/a /b?c=$nope|a known variable instead of $nope, or $$ for a dollar",
            })
    void saysWhatIsWrongWithARule(String rule, String expected) {
        assertThatThrownBy(() -> location("x").rewrite(rule).plan())
                .hasMessage("locations/x rewrite: " + rule + " (expected: " + expected + ")");
    }
}
