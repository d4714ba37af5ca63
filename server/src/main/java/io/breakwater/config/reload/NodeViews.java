package io.breakwater.config.reload;

import io.breakwater.config.UpstreamConfig;
import io.breakwater.control.DiscoveryView;
import io.breakwater.control.NodeView;
import io.breakwater.control.TrafficView;
import io.breakwater.control.UpstreamEvent;
import io.breakwater.control.UpstreamView;
import io.breakwater.measure.LatencyCounts;
import io.breakwater.upstream.Member;
import io.breakwater.upstream.Node;
import io.breakwater.upstream.UpstreamGroup;
import io.breakwater.upstream.discovery.Sources;
import io.breakwater.upstream.figures.Journal;
import io.breakwater.upstream.figures.NodeFailure;
import io.breakwater.upstream.figures.NodeFigures;
import io.breakwater.upstream.health.Health;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// What the console sees of upstreams and nodes.
final class NodeViews {
    private NodeViews() {}

    /// An upstream with its nodes.
    ///
    /// @param leaving those that are no longer its nodes and still have requests
    static UpstreamView of(UpstreamGroup group, List<Member> leaving) {
        List<NodeView> views = new ArrayList<>();
        List<NodeFigures> figures = new ArrayList<>();
        int usable = 0;
        for (Member member : group.members()) {
            Node node = member.node();
            UpstreamConfig.Node config = member.config();
            views.add(of(member, false));
            figures.add(node.figures());
            if (config.state() == UpstreamConfig.State.ACTIVE && node.isIn()) usable++;
        }
        for (Member member : leaving) {
            views.add(of(member, true));
            figures.add(member.node().figures());
        }
        return new UpstreamView(
                group.name(),
                group.isPanicking(),
                usable,
                views.stream().mapToInt(NodeView::inFlight).sum(),
                group.waiting(),
                views.stream().mapToLong(NodeView::requests).sum(),
                views.stream().mapToLong(NodeView::failures).sum(),
                views.stream().mapToInt(NodeView::connections).sum(),
                views.stream().mapToInt(NodeView::idleConnections).sum(),
                hedgeMicros(group),
                traffic(figures),
                List.copyOf(views));
    }

    private static long hedgeMicros(UpstreamGroup group) {
        int percent = group.config().retry().hedgePercent();
        return percent == 0 ? 0 : Math.max(0, group.slowNanos(percent) / 1000);
    }

    private static NodeView of(Member member, boolean leaving) {
        Node node = member.node();
        UpstreamConfig.Node config = member.config();
        Health health = node.health();
        NodeFigures figures = node.figures();
        long now = System.currentTimeMillis();
        long ejectedMillis = node.outNanos() / 1_000_000;
        return new NodeView(
                node.address(),
                config.weight(),
                config.state().name().toLowerCase(Locale.ROOT),
                config.backup(),
                figures.inFlight(),
                figures.requests(),
                figures.failures(),
                node.connections(),
                node.idleConnections(),
                health == null ? null : health.state().name().toLowerCase(Locale.ROOT),
                Math.round(node.latencyNanos() / 1e4) / 100.0,
                ejectedMillis,
                node.outReason(),
                ejectedMillis == 0 ? 0 : now + ejectedMillis,
                node.life().sinceMillis(),
                node.life().outMillis(now),
                figures.mostInFlight(),
                check(health),
                traffic(List.of(figures)),
                member.found().from(),
                leaving);
    }

    private static NodeView.@Nullable Check check(@Nullable Health health) {
        if (health == null || health.atMillis() == 0) return null;
        return new NodeView.Check(
                health.atMillis(), health.reason(), Math.round(health.nanos() / 1e3));
    }

    private static TrafficView traffic(List<NodeFigures> nodes) {
        long now = System.nanoTime();
        long[] classes = new long[5];
        for (int i = 0; i < classes.length; i++) {
            int family = i + 1;
            classes[i] = sum(nodes, node -> node.responses(family));
        }
        long[] latencies = new long[LatencyCounts.BUCKETS];
        for (NodeFigures node : nodes) {
            long[] own = node.latencies();
            for (int i = 0; i < own.length; i++) latencies[i] += own[i];
        }
        long answers = Arrays.stream(latencies).sum();
        double rate = nodes.stream().mapToDouble(node -> node.rate(now)).sum();
        return new TrafficView(
                Math.round(rate * 10) / 10.0,
                classes,
                failures(nodes, NodeFailure.CONNECT),
                failures(nodes, NodeFailure.RESET),
                failures(nodes, NodeFailure.TIMEOUT),
                failures(nodes, NodeFailure.STATUS),
                failures(nodes, NodeFailure.OTHER),
                sum(nodes, NodeFigures::retries),
                sum(nodes, NodeFigures::hedges),
                LatencyCounts.percentile(latencies, answers, 0.50),
                LatencyCounts.percentile(latencies, answers, 0.95),
                LatencyCounts.percentile(latencies, answers, 0.99),
                sum(nodes, NodeFigures::bytesSent),
                sum(nodes, NodeFigures::bytesReceived));
    }

    private static long failures(List<NodeFigures> nodes, NodeFailure how) {
        return sum(nodes, node -> node.failures(how));
    }

    private static long sum(List<NodeFigures> nodes, ToLongFunction<NodeFigures> what) {
        return nodes.stream().mapToLong(what).sum();
    }

    /// How finding the nodes of one name or file goes.
    static DiscoveryView of(Sources.Status status) {
        return new DiscoveryView(
                status.key().name(),
                status.key().how().name().toLowerCase(Locale.ROOT),
                status.nodes(),
                status.foundMillis(),
                status.nextMillis(),
                status.failure());
    }

    /// An event.
    static UpstreamEvent of(Journal.Event event) {
        return new UpstreamEvent(
                event.number(),
                event.atMillis(),
                event.upstream(),
                event.node(),
                event.what().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                event.why());
    }
}
