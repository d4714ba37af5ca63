package io.breakwater.route;

import static io.breakwater.route.Sample.location;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.config.InvalidConfigException;
import io.breakwater.exchange.LocationPlan;
import io.breakwater.exchange.LocationPlan.RouteMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTableTest {
    private static RouteTable table(Sample... samples) throws InvalidConfigException {
        List<LocationPlan> plans = new ArrayList<>();
        for (Sample sample : samples) {
            plans.add(sample.plan());
        }
        return RouteTable.of(plans);
    }

    private static @Nullable String route(RouteTable table, SampleHead head) {
        RouteMatch match = table.match(head);
        return match == null ? null : match.location().config().name();
    }

    @ParameterizedTest
    @CsvSource({
        "=/login,exact",
        "/login,prefix",
        "~^/log,expression",
        "~*^/LOG,any-case",
        "'',any",
    })
    void matchesEachKindOfPath(String path, String name) throws InvalidConfigException {
        RouteTable table = table(location(name).path(path));
        assertThat(route(table, SampleHead.get("a.b", "/login"))).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource({
        "=/a,65538",
        "=/a/b,65540",
        "/a,32770",
        "/,32769",
        "~^/a$,16388",
        "'',0",
    })
    void weighsPaths(String path, int weight) throws InvalidConfigException {
        assertThat(location("x").path(path).plan().weight()).isEqualTo(weight);
        assertThat(location("x").path(path).host("a.b").plan().weight()).isEqualTo(weight + 8192);
        assertThat(location("x").path(path).host("a.b").weight(7).plan().weight()).isEqualTo(7);
    }

    @Test
    void takesTheHeavierLocation() throws InvalidConfigException {
        RouteTable table =
                table(
                        location("any"),
                        location("root").path("/"),
                        location("api").path("/api"),
                        location("api-v1").path("/api/v1/"),
                        location("exact").path("=/api/v1/"),
                        location("expression").path("~^/api/.*[.]json$"),
                        location("host").host("api.example.com"),
                        location("forced").path("/api/forced").weight(100_000));
        assertThat(route(table, SampleHead.get("x.y", "/api/v1/"))).isEqualTo("exact");
        assertThat(route(table, SampleHead.get("x.y", "/api/v1/a.json"))).isEqualTo("api-v1");
        assertThat(route(table, SampleHead.get("x.y", "/apix"))).isEqualTo("api");
        assertThat(route(table, SampleHead.get("x.y", "/b"))).isEqualTo("root");
        assertThat(route(table, SampleHead.get("api.example.com", "/b"))).isEqualTo("root");
        assertThat(route(table, SampleHead.get("x.y", "/api/forced/x"))).isEqualTo("forced");
    }

    @Test
    void letsAnExpressionWinByItsWeightOnly() throws InvalidConfigException {
        RouteTable table =
                table(
                        location("prefix").path("/a"),
                        location("light").path("~a"),
                        location("heavy").path("~b$").weight(40_000));
        assertThat(route(table, SampleHead.get("h", "/a"))).isEqualTo("prefix");
        assertThat(route(table, SampleHead.get("h", "/a/b"))).isEqualTo("heavy");
        assertThat(route(table, SampleHead.get("h", "/xa"))).isEqualTo("light");
        assertThat(route(table, SampleHead.get("h", "/x"))).isNull();
    }

    @Test
    void breaksTiesByConditionsThenName() throws InvalidConfigException {
        RouteTable table =
                table(
                        location("b").path("/"),
                        location("a").path("/"),
                        location("z").path("/").methods("GET").headers("X-A"));
        assertThat(route(table, SampleHead.get("h", "/").withHeader("x-a", ""))).isEqualTo("z");
        assertThat(route(table, SampleHead.get("h", "/"))).isEqualTo("a");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "example.com,exact",
                "EXAMPLE.com,exact",
                "example.com.,exact",
                "a.example.com,wild",
                "a.b.example.com,wild",
                "badexample.com,-",
                "www7.example.org,expression",
                "www.example.org,-",
                "::1,v6",
                "xn--bcher-kva.example,idn",
                "'',-",
            })
    void matchesHosts(String host, @Nullable String name) throws InvalidConfigException {
        RouteTable table =
                table(
                        location("exact").host("Example.com"),
                        location("wild").host("*.example.COM"),
                        location("expression").host("~^WWW\\d\\.example\\.org$"),
                        location("v6").host("[::1]"),
                        location("idn").host("Bücher.example"));
        assertThat(route(table, SampleHead.get(host, "/"))).isEqualTo(name);
    }

    @Test
    void looksAtTheWholeLineOfWildcards() throws InvalidConfigException {
        RouteTable table =
                table(
                        location("deep").host("*.b.example.com").path("/deep"),
                        location("shallow").host("*.example.com").path("/"),
                        location("own").host("a.b.example.com").path("/own"),
                        location("all"));
        assertThat(route(table, SampleHead.get("a.b.example.com", "/deep"))).isEqualTo("deep");
        assertThat(route(table, SampleHead.get("a.b.example.com", "/own"))).isEqualTo("own");
        assertThat(route(table, SampleHead.get("a.b.example.com", "/x"))).isEqualTo("shallow");
        assertThat(route(table, SampleHead.get("b.example.com", "/deep"))).isEqualTo("shallow");
        assertThat(route(table, SampleHead.get("example.com", "/deep"))).isEqualTo("all");
    }

    @Test
    void appliesConditions() throws InvalidConfigException {
        RouteTable table =
                table(
                        location("c1").headers("X-A:1", "x-b:~^v\\d"),
                        location("c2").query("debug"),
                        location("c3").cookies("beta:yes"),
                        location("c4").methods("POST", "PUT"));
        assertThat(
                        route(
                                table,
                                SampleHead.get("h", "/")
                                        .withHeader("X-A", "1")
                                        .withHeader("X-B", "v2")))
                .isEqualTo("c1");
        assertThat(route(table, SampleHead.get("h", "/").withHeader("X-A", "1"))).isNull();
        assertThat(route(table, SampleHead.get("h", "/").withArgument("debug", "")))
                .isEqualTo("c2");
        assertThat(route(table, SampleHead.get("h", "/").withCookie("beta", "yes")))
                .isEqualTo("c3");
        assertThat(route(table, SampleHead.get("h", "/").withCookie("beta", "no"))).isNull();
        assertThat(route(table, SampleHead.of("PUT", "h", "/"))).isEqualTo("c4");
    }

    @Test
    void capturesFromHostAndPath() throws InvalidConfigException {
        RouteTable table =
                table(
                        location("x")
                                .host("~^(?<site_name>[a-z]+)\\.example\\.com$")
                                .path("~^/u/(?<user>\\w+)/(\\d+)?"));
        RouteMatch match =
                requireNonNull(table.match(SampleHead.get("blog.example.com", "/u/ann/7")));
        assertThat(match.captures())
                .isEqualTo(Map.of("site_name", "blog", "user", "ann", "1", "ann", "2", "7"));
        assertThat(table.match(SampleHead.get("blog.example.com", "/u/ann/")))
                .extracting(RouteMatch::captures)
                .isEqualTo(Map.of("site_name", "blog", "user", "ann", "1", "ann"));
    }

    @Test
    void sharesTheMatchWithoutCaptures() throws InvalidConfigException {
        RouteTable table = table(location("x").path("/"));
        assertThat(table.match(SampleHead.get("h", "/a")))
                .isSameAs(table.match(SampleHead.get("i", "/b")));
    }

    @Test
    void matchesDecodedNormalisedPaths() throws InvalidConfigException {
        RouteTable table = table(location("admin").path("/admin"), location("all").path("/"));
        for (String path :
                List.of(
                        "/%61dmin",
                        "/x/../admin",
                        "/x/%2e%2e/admin",
                        "//admin",
                        "/./admin",
                        "/x/..;/admin",
                        "/;a/admin;b")) {
            assertThat(route(table, SampleHead.get("h", path))).as(path).isEqualTo("admin");
        }
        assertThat(route(table, SampleHead.get("h", "/x%2Fadmin"))).isEqualTo("all");
    }

    @Test
    void explainsEachLocationInOrder() throws InvalidConfigException {
        RouteTable table =
                table(
                        location("winner").path("/"),
                        location("exact").path("=/b"),
                        location("host").host("x.y").path("/long/prefix"),
                        location("post").path("/aa").methods("POST", "PUT"),
                        location("header").path("/aa").headers("X-A"),
                        location("value").path("/aa").headers("X-B:1", "X-B:2"),
                        location("like").path("/aa").query("q:~^a"),
                        location("off").path("/aaa").disabled(),
                        location("late"));
        SampleHead head = SampleHead.get("h", "/aaa").withHeader("X-B", "1");
        assertThat(table.explain(head))
                .extracting(verdict -> verdict.location().config().name() + ": " + verdict.lost())
                .containsExactly(
                        "exact: path",
                        "host: host",
                        "off: disabled",
                        "value: header X-B not equal to 2",
                        "header: header X-A missing",
                        "like: query q missing",
                        "post: method GET not in POST, PUT",
                        "winner: null",
                        "late: a heavier location matched");
    }
}
