package io.breakwater.admin.pages;

import io.breakwater.control.NodeView;
import io.breakwater.control.TrafficView;
import io.breakwater.control.UpstreamView;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An upstream's nodes live, dense: two figures to a cell.
///
/// @param upstream its name
/// @param id its name in ids of elements
/// @param panicking whether all nodes were out lately
/// @param usable nodes in use, in words
/// @param style the class name of that
/// @param waiting requests that wait for a node below its limit
/// @param rows one per node
/// @param total all nodes together
/// @param discovery how finding them goes, none when they are configured
record NodeTable(
        String upstream,
        String id,
        boolean panicking,
        String usable,
        String style,
        int waiting,
        List<Row> rows,
        List<Pair> total,
        List<DiscoveryRow> discovery) {
    private static final int LINE_CHARS = 16;

    /// Headings over several columns.
    private static final List<Group> GROUPS =
            List.of(
                    new Group("Share", 1),
                    new Group("Check", 1),
                    new Group("Requests", 2),
                    new Group("Responses", 2),
                    new Group("Failures", 3),
                    new Group("Latency", 2),
                    new Group("Connections, bytes", 2));

    static NodeTable of(UpstreamView view, List<DiscoveryRow> discovery, long now) {
        long nodes = view.nodes().stream().filter(node -> !node.leaving()).count();
        int usable = view.usable();
        String words = usable == nodes ? nodes + " in use" : usable + " of " + nodes + " in use";
        return new NodeTable(
                view.name(),
                Row.id(view.name()),
                view.panicking(),
                words,
                usable == 0 ? "bad" : usable < nodes ? "warn" : "good",
                view.waiting(),
                view.nodes().stream().map(node -> Row.of(view.name(), node, now)).toList(),
                total(view),
                discovery);
    }

    private static List<Pair> total(UpstreamView view) {
        List<Pair> pairs = new ArrayList<>();
        pairs.add(new Pair("weight", "", "", "out", "", ""));
        pairs.add(new Pair("took", "", "", "ago", "", ""));
        pairs.add(Pair.of("in flight", view.inFlight(), "most", "–"));
        pairs.addAll(traffic(view.traffic(), view.requests(), "–"));
        pairs.add(Pair.of("open", view.connections(), "idle", count(view.idleConnections())));
        pairs.add(bytes(view.traffic()));
        return pairs;
    }

    /// The headings over several columns.
    public List<Group> groups() {
        return GROUPS;
    }

    /// The heading that begins at a column.
    ///
    /// @param column the column, 0 for the first with figures
    /// @return null when it is not the first of its group
    public @Nullable String groupAt(int column) {
        int left = column;
        for (Group group : GROUPS) {
            if (left <= 0) return left == 0 ? group.title() : null;
            left -= group.span();
        }
        return null;
    }

    private static List<Pair> traffic(TrafficView traffic, long requests, String mean) {
        long[] classes = traffic.status1xx2xx3xx4xx5xx();
        return List.of(
                new Pair("rate", Wording.number(traffic.rate()), "", "all", count(requests), ""),
                Pair.of("2xx", classes[1], "3xx", count(classes[2])),
                new Pair("4xx", count(classes[3]), "", "5xx", count(classes[4]), bad(classes[4])),
                failures("connect", traffic.connectErrors(), "reset", traffic.resets()),
                failures("timeout", traffic.timeouts(), "status", traffic.statusErrors()),
                failures("other", traffic.otherErrors(), "retried", traffic.retries()),
                new Pair("mean", mean, "", "p50", micros(traffic.p50Micros()), ""),
                new Pair(
                        "p95",
                        micros(traffic.p95Micros()),
                        "",
                        "p99",
                        micros(traffic.p99Micros()),
                        ""));
    }

    private static Pair failures(String first, long one, String second, long other) {
        return new Pair(first, count(one), bad(one), second, count(other), bad(other));
    }

    private static Pair bytes(TrafficView traffic) {
        return new Pair(
                "in",
                Wording.bytes(traffic.bytesIn()),
                "",
                "out",
                Wording.bytes(traffic.bytesOut()),
                "");
    }

    private static String count(long count) {
        return Wording.count(count);
    }

    private static String bad(long count) {
        return count > 0 ? "warn-text" : "";
    }

    private static String micros(long micros) {
        return micros == 0 ? "–" : Wording.micros(micros);
    }

    /// A heading over several columns.
    ///
    /// @param title the heading
    /// @param span how many
    record Group(String title, int span) {}

    /// Two figures of a cell.
    ///
    /// @param first what the first one is
    /// @param value the first one
    /// @param style its class name
    /// @param second what the second one is
    /// @param other the second one
    /// @param otherStyle its class name
    record Pair(
            String first,
            String value,
            String style,
            String second,
            String other,
            String otherStyle) {
        static Pair of(String first, long value, String second, String other) {
            return new Pair(first, count(value), "", second, other, "");
        }
    }

    /// A node.
    ///
    /// @param target the node in forms: upstream, slash, address
    /// @param id the node in ids of elements
    /// @param address its address
    /// @param from the configured name or file by which it was found, null when it is configured
    /// @param backup whether it is a backup
    /// @param state as the operator wants it
    /// @param leaving whether it is no longer one of the upstream's nodes
    /// @param words how it is, in a word
    /// @param style the class name of that
    /// @param since for how long
    /// @param sinceTime since when, UTC
    /// @param note why it is out, or what its last check found; null for nothing
    /// @param pairs its figures
    record Row(
            String target,
            String id,
            String address,
            @Nullable String from,
            boolean backup,
            String state,
            boolean leaving,
            String words,
            String style,
            String since,
            String sinceTime,
            @Nullable String note,
            List<Pair> pairs) {
        static Row of(String upstream, NodeView node, long now) {
            List<Pair> pairs = new ArrayList<>();
            String out = node.outMillis() == 0 ? "–" : brief(node.outMillis() + 999);
            pairs.add(new Pair("weight", count(node.weight()), "", "out", out, ""));
            pairs.add(check(node.check(), now));
            pairs.add(Pair.of("in flight", node.inFlight(), "most", count(node.mostInFlight())));
            pairs.addAll(
                    traffic(
                            node.traffic(),
                            node.requests(),
                            micros(Math.round(node.latencyMillis() * 1e3))));
            pairs.add(Pair.of("open", node.connections(), "idle", count(node.idleConnections())));
            pairs.add(bytes(node.traffic()));
            return new Row(
                    upstream + "/" + node.address(),
                    id(upstream + "/" + node.address()),
                    Wording.address(node.address()),
                    node.from(),
                    node.backup(),
                    node.state(),
                    node.leaving(),
                    words(node),
                    style(node),
                    brief(now - node.sinceMillis()),
                    Wording.time(node.sinceMillis()),
                    note(node),
                    pairs);
        }

        /// Letters, digits and dashes, the rest by number, so that selectors can name it.
        private static String id(String text) {
            StringBuilder id = new StringBuilder();
            text.chars()
                    .forEach(one -> {
                        if (Character.isLetterOrDigit(one) || one == '-') id.append((char) one);
                        else id.append('_').append(Integer.toHexString(one)).append('_');
                    });
            return id.toString();
        }

        /// Whether the address gets a line of its own.
        public boolean isLong() {
            return address.length() > LINE_CHARS;
        }

        private static Pair check(NodeView.@Nullable Check check, long now) {
            if (check == null) return new Pair("took", "–", "", "ago", "–", "");
            return new Pair(
                    "took",
                    Wording.micros(check.micros()),
                    check.failure() == null ? "good-text" : "bad-text",
                    "ago",
                    brief(now - check.atMillis()),
                    "");
        }

        private static @Nullable String note(NodeView node) {
            if (node.why() != null) return node.why();
            NodeView.Check check = node.check();
            return check == null || check.failure() == null
                    ? null
                    : "last check: " + check.failure();
        }

        private static String brief(long millis) {
            return Wording.brief(Math.max(0, millis) / 1000);
        }

        private static String words(NodeView node) {
            if (node.leaving()) return "leaving";
            if (!node.state().equals("active")) return node.state();
            if ("down".equals(node.health())) return "unwell";
            if (node.ejectedMillis() > 0)
                return "out, " + Wording.brief((node.ejectedMillis() + 999) / 1000);
            if (node.why() != null) return "being tried";
            return "checking".equals(node.health()) ? "checking" : "in use";
        }

        private static String style(NodeView node) {
            return switch (words(node)) {
                case "in use" -> "good";
                case "drain", "being tried", "leaving" -> "warn";
                case "down", "checking" -> "idle";
                default -> "bad";
            };
        }
    }
}
