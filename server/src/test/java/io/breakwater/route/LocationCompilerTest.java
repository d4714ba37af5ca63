package io.breakwater.route;

import static io.breakwater.route.Sample.location;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.breakwater.config.HeaderOps;
import io.breakwater.config.InvalidConfigException;
import io.breakwater.config.Problem;
import io.breakwater.exchange.LocationPlan;
import io.breakwater.exchange.Text;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LocationCompilerTest {
    @Test
    void reportsAllProblemsAtOnce() {
        Sample sample =
                location("bad")
                        .host("~(", "*.", "a b")
                        .path("~[")
                        .headers(":x", "a:~(")
                        .query("~")
                        .cookies("c:~*(")
                        .rewrite("( /x", "^/a /$zz")
                        .upstream("$zz")
                        .hostPolicy("$zz")
                        .requestHeaders(
                                new HeaderOps(
                                        Map.of("X", "$zz"), Map.of(), List.of("TE"), Map.of()))
                        .responseHeaders(
                                new HeaderOps(Map.of(), Map.of("Y", "a\nb"), List.of(), Map.of()));
        InvalidConfigException failure =
                catchThrowableOfType(InvalidConfigException.class, sample::plan);
        assertThat(failure.problems())
                .extracting(Problem::key)
                .containsExactly(
                        "host",
                        "host",
                        "host",
                        "path",
                        "match-headers",
                        "match-headers",
                        "match-cookies",
                        "request-headers.remove",
                        "request-headers.set.X",
                        "response-headers.add.Y",
                        "rewrite",
                        "rewrite",
                        "forwarded.host",
                        "upstream");
        assertThat(failure.problems())
                .allSatisfy(problem -> assertThat(problem.object()).isEqualTo("locations/bad"));
        assertThat(failure.problems().getFirst())
                .hasToString(
                        "locations/bad host: ~( (expected: a regular expression: Unclosed group at"
                                + " index 1)");
    }

    @Test
    void refusesPathsThatNoRequestHas() {
        for (String path : List.of("/a//b", "/a/../b", "=/a/.", "a", "=a", "/..")) {
            InvalidConfigException failure =
                    catchThrowableOfType(
                            InvalidConfigException.class, () -> location("x").path(path).plan());
            assertThat(failure.problems())
                    .as(path)
                    .extracting(Problem::key)
                    .containsExactly("path");
        }
    }

    @Test
    void compilesTheHostPolicy() throws InvalidConfigException {
        assertThat(location("x").plan().hostText()).isNull();
        assertThat(location("x").hostPolicy("upstream").plan().hostText())
                .isSameAs(LocationPlan.HOST_UPSTREAM);
        Text text = requireNonNull(location("x").hostPolicy("in.$host").plan().hostText());
        assertThat(text.render(SampleHead.get("h", "/"))).isEqualTo("in.h");
    }

    @Test
    void leavesOutWhatIsNotConfigured() throws InvalidConfigException {
        LocationPlan plan = location("x").respond(204, "", Map.of()).plan();
        assertThat(plan.upstreamText()).isNull();
        assertThat(plan.rewrite()).isNull();
        assertThat(plan.redirectTo()).isNull();
    }
}
