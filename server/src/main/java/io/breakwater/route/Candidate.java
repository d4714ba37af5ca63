package io.breakwater.route;

import io.breakwater.config.LocationConfig;
import io.breakwater.exchange.LocationPlan;
import io.breakwater.exchange.LocationPlan.RouteMatch;
import io.breakwater.exchange.RequestHead;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/// A location in a route table: its patterns, its conditions and its place in the order.
final class Candidate {
    /// The order in which locations are tried: heavier first, then more conditions, then the name.
    static final Comparator<Candidate> ORDER =
            Comparator.comparingInt((Candidate candidate) -> -candidate.plan.weight())
                    .thenComparingInt(candidate -> -candidate.conditionCount())
                    .thenComparing(candidate -> candidate.plan.config().name());

    private static final int HOST_WEIGHT = 8192;

    private final LocationPlan plan;
    private final HostPatterns hosts;
    private final PathPattern path;
    private final boolean hostByExpression;
    private final Condition @Nullable [] conditions;
    private final @Nullable RouteMatch fixedMatch;
    private int rank;

    private Candidate(LocationPlan plan) {
        LocationConfig config = plan.config();
        this.plan = plan;
        hosts = HostPatterns.of(config.host());
        path = PathPattern.of(config.path());
        hostByExpression = !hosts.regexes().isEmpty();
        List<Condition> all = conditions(config);
        conditions = all.isEmpty() ? null : all.toArray(Condition[]::new);
        boolean captures =
                hosts.regexes().stream().anyMatch(Regex::hasGroups)
                        || (path instanceof PathPattern.Expression expression
                                && expression.regex().hasGroups());
        fixedMatch = captures ? null : new RouteMatch(plan, Map.of());
    }

    /// Compiles the locations and puts them in order.
    static List<Candidate> ordered(List<LocationPlan> plans) {
        List<Candidate> all = new ArrayList<>(plans.size());
        for (LocationPlan plan : plans) {
            all.add(new Candidate(plan));
        }
        all.sort(ORDER);
        for (int i = 0; i < all.size(); i++) {
            all.get(i).rank = i;
        }
        return all;
    }

    /// The weight of a location: what is configured, or what its patterns make.
    static int weight(LocationConfig config, PathPattern path) {
        Integer weight = config.weight();
        return weight != null
                ? weight
                : path.weight() + (config.host().isEmpty() ? 0 : HOST_WEIGHT);
    }

    private static List<Condition> conditions(LocationConfig config) {
        List<Condition> all = new ArrayList<>();
        if (!config.methods().isEmpty()) {
            all.add(new Condition.Method(config.methods()));
        }
        config.matchHeaders().forEach(text -> all.add(Condition.of(Condition.Part.HEADER, text)));
        config.matchQuery().forEach(text -> all.add(Condition.of(Condition.Part.QUERY, text)));
        config.matchCookies().forEach(text -> all.add(Condition.of(Condition.Part.COOKIE, text)));
        return all;
    }

    LocationPlan plan() {
        return plan;
    }

    HostPatterns hosts() {
        return hosts;
    }

    PathPattern path() {
        return path;
    }

    boolean isEnabled() {
        return plan.config().enabled();
    }

    /// The place in the order, 0 for the first one tried.
    int rank() {
        return rank;
    }

    private int conditionCount() {
        return conditions == null ? 0 : conditions.length;
    }

    /// Whether the conditions hold, and the host where only an expression can tell. The index that
    /// found this candidate vouches for the rest.
    boolean holds(RequestHead head, String host) {
        if (hostByExpression && !hosts.matches(host)) {
            return false;
        }
        return conditions == null || unmet(conditions, head) == null;
    }

    private static @Nullable Condition unmet(Condition[] conditions, RequestHead head) {
        for (Condition condition : conditions) {
            if (!condition.holds(head)) {
                return condition;
            }
        }
        return null;
    }

    /// Why the request does not match, without any index.
    ///
    /// @return null when it matches
    @Nullable String lost(RequestHead head, String host) {
        if (!isEnabled()) {
            return "disabled";
        }
        if (!hosts.matches(host)) {
            return "host";
        }
        if (!path.matches(head.path())) {
            return "path";
        }
        Condition unmet = conditions == null ? null : unmet(conditions, head);
        return unmet == null ? null : unmet.lost(head);
    }

    RouteMatch match(RequestHead head, String host) {
        if (fixedMatch != null) {
            return fixedMatch;
        }
        Map<String, String> captures = new HashMap<>();
        hosts.captures(host, captures);
        if (path instanceof PathPattern.Expression(Regex regex)) {
            Matcher matcher = regex.find(head.path());
            if (matcher != null) {
                regex.numbered(matcher, captures);
                regex.named(matcher, captures);
            }
        }
        return new RouteMatch(plan, Map.copyOf(captures));
    }
}
