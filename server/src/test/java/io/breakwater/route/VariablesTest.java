package io.breakwater.route;

import static io.breakwater.route.Sample.location;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.config.InvalidConfigException;
import io.breakwater.exchange.LocationPlan.FixedAnswer;
import io.breakwater.exchange.Text;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VariablesTest {
    private static SampleHead head() {
        return SampleHead.get("example.com", "/a%20b/c?q=1&x=%2F")
                .withHeader("User-Agent", "curl/8")
                .withHeader("X", "x-value")
                .withCookie("a_b", "cookie")
                .withArgument("q", "1")
                .withArgument("a-b", "dashed");
    }

    private static String render(String text, SampleHead head) throws InvalidConfigException {
        FixedAnswer respond =
                requireNonNull(
                        location("x")
                                .path("~^/(?<one>[^/]+)/(.*)")
                                .respond(200, text, Map.of())
                                .plan()
                                .respond());
        return respond.body().render(head.withCaptures(Map.of("one", "a b", "1", "a b", "2", "c")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "plain|plain",
                "$host|example.com",
                "$scheme://$host$uri|https://example.com/a%20b/c?q=1&x=%2F",
                "$method $path $query|GET /a b/c q=1&x=%2F",
                "$remote-addr:$remote-port|192.0.2.1:40000",
                "$client-ip via $server-addr:$server-port|198.51.100.7 via 192.0.2.9:8443",
                "$request-id|0123456789abcdef0123456789abcdef",
                "$tls-version/$tls-sni/|TLSv1.3//",
                "$http-user-agent|curl/8",
                "$http_user_agent|curl/8",
                "$remote_addr|192.0.2.1",
                "$cookie-a_b|cookie",
                "$cookie_a_b|cookie",
                "$arg-q$arg_q|11",
                "$arg-a-b|dashed",
                "$arg-q-$arg-q|1-1",
                "${arg-q}x${host}y|1xexample.comy",
                "$host-x|example.com-x",
                "$host_x|example.com_x",
                "$hostx|example.comx",
                "$host.$one|example.com.a b",
                "$1/$2/$23|a b/c/c3",
                "$env-SITE_ID/$env_SITE_ID/$env-NONE/|s7/s7//",
                "$$5 $$host $$$host|$5 $host $example.com",
                "[$http-absent][$cookie-absent][$arg-absent]|[][][]",
                "$request_uri?$args|/a%20b/c?q=1&x=%2F?q=1&x=%2F",
            })
    void fillsInVariables(String text, String expected) throws InvalidConfigException {
        assertThat(render(text, head())).isEqualTo(expected);
    }

    @Test
    void writesIpv6HostsAsUrlsDo() throws InvalidConfigException {
        assertThat(render("http://$host/", SampleHead.get("::1", "/"))).isEqualTo("http://[::1]/");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a $nope b|a known variable instead of $nope, or $$ for a dollar",
                "${hostx}|a known variable instead of $hostx, or $$ for a dollar",
                "$3|a known variable instead of $3, or $$ for a dollar",
                "${host|a closing } after ${",
                "5 $ more|a name after $, or $$ for a dollar",
                "5$|a name after $, or $$ for a dollar",
                "$http-|a known variable instead of $http-, or $$ for a dollar",
            })
    void namesUnknownVariables(String text, String expected) {
        assertThatThrownBy(() -> render(text, head()))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessage("locations/x respond.body: " + text + " (expected: " + expected + ")");
    }

    @ParameterizedTest
    @ValueSource(strings = {"$upper", "$site", "$rewritten"})
    void knowsCapturesOfAllPatternsOfTheLocation(String upstream) throws InvalidConfigException {
        Text text =
                requireNonNull(
                        location("x")
                                .host("plain.org", "~^(?<site>\\w+)\\.")
                                .path("~^/(?<upper>[A-Z]+)")
                                .rewrite("^/x/(?<rewritten>.*)$ /$rewritten")
                                .upstream(upstream)
                                .plan()
                                .upstreamText());
        SampleHead head =
                SampleHead.get("h", "/").withCaptures(Map.of(upstream.substring(1), "found"));
        assertThat(text.render(head)).isEqualTo("found");
    }

    @Test
    void letsCapturesHideBuiltInNames() throws InvalidConfigException {
        Text text =
                requireNonNull(
                        location("x")
                                .path("~^/(?<host>[a-z]+)")
                                .upstream("$host")
                                .plan()
                                .upstreamText());
        assertThat(text.render(SampleHead.get("h", "/").withCaptures(Map.of("host", "mine"))))
                .isEqualTo("mine");
    }

    @Test
    void keepsRedirectTargetsInOneLineAndOnePart() throws InvalidConfigException {
        Text to =
                requireNonNull(
                        location("x")
                                .path("/")
                                .redirect("https://$host$path?next=$arg-next#é")
                                .plan()
                                .redirectTo());
        SampleHead head =
                SampleHead.get("h", "/a%20b%3Fc%2Fd")
                        .withArgument("next", "/x?a=1&b=2\r\nSet-Cookie: c");
        assertThat(to.render(head))
                .isEqualTo(
                        "https://h/a%20b%3Fc%2Fd?next=/x%3Fa%3D1%26b%3D2%0D%0ASet-Cookie:%20c#%C3%A9");
    }

    @Test
    void keepsTheRawTargetInRedirects() throws InvalidConfigException {
        Text to = requireNonNull(location("x").redirect("https://$host$uri").plan().redirectTo());
        assertThat(to.render(SampleHead.get("h", "/a%20b?x=%26y")))
                .isEqualTo("https://h/a%20b?x=%26y");
    }
}
