package io.breakwater.admin.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.breakwater.config.Kind;
import io.breakwater.control.ApplyResult;
import io.breakwater.control.Control;
import io.breakwater.control.NodeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The nodes of an upstream: their live state, and taking them out and in. What the operator wants
/// of a node is configuration, so each such change is a revision.
final class NodesResource {
    private static final int ATTEMPTS = 5;
    private static final String TAG = "nodes";

    private final Control control;

    NodesResource(Control control) {
        this.control = control;
    }

    List<Route> routes() {
        String nodes = "/" + Kind.UPSTREAM.key() + "/{name}/nodes";
        List<Route> routes = new ArrayList<>();
        routes.add(
                Route.of("GET", nodes, TAG, "Live state of an upstream's nodes", this::list)
                        .answer(200, "The nodes.", "node-list")
                        .problem(404, "There is no such upstream."));
        routes.add(action(nodes, "drain", "drain", "Let a node finish what it has"));
        routes.add(action(nodes, "activate", "active", "Send requests to a node again"));
        routes.add(action(nodes, "down", "down", "Stop using a node at once"));
        return routes;
    }

    private Route action(String nodes, String verb, String state, String summary) {
        return Route.of(
                        "POST",
                        nodes + "/{address}/" + verb,
                        TAG,
                        summary,
                        call -> set(call, state))
                .write()
                .problem(404, "There is no such upstream or node.")
                .problem(412, "The upstream changes too fast.");
    }

    private Reply list(Call call) throws ApiException {
        List<NodeView> nodes = control.nodes(call.variable("name"));
        if (nodes == null) {
            throw noUpstream(call);
        }
        return Reply.json(Map.of("items", nodes));
    }

    private Reply set(Call call, String state) throws ApiException {
        String name = call.variable("name");
        String address = call.variable("address");
        Control.Change change = call.change("Node " + address + " of " + name + ": " + state);
        ApplyResult result;
        int attempt = 0;
        do {
            String tag = control.tag(Kind.UPSTREAM, name);
            ObjectNode fields = control.document().get(Kind.UPSTREAM, name);
            if (tag == null || fields == null) {
                throw noUpstream(call);
            }
            ObjectNode next = fields.deepCopy();
            if (!(next.get("nodes") instanceof ArrayNode nodes) || !edit(nodes, address, state)) {
                throw ApiException.notFound("upstreams/" + name + " has no node " + address);
            }
            result = control.put(Kind.UPSTREAM, name, next, tag, change);
            attempt++;
        } while (result instanceof ApplyResult.Conflict && attempt < ATTEMPTS);
        return Changes.reply(result, "upstreams/" + name, null);
    }

    /// Sets a node's state in its configured form, a text or a table.
    private static boolean edit(ArrayNode nodes, String address, String state) {
        for (int i = 0; i < nodes.size(); i++) {
            JsonNode node = nodes.get(i);
            String configured = node.isTextual() ? node.textValue() : node.path("address").asText();
            if (configured.equalsIgnoreCase(address)) {
                nodes.set(i, withState(node, configured, state));
                return true;
            }
        }
        return false;
    }

    private static JsonNode withState(JsonNode node, String address, String state) {
        ObjectNode table =
                node instanceof ObjectNode object ? object : Json.object().put("address", address);
        if (state.equals("active")) {
            // The default: the shortest form, so that taking out and in again leaves no difference.
            table.remove("state");
            return node.isTextual() || table.size() == 1 ? TextNode.valueOf(address) : table;
        }
        return table.put("state", state);
    }

    private static ApiException noUpstream(Call call) {
        return ApiException.notFound("there is no upstreams/" + call.variable("name"));
    }
}
