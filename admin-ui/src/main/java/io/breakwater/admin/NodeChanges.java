package io.breakwater.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.breakwater.config.Document;
import io.breakwater.config.Kind;
import io.breakwater.control.ApplyResult;
import io.breakwater.control.Control;
import io.breakwater.control.NodeView;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Takes nodes out and in and changes their weights. What the operator wants of configured nodes is
/// configuration, so each such change, of one node or of many, is a revision. Of nodes that
/// discovery found only the state can be changed; that is in force until the process ends.
///
/// @param control the running Breakwater
public record NodeChanges(Control control) {
    /// The states a node can be given.
    public static final Set<String> STATES = Set.of("active", "drain", "down");

    private static final int ATTEMPTS = 5;
    private static final int NAMED_AT_MOST = 3;

    /// A node.
    ///
    /// @param upstream name of its upstream
    /// @param address its address as configured or found
    public record Target(String upstream, String address) {}

    /// What is wanted of nodes.
    ///
    /// @param state one of [#STATES], null to leave it
    /// @param weight the weight as typed or sent, null to leave it; what is not a weight is refused
    ///   by the configuration
    public record Wish(@Nullable String state, @Nullable JsonNode weight) {}

    /// Changes nodes as one revision; changes by others in between are kept.
    ///
    /// @param nodes at least one
    /// @param wish what is wanted
    /// @param change who and why
    /// @return what became of it; [ApplyResult.NotFound] when one of them is neither configured nor
    ///   found; without differences when all of them were found
    public ApplyResult apply(List<Target> nodes, Wish wish, Control.Change change) {
        if (edited(nodes, wish) == null) {
            return new ApplyResult.NotFound();
        }
        Document before = control.document();
        List<Target> configured = nodes.stream().filter(node -> has(before, node)).toList();
        for (Target node : nodes) {
            if (!configured.contains(node) && !setFound(node, wish, change)) {
                return new ApplyResult.NotFound();
            }
        }
        if (!configured.isEmpty()) {
            return applyConfigured(configured, wish, change);
        }
        String tag = control.tag(Kind.UPSTREAM, nodes.getFirst().upstream());
        return tag == null
                ? new ApplyResult.NotFound()
                : new ApplyResult.Applied(control.revision(), tag, 0, List.of());
    }

    /// Whether a node is in a configuration.
    private static boolean has(Document document, Target node) {
        return edited(document, List.of(node), new Wish("down", null)) != null;
    }

    private boolean setFound(Target node, Wish wish, Control.Change change) {
        String state = wish.state();
        return state != null
                && wish.weight() == null
                && control.setFound(node.upstream(), node.address(), state, change);
    }

    private ApplyResult applyConfigured(List<Target> nodes, Wish wish, Control.Change change) {
        ApplyResult result;
        int attempt = 0;
        do {
            result = attempt(nodes, wish, change);
            attempt++;
        } while (result instanceof ApplyResult.Conflict && attempt < ATTEMPTS);
        return result;
    }

    private ApplyResult attempt(List<Target> nodes, Wish wish, Control.Change change) {
        String upstream = nodes.getFirst().upstream();
        boolean several = nodes.stream().anyMatch(node -> !node.upstream().equals(upstream));
        // Before the document: whoever changes it in between is noticed.
        long revision = control.revision();
        String tag = control.tag(Kind.UPSTREAM, upstream);
        Document next = edited(control.document(), nodes, wish);
        if (next == null) {
            return new ApplyResult.NotFound();
        }
        ObjectNode fields = next.get(Kind.UPSTREAM, upstream);
        if (several || fields == null || tag == null) {
            return control.replace(next, revision, change);
        }
        return control.put(Kind.UPSTREAM, upstream, fields, tag, change);
    }

    /// The configuration as it would be after a change.
    ///
    /// @param nodes which
    /// @param wish what is wanted
    /// @return the same as now when all the nodes were found, null when one of them is neither
    ///   configured nor found, or what is wanted cannot be done with it
    public @Nullable Document edited(List<Target> nodes, Wish wish) {
        Document before = control.document();
        List<Target> configured = nodes.stream().filter(node -> has(before, node)).toList();
        for (Target node : nodes) {
            if (!configured.contains(node) && !(isFound(node) && wish.weight() == null)) {
                return null;
            }
        }
        return edited(before, configured, wish);
    }

    private boolean isFound(Target target) {
        List<NodeView> nodes = control.nodes(target.upstream());
        return nodes != null
                && nodes.stream()
                        .anyMatch(node ->
                                node.from() != null && node.address().equals(target.address()));
    }

    /// The configuration with changed nodes.
    ///
    /// @param document the configuration before
    /// @param nodes which
    /// @param wish what is wanted
    /// @return null when one of the nodes is not in it
    private static @Nullable Document edited(Document document, List<Target> nodes, Wish wish) {
        Document next = document;
        for (Target target : nodes) {
            ObjectNode fields = next.get(Kind.UPSTREAM, target.upstream());
            if (fields == null) {
                return null;
            }
            ObjectNode copy = fields.deepCopy();
            if (!(copy.get("nodes") instanceof ArrayNode all)
                    || !edit(all, target.address(), wish)) {
                return null;
            }
            next = next.with(Kind.UPSTREAM, target.upstream(), copy);
        }
        return next;
    }

    /// Changes a node in its configured form, a text or a table.
    private static boolean edit(ArrayNode nodes, String address, Wish wish) {
        for (int i = 0; i < nodes.size(); i++) {
            JsonNode node = nodes.get(i);
            String configured = node.isTextual() ? node.textValue() : node.path("address").asText();
            if (configured.equalsIgnoreCase(address)) {
                nodes.set(i, changed(node, configured, wish));
                return true;
            }
        }
        return false;
    }

    private static JsonNode changed(JsonNode node, String address, Wish wish) {
        ObjectNode table =
                node instanceof ObjectNode object
                        ? object
                        : JsonNodeFactory.instance.objectNode().put("address", address);
        String state = wish.state();
        JsonNode weight = wish.weight();
        // A default is left out: the shortest form, so that there and back leaves no difference.
        if (state != null && state.equals("active")) {
            table.remove("state");
        } else if (state != null) {
            table.put("state", state);
        }
        if (weight != null && weight.isInt() && weight.intValue() == 1) {
            table.remove("weight");
        } else if (weight != null) {
            table.set("weight", weight);
        }
        boolean plain = table.size() == 1 && table.has("address");
        return plain ? TextNode.valueOf(address) : table;
    }

    /// A change in a few words, for the history.
    ///
    /// @param nodes which
    /// @param wish what is wanted
    /// @return such as `Node 10.0.0.1:80 of app: drain`
    public static String words(List<Target> nodes, Wish wish) {
        String upstreams =
                nodes.stream().map(Target::upstream).distinct().collect(Collectors.joining(", "));
        String which =
                nodes.size() > NAMED_AT_MOST
                        ? nodes.size() + " nodes"
                        : (nodes.size() == 1 ? "Node " : "Nodes ")
                                + nodes.stream()
                                        .map(Target::address)
                                        .collect(Collectors.joining(", "));
        String what = wish.state() == null ? "" : wish.state();
        JsonNode weight = wish.weight();
        if (weight != null) {
            what += (what.isEmpty() ? "" : ", ") + "weight " + weight.asText();
        }
        return which + " of " + upstreams + ": " + what;
    }
}
