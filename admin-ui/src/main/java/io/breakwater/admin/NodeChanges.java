package io.breakwater.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.breakwater.config.Document;
import io.breakwater.config.Kind;
import io.breakwater.config.Problem;
import io.breakwater.control.ApplyResult;
import io.breakwater.control.Control;
import io.breakwater.control.NodeView;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Takes nodes out and in and changes their weights. What the operator wants of configured nodes is
/// configuration, so each such change, of one node or of many, is a revision. Nodes that discovery
/// found are in no configuration: what is wanted of them counts until the process ends.
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
    /// @param address its address as configured
    public record Target(String upstream, String address) {}

    /// What is wanted of nodes.
    ///
    /// @param state one of [#STATES], null to leave it
    /// @param weight the weight as typed or sent, null to leave it; what is not a weight is refused
    ///   by the configuration
    public record Wish(@Nullable String state, @Nullable JsonNode weight) {}

    /// Changes nodes as one revision, those that discovery found after it; changes by others in
    /// between are kept.
    ///
    /// @param nodes at least one
    /// @param wish what is wanted
    /// @param change who and why
    /// @return what became of it, without a difference when all of them were found;
    ///   [ApplyResult.NotFound] when one of them is neither configured nor found
    public ApplyResult apply(List<Target> nodes, Wish wish, Control.Change change) {
        List<Target> found = found(nodes);
        List<Problem> problems = problems(found, wish);
        if (!problems.isEmpty()) return new ApplyResult.Invalid(problems);
        List<Target> configured = nodes.stream().filter(node -> !found.contains(node)).toList();
        ApplyResult result =
                configured.isEmpty()
                        ? new ApplyResult.Applied(control.revision(), null, 0, List.of())
                        : configure(configured, wish, change);
        String state = wish.state();
        boolean done =
                result instanceof ApplyResult.Applied || result instanceof ApplyResult.Unchanged;
        if (!done || state == null) return result;
        for (Target one : found) control.setFound(one.upstream(), one.address(), state, change);
        return found.isEmpty() || result instanceof ApplyResult.Applied
                ? result
                : new ApplyResult.Applied(control.revision(), null, 0, List.of());
    }

    /// Those among some nodes that discovery found.
    ///
    /// @param nodes the nodes
    /// @return in the same order
    public List<Target> found(List<Target> nodes) {
        return nodes.stream().filter(this::isFound).toList();
    }

    private boolean isFound(Target target) {
        List<NodeView> live = control.nodes(target.upstream());
        return live != null
                && live.stream()
                        .anyMatch(node ->
                                node.from() != null
                                        && !node.leaving()
                                        && node.address().equals(target.address()));
    }

    /// What cannot be done with nodes that discovery found.
    ///
    /// @param found the nodes
    /// @param wish what is wanted
    /// @return one for each whose weight is to change
    public static List<Problem> problems(List<Target> found, Wish wish) {
        JsonNode weight = wish.weight();
        if (weight == null) return List.of();
        return found.stream()
                .map(one ->
                        new Problem(
                                "upstreams/" + one.upstream(),
                                "weight",
                                weight.asText(),
                                one.address()
                                        + " is found by discovery: weigh the name by which it is"
                                        + " found"))
                .toList();
    }

    private ApplyResult configure(List<Target> nodes, Wish wish, Control.Change change) {
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

    /// The configuration with changed nodes.
    ///
    /// @param document the configuration before
    /// @param nodes which
    /// @param wish what is wanted
    /// @return null when one of the nodes is not in it
    public static @Nullable Document edited(Document document, List<Target> nodes, Wish wish) {
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
