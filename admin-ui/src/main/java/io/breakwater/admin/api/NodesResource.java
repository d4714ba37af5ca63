package io.breakwater.admin.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.admin.NodeChanges;
import io.breakwater.admin.NodeChanges.Target;
import io.breakwater.admin.NodeChanges.Wish;
import io.breakwater.config.Document;
import io.breakwater.config.Kind;
import io.breakwater.control.ApplyResult;
import io.breakwater.control.Control;
import io.breakwater.control.NodeView;
import io.breakwater.control.UpstreamView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Upstreams and their nodes live: how they are, what happened to them, taking nodes out and in,
/// their weights, and how finding them goes. What the operator wants of a configured node is
/// configuration, so each such change is a revision.
final class NodesResource {
    private static final String TAG = "nodes";
    private static final String NO_NODE = "There is no such upstream or node.";
    private static final String TOO_FAST = "The upstream changes too fast.";

    private final Control control;

    NodesResource(Control control) {
        this.control = control;
    }

    List<Route> routes() {
        String upstream = "/" + Kind.UPSTREAM.key() + "/{name}";
        String nodes = upstream + "/nodes";
        List<Route> routes = new ArrayList<>();
        routes.add(
                Route.of("GET", nodes, TAG, "Live state of an upstream's nodes", this::list)
                        .answer(200, "The nodes.", "node-list")
                        .problem(404, "There is no such upstream."));
        String discovery = "/" + Kind.UPSTREAM.key() + "/{name}/discovery";
        routes.add(
                Route.of(
                                "GET",
                                discovery,
                                TAG,
                                "How finding the nodes of an upstream goes",
                                this::discovery)
                        .answer(
                                200,
                                "One per name or file; none when the nodes are configured.",
                                "discovery-list")
                        .problem(404, "There is no such upstream."));
        routes.add(
                Route.of("GET", "/live/upstreams", TAG, "All upstreams live", this::all)
                        .answer(200, "The upstreams in force.", "live-upstream-list"));
        routes.add(
                Route.of("GET", "/live/upstreams/{name}", TAG, "An upstream live", this::one)
                        .answer(200, "The upstream, with its nodes.", "live-upstream")
                        .problem(404, "There is no such upstream."));
        routes.add(
                Route.of("GET", upstream + "/events", TAG, "What happened last", this::events)
                        .answer(200, "At most 100, the newest first.", "upstream-event-list")
                        .problem(404, "There is no such upstream."));
        routes.add(action(nodes, "drain", "drain", "Let a node finish what it has"));
        routes.add(action(nodes, "activate", "active", "Send requests to a node again"));
        routes.add(action(nodes, "down", "down", "Stop using a node at once"));
        routes.add(
                Route.of("POST", nodes + "/{address}/weight", TAG, "Weigh a node", this::weigh)
                        .takes("The weight.", List.of("application/json"), "node-weight")
                        .write()
                        .problem(404, NO_NODE)
                        .problem(412, TOO_FAST));
        routes.add(
                Route.of("POST", nodes, TAG, "Change several nodes at once", this::change)
                        .takes(
                                "Which nodes, and what is wanted of them: a state, a weight, or"
                                        + " both.",
                                List.of("application/json"),
                                "node-change")
                        .write()
                        .problem(404, NO_NODE + " Nothing changed.")
                        .problem(412, TOO_FAST));
        return routes;
    }

    private Route action(String nodes, String verb, String state, String summary) {
        return Route.of(
                        "POST",
                        nodes + "/{address}/" + verb,
                        TAG,
                        summary,
                        call -> apply(call, target(call), new Wish(state, null)))
                .write()
                .problem(404, NO_NODE)
                .problem(412, TOO_FAST);
    }

    private Reply list(Call call) throws ApiException {
        List<NodeView> nodes = control.nodes(call.variable("name"));
        if (nodes == null) {
            throw noUpstream(call);
        }
        return Reply.json(Map.of("items", nodes));
    }

    private Reply discovery(Call call) throws ApiException {
        String name = call.variable("name");
        if (control.upstream(name) == null) {
            throw noUpstream(call);
        }
        return Reply.json(Map.of("items", control.discovery(name)));
    }

    private Reply all(Call call) {
        List<UpstreamView> views = new ArrayList<>();
        for (String name : control.document().of(Kind.UPSTREAM).keySet()) {
            UpstreamView view = control.upstream(name);
            if (view != null) {
                views.add(view);
            }
        }
        return Reply.json(Map.of("items", views));
    }

    private Reply one(Call call) throws ApiException {
        UpstreamView view = control.upstream(call.variable("name"));
        if (view == null) {
            throw noUpstream(call);
        }
        return Reply.json(view);
    }

    private Reply events(Call call) throws ApiException {
        String name = call.variable("name");
        if (control.upstream(name) == null) {
            throw noUpstream(call);
        }
        return Reply.json(Map.of("items", control.upstreamEvents(name)));
    }

    private Reply weigh(Call call) throws ApiException, IOException {
        ObjectNode body = call.jsonBody(List.of("weight"));
        if (!body.hasNonNull("weight")) {
            throw ApiException.invalidField("weight", null, "a weight");
        }
        return apply(call, target(call), new Wish(null, body.get("weight")));
    }

    private Reply change(Call call) throws ApiException, IOException {
        ObjectNode body = call.jsonBody(List.of("addresses", "state", "weight"));
        String state = Call.text(body, "state");
        JsonNode weight = body.hasNonNull("weight") ? body.get("weight") : null;
        if (state == null && weight == null) {
            throw ApiException.invalidField("state", null, "active, drain or down, or a weight");
        }
        if (state != null && !NodeChanges.STATES.contains(state)) {
            throw ApiException.invalidField("state", state, "active, drain or down");
        }
        return apply(call, targets(call, body.get("addresses")), new Wish(state, weight));
    }

    private static List<Target> target(Call call) {
        return List.of(new Target(call.variable("name"), call.variable("address")));
    }

    private static List<Target> targets(Call call, @Nullable JsonNode addresses)
            throws ApiException {
        List<Target> targets = new ArrayList<>();
        if (addresses instanceof ArrayNode list) {
            for (JsonNode address : list) {
                targets.add(new Target(call.variable("name"), address.asText()));
            }
        }
        if (targets.isEmpty()) {
            throw ApiException.invalidField(
                    "addresses",
                    addresses == null ? null : Json.text(addresses),
                    "a list of nodes' addresses, at least one");
        }
        return targets;
    }

    private Reply apply(Call call, List<Target> nodes, Wish wish) throws ApiException {
        String name = call.variable("name");
        Control.Change change = call.change(NodeChanges.words(nodes, wish));
        ApplyResult result = new NodeChanges(control).apply(nodes, wish, change);
        if (result instanceof ApplyResult.NotFound) {
            throw control.tag(Kind.UPSTREAM, name) == null
                    ? noUpstream(call)
                    : ApiException.notFound("upstreams/" + name + " has no node " + missing(nodes));
        }
        return Changes.reply(result, "upstreams/" + name, null);
    }

    private String missing(List<Target> nodes) {
        Document document = control.document();
        Wish nothing = new Wish(null, null);
        List<Target> found = new NodeChanges(control).found(nodes);
        return nodes.stream()
                .filter(node -> !found.contains(node))
                .filter(node -> NodeChanges.edited(document, List.of(node), nothing) == null)
                .map(Target::address)
                .findFirst()
                .orElse("of that address");
    }

    private static ApiException noUpstream(Call call) {
        return ApiException.notFound("there is no upstreams/" + call.variable("name"));
    }
}
