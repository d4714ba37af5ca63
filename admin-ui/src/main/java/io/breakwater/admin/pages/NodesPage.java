package io.breakwater.admin.pages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.breakwater.admin.NodeChanges;
import io.breakwater.admin.NodeChanges.Target;
import io.breakwater.admin.NodeChanges.Wish;
import io.breakwater.config.Document;
import io.breakwater.config.Kind;
import io.breakwater.config.Problem;
import io.breakwater.control.ApplyResult;
import io.breakwater.control.Control;
import io.breakwater.control.UpstreamEvent;
import io.breakwater.control.UpstreamView;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// All nodes of all upstreams live, and what is done with them.
final class NodesPage {
    private static final int LATEST_EVENTS = 20;

    private final Control control;
    private final InstantSource clock;

    NodesPage(Control control, InstantSource clock) {
        this.control = control;
        this.clock = clock;
    }

    /// The page.
    Reply show(Call call) {
        return Reply.view("nodes-page", "Nodes", view());
    }

    /// Its tables and events alone, for refreshing.
    Reply refresh(Call call) {
        return Reply.view("nodes-all", "Nodes", view());
    }

    private View view() {
        List<NodeTable> tables = new ArrayList<>();
        List<UpstreamEvent> events = new ArrayList<>();
        for (String name : control.document().of(Kind.UPSTREAM).keySet()) {
            UpstreamView view = control.upstream(name);
            // A switched-off upstream has no nodes in force.
            if (view == null) continue;
            tables.add(NodeTable.of(view, DiscoveryRow.of(control, name), clock.millis()));
            events.addAll(control.upstreamEvents(name));
        }
        List<EventRow> latest =
                events.stream()
                        .sorted(Comparator.comparingLong(UpstreamEvent::number).reversed())
                        .limit(LATEST_EVENTS)
                        .map(EventRow::of)
                        .toList();
        return new View(tables, MirrorPanel.all(control), latest);
    }

    /// The table of one upstream.
    ///
    /// @return null when there is none of that name
    static @Nullable Panel panel(Control control, String upstream, long now) {
        UpstreamView view = control.upstream(upstream);
        if (view == null) return null;
        return new Panel(
                NodeTable.of(view, DiscoveryRow.of(control, upstream), now),
                control.upstreamEvents(upstream).stream().map(EventRow::of).toList());
    }

    /// The table of one upstream alone, for refreshing.
    Reply refreshOne(Call call) {
        Panel panel = panel(control, call.path("name"), clock.millis());
        if (panel == null) return new Reply.Missing("upstream " + call.path("name"));
        return Reply.view("nodes", "Nodes", panel);
    }

    /// The events of one upstream alone, for refreshing.
    Reply refreshEvents(Call call) {
        Panel panel = panel(control, call.path("name"), clock.millis());
        if (panel == null) return new Reply.Missing("upstream " + call.path("name"));
        return Reply.view("events", "Events", panel);
    }

    /// What is wanted of ticked nodes, to be confirmed.
    Reply confirm(Call call) {
        List<Target> nodes = targets(call.texts("node"));
        Wish wish = wish(call);
        if (nodes.isEmpty())
            return Failure.notApplied(400, "No node is ticked. Go back and tick those you mean.");
        if (wish == null) return Failure.of(400, "");
        return confirm(200, call, nodes, wish, List.of());
    }

    private Reply confirm(
            int status, Call call, List<Target> nodes, Wish wish, List<Problem> refused) {
        List<Target> found = new NodeChanges(control).found(nodes);
        List<Target> configured = nodes.stream().filter(node -> !found.contains(node)).toList();
        Document next = NodeChanges.edited(control.document(), configured, wish);
        if (next == null) return notConfigured();
        Control.Plan plan = control.plan(next);
        List<Problem> problems = new ArrayList<>(NodeChanges.problems(found, wish));
        problems.addAll(plan.problems());
        return new Reply.View(
                status,
                "nodes-confirm",
                "Change nodes",
                new Confirmation(
                        call.texts("node"),
                        call.text("state"),
                        call.text("weight"),
                        back(call),
                        NodeChanges.words(nodes, wish),
                        Changes.of(plan.differences()),
                        refused.isEmpty() ? problems : refused));
    }

    /// Changes nodes: one by its own button, at once, or those that were confirmed. What it does to
    /// configured nodes is a revision, and the history takes it back.
    Reply change(Call call) {
        boolean confirmed = call.text("one").isEmpty();
        List<Target> nodes = targets(confirmed ? call.texts("node") : List.of(call.text("one")));
        Wish wish = confirmed ? wish(call) : state(call.path("state"));
        if (nodes.isEmpty() || wish == null) return Failure.of(400, "");
        String comment = call.text("comment").strip();
        Control.Change change =
                new Control.Change(
                        call.user(), comment.isEmpty() ? NodeChanges.words(nodes, wish) : comment);
        ApplyResult result = new NodeChanges(control).apply(nodes, wish, change);
        String page = back(call);
        return switch (result) {
            // of nodes that discovery found: no revision
            case ApplyResult.Applied applied when applied.differences().isEmpty() ->
                    new Reply.Redirect(page + "?note=node");
            case ApplyResult.Applied applied ->
                    new Reply.Redirect(
                            page
                                    + "?note=applied&revision="
                                    + applied.revision()
                                    + "&ms="
                                    + applied.millis());
            case ApplyResult.Unchanged _ -> new Reply.Redirect(page + "?note=unchanged");
            case ApplyResult.Invalid invalid ->
                    confirmed
                            ? confirm(422, call, nodes, wish, invalid.problems())
                            : Failure.notApplied(
                                    422,
                                    invalid.problems().stream()
                                            .map(Problem::toString)
                                            .collect(Collectors.joining("; ")));
            case ApplyResult.Conflict _ ->
                    Failure.notApplied(
                            409, "Others change these upstreams at the same time. Try again.");
            case ApplyResult.NotFound _ -> notConfigured();
        };
    }

    private static Reply notConfigured() {
        return Failure.notApplied(
                404, "One of these nodes is not configured, or not any more, under its address.");
    }

    private static List<Target> targets(List<String> texts) {
        List<Target> targets = new ArrayList<>();
        for (String text : texts) {
            int slash = text.indexOf('/');
            if (slash > 0)
                targets.add(new Target(text.substring(0, slash), text.substring(slash + 1)));
        }
        return targets;
    }

    private static @Nullable Wish wish(Call call) {
        String state = call.text("state");
        return state.equals("weight") ? new Wish(null, weight(call.text("weight"))) : state(state);
    }

    private static @Nullable Wish state(String state) {
        return NodeChanges.STATES.contains(state) ? new Wish(state, null) : null;
    }

    /// A number, or what was typed instead, which the configuration then refuses.
    private static JsonNode weight(String typed) {
        String text = typed.strip();
        return text.matches("-?[0-9]{1,9}")
                ? IntNode.valueOf(Integer.parseInt(text))
                : TextNode.valueOf(text);
    }

    /// The page to go back to.
    private static String back(Call call) {
        String from = call.text("from");
        return from.matches("/upstreams/[a-z0-9][a-z0-9._-]*") ? from : "/nodes";
    }

    /// What became of the copies of one location's requests alone, for refreshing.
    Reply refreshMirror(Call call) {
        MirrorPanel panel = MirrorPanel.of(control, call.path("name"));
        if (panel == null) return new Reply.Missing("mirror of " + call.path("name"));
        return Reply.view("mirrors", "Copies", panel);
    }

    /// @param tables one per upstream in force
    /// @param mirrors the copies of all locations
    /// @param events the latest
    record View(List<NodeTable> tables, MirrorPanel mirrors, List<EventRow> events) {}

    /// @param table the nodes
    /// @param events the latest
    record Panel(NodeTable table, List<EventRow> events) {}

    /// @param nodes which, as in the form
    /// @param state what is wanted, `weight` for another weight
    /// @param weight the weight as typed
    /// @param from where to go back to
    /// @param words all that in a few words
    /// @param changes what it changes
    /// @param problems why it cannot be done
    record Confirmation(
            List<String> nodes,
            String state,
            String weight,
            String from,
            String words,
            Changes changes,
            List<Problem> problems) {}
}
