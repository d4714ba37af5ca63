package io.breakwater.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.config.InvalidConfigException;
import io.breakwater.config.LocationConfig;
import io.breakwater.exchange.LocationPlan;
import io.breakwater.exchange.LocationPlan.RouteMatch;
import io.breakwater.exchange.LocationPlan.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Compares the table with trying all locations one by one, written as plainly as the documentation
/// says it and without any class of the package's own matching.
class RouteTablePropertyTest {
    private static final int TABLES = 300;
    private static final int REQUESTS = 40;
    private static final List<String> HOSTS =
            List.of(
                    "example.com",
                    "a.example.com",
                    "b.a.example.com",
                    "other.org",
                    "x7.org",
                    "com",
                    "");
    private static final List<String> PATTERNS =
            List.of(
                    "example.com",
                    "*.example.com",
                    "*.a.example.com",
                    "*.com",
                    "other.org",
                    "~^x\\d",
                    "~example",
                    "a.example.com",
                    "~(?<first>^[a-z]+)\\.");
    private static final List<String> PIECES =
            List.of("/a", "/b", "/aa", "/", "/ab", "/a/b", "/c.d");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void answersAsTryingAllInOrder(long seed) throws InvalidConfigException {
        Random random = new Random(seed);
        for (int t = 0; t < TABLES; t++) {
            List<LocationPlan> plans = new ArrayList<>();
            for (int n = random.nextInt(random.nextBoolean() ? 6 : 30); n >= 0; n--) {
                plans.add(randomLocation(random, "l" + n).plan());
            }
            RouteTable table = RouteTable.of(plans);
            List<LocationPlan> ordered = plans.stream().sorted(order()).toList();
            for (int r = 0; r < REQUESTS; r++) {
                compare(table, ordered, randomHead(random));
            }
        }
    }

    private static void compare(RouteTable table, List<LocationPlan> ordered, SampleHead head) {
        LocationPlan expected = naive(ordered, head);
        RouteMatch match = table.match(head);
        assertThat(match == null ? null : match.location())
                .as(() ->
                        head.method() + " " + head.host() + head.uri() + " in " + describe(ordered))
                .isSameAs(expected);
        List<Verdict> verdicts = table.explain(head);
        assertThat(verdicts).extracting(Verdict::location).containsExactlyElementsOf(ordered);
        assertThat(
                        verdicts.stream()
                                .filter(verdict -> verdict.lost() == null)
                                .map(Verdict::location))
                .isEqualTo(expected == null ? List.of() : List.of(expected));
    }

    private static Comparator<LocationPlan> order() {
        return Comparator.comparingInt((LocationPlan plan) -> weight(plan.config()))
                .thenComparingLong(plan -> conditions(plan.config()))
                .reversed()
                .thenComparing(plan -> plan.config().name());
    }

    private static int weight(LocationConfig config) {
        if (config.weight() != null) {
            return config.weight();
        }
        String path = config.path();
        int weight = config.host().isEmpty() ? 0 : 8192;
        if (path.isEmpty()) {
            return weight;
        }
        return switch (path.charAt(0)) {
            case '=' -> weight + 65536 + path.length() - 1;
            case '~' -> weight + 16384 + path.length() - 1;
            default -> weight + 32768 + path.length();
        };
    }

    private static long conditions(LocationConfig config) {
        return (config.methods().isEmpty() ? 0 : 1)
                + Stream.of(config.matchHeaders(), config.matchQuery(), config.matchCookies())
                        .mapToLong(List::size)
                        .sum();
    }

    private static @Nullable LocationPlan naive(List<LocationPlan> ordered, SampleHead head) {
        for (LocationPlan plan : ordered) {
            LocationConfig config = plan.config();
            if (config.enabled()
                    && (config.host().isEmpty()
                            || config.host().stream()
                                    .anyMatch(host -> hostMatches(host, head.host())))
                    && pathMatches(config.path(), head.path())
                    && (config.methods().isEmpty() || config.methods().contains(head.method()))
                    && config.matchHeaders().stream()
                            .allMatch(text -> holds(text, head.header(name(text))))
                    && config.matchQuery().stream()
                            .allMatch(text -> holds(text, head.argument(name(text))))
                    && config.matchCookies().stream()
                            .allMatch(text -> holds(text, head.cookie(name(text))))) {
                return plan;
            }
        }
        return null;
    }

    private static boolean hostMatches(String pattern, String host) {
        if (pattern.startsWith("~")) {
            return Pattern.compile(pattern.substring(1)).matcher(host).find();
        }
        return pattern.startsWith("*") ? host.endsWith(pattern.substring(1)) : host.equals(pattern);
    }

    private static boolean pathMatches(String pattern, String path) {
        if (pattern.startsWith("~")) {
            return Pattern.compile(pattern.substring(1)).matcher(path).find();
        }
        return pattern.startsWith("=")
                ? path.equals(pattern.substring(1))
                : path.startsWith(pattern);
    }

    private static String name(String text) {
        return text.split(":", -1)[0];
    }

    private static boolean holds(String text, @Nullable String value) {
        String[] parts = text.split(":", 2);
        if (value == null || parts.length == 1) {
            return value != null;
        }
        return parts[1].startsWith("~")
                ? Pattern.compile(parts[1].substring(1)).matcher(value).find()
                : value.equals(parts[1]);
    }

    private static Sample randomLocation(Random random, String name) {
        Sample sample = Sample.location(name);
        if (random.nextInt(3) > 0) {
            String[] hosts = new String[1 + random.nextInt(2)];
            for (int i = 0; i < hosts.length; i++) {
                hosts[i] = pick(random, PATTERNS);
            }
            sample.host(hosts);
        }
        switch (random.nextInt(6)) {
            case 0 -> sample.path("=" + randomPath(random));
            case 1, 2, 3 -> sample.path(randomPath(random));
            case 4 ->
                    sample.path(
                            pick(
                                    random,
                                    List.of("~^/a", "~b$", "~.", "~^/(?<one>[a-c]+)/", "~[.]d")));
            default -> sample.path("");
        }
        if (random.nextInt(4) == 0) {
            sample.weight(random.nextInt(3) == 0 ? 32770 : random.nextInt(80_000));
        }
        if (random.nextInt(5) == 0) {
            sample.methods("POST");
        }
        if (random.nextInt(5) == 0) {
            sample.headers(pick(random, List.of("X-A", "X-A:1", "X-A:~^[12]$")));
        }
        if (random.nextInt(8) == 0) {
            sample.query(pick(random, List.of("q", "q:1")));
        }
        if (random.nextInt(8) == 0) {
            sample.cookies(pick(random, List.of("c", "c:~1")));
        }
        return random.nextInt(10) == 0 ? sample.disabled() : sample;
    }

    private static SampleHead randomHead(Random random) {
        String method = random.nextInt(3) == 0 ? "POST" : "GET";
        SampleHead head = SampleHead.of(method, pick(random, HOSTS), randomPath(random));
        if (random.nextBoolean()) {
            head.withHeader("x-a", Integer.toString(random.nextInt(4)));
        }
        if (random.nextBoolean()) {
            head.withArgument("q", Integer.toString(random.nextInt(2)));
        }
        if (random.nextBoolean()) {
            head.withCookie("c", Integer.toString(random.nextInt(2)));
        }
        return head;
    }

    private static String randomPath(Random random) {
        StringBuilder path = new StringBuilder(pick(random, PIECES));
        for (int n = random.nextInt(3); n > 0; n--) {
            path.append(pick(random, PIECES));
        }
        return path.toString().replaceAll("/+", "/");
    }

    private static String pick(Random random, List<String> from) {
        return from.get(random.nextInt(from.size()));
    }

    private static String describe(List<LocationPlan> ordered) {
        StringBuilder text = new StringBuilder();
        ordered.forEach(
                plan -> text.append('\n').append(plan.weight()).append(' ').append(plan.config()));
        return text.toString();
    }
}
