package io.breakwater.admin.api;

import io.breakwater.admin.NodeStates;
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
        ApplyResult result = new NodeStates(control).set(name, address, state, change);
        if (result instanceof ApplyResult.NotFound) {
            throw control.tag(Kind.UPSTREAM, name) == null
                    ? noUpstream(call)
                    : ApiException.notFound("upstreams/" + name + " has no node " + address);
        }
        return Changes.reply(result, "upstreams/" + name, null);
    }

    private static ApiException noUpstream(Call call) {
        return ApiException.notFound("there is no upstreams/" + call.variable("name"));
    }
}
