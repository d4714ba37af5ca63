package io.breakwater.admin.pages;

import io.breakwater.control.Control;
import io.breakwater.control.NodeView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Live state of an upstream's nodes.
///
/// @param upstream its name
/// @param nodes one per node
record NodesPanel(String upstream, List<NodeView> nodes) {
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

    /// A count with separators.
    static String count(long number) {
        return Wording.number(number);
    }
}
