package io.breakwater.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.breakwater.config.Kind;
import io.breakwater.control.ApplyResult;
import io.breakwater.control.Control;

/// Takes nodes out and in. What the operator wants of a node is configuration, so each such change
/// is a revision.
///
/// @param control the running Breakwater
public record NodeStates(Control control) {
    private static final int ATTEMPTS = 5;

    /// Sets the state of one node; changes by others in between are kept.
    ///
    /// @param upstream name of the upstream
    /// @param address the node's address as configured
    /// @param state `active`, `drain` or `down`
    /// @param change who and why
    /// @return what became of it; [ApplyResult.NotFound] when there is no such upstream or node
    public ApplyResult set(String upstream, String address, String state, Control.Change change) {
        ApplyResult result;
        int attempt = 0;
        do {
            String tag = control.tag(Kind.UPSTREAM, upstream);
            ObjectNode fields = control.document().get(Kind.UPSTREAM, upstream);
            if (tag == null || fields == null) {
                return new ApplyResult.NotFound();
            }
            ObjectNode next = fields.deepCopy();
            if (!(next.get("nodes") instanceof ArrayNode nodes) || !edit(nodes, address, state)) {
                return new ApplyResult.NotFound();
            }
            result = control.put(Kind.UPSTREAM, upstream, next, tag, change);
            attempt++;
        } while (result instanceof ApplyResult.Conflict && attempt < ATTEMPTS);
        return result;
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
                node instanceof ObjectNode object
                        ? object
                        : JsonNodeFactory.instance.objectNode().put("address", address);
        if (state.equals("active")) {
            // The default: the shortest form, so that taking out and in again leaves no difference.
            table.remove("state");
            return node.isTextual() || table.size() == 1 ? TextNode.valueOf(address) : table;
        }
        return table.put("state", state);
    }
}
