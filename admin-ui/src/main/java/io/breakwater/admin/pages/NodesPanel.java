package io.breakwater.admin.pages;

import io.breakwater.admin.NodeStates;
import io.breakwater.config.Problem;
import io.breakwater.control.ApplyResult;
import io.breakwater.control.Control;
import io.breakwater.control.NodeView;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Live state of an upstream's nodes.
///
/// @param upstream its name
/// @param nodes one per node
record NodesPanel(String upstream, List<NodeView> nodes) {
    private static final Set<String> STATES = Set.of("active", "drain", "down");

    /// The panel of an upstream.
    ///
    /// @return null when there is none of that name
    static @Nullable NodesPanel of(Control control, String upstream) {
        List<NodeView> nodes = control.nodes(upstream);
        return nodes == null ? null : new NodesPanel(upstream, nodes);
    }

    /// The panel alone, for refreshing.
    static Reply show(Control control, Call call) {
        NodesPanel panel = of(control, call.path("name"));
        if (panel == null) return new Reply.Missing("upstream " + call.path("name"));
        return Reply.view("nodes", "Nodes", panel);
    }

    /// Takes a node out or in, at once: what it does is one state of one node, and the history
    /// takes it back.
    static Reply set(Control control, Call call) {
        String upstream = call.path("name");
        String address = call.text("address");
        String state = call.text("state");
        if (!STATES.contains(state)) return Failure.of(400, "");
        Control.Change change =
                new Control.Change(
                        call.user(), "Node " + address + " of " + upstream + ": " + state);
        ApplyResult result = new NodeStates(control).set(upstream, address, state, change);
        String page = "/upstreams/" + upstream;
        return switch (result) {
            case ApplyResult.Applied applied ->
                    new Reply.Redirect(
                            page
                                    + "?note=applied&revision="
                                    + applied.revision()
                                    + "&ms="
                                    + applied.millis());
            case ApplyResult.Unchanged _ -> new Reply.Redirect(page + "?note=unchanged");
            case ApplyResult.Invalid invalid ->
                    Failure.notApplied(
                            422,
                            invalid.problems().stream()
                                    .map(Problem::toString)
                                    .collect(Collectors.joining("; ")));
            case ApplyResult.Conflict _ ->
                    Failure.notApplied(
                            409, "Others change this upstream at the same time. Try again.");
            case ApplyResult.NotFound _ ->
                    new Reply.Missing("node " + address + " in upstream " + upstream);
        };
    }
}
