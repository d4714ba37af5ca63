package io.breakwater.config;

import static io.breakwater.config.Setting.Type.CHOICE;
import static io.breakwater.config.Setting.Type.DURATION;
import static io.breakwater.config.Setting.Type.FLAG;
import static io.breakwater.config.Setting.Type.INTEGER;
import static io.breakwater.config.Setting.Type.NODE_LIST;
import static io.breakwater.config.Setting.Type.TABLE;
import static io.breakwater.config.Setting.Type.TEXT;
import static io.breakwater.config.SettingList.choices;
import static io.breakwater.config.SettingList.def;
import static io.breakwater.config.SettingList.max;
import static io.breakwater.config.SettingList.min;
import static io.breakwater.config.SettingList.required;

import java.util.List;

/// The settings of upstreams.
final class UpstreamSettings {
    private UpstreamSettings() {}

    static List<Setting> table() {
        SettingList list = new SettingList(Kind.UPSTREAM);
        nodes(list);
        DiscoverySettings.ofUpstream(list);
        balance(list);
        FailureSettings.ofUpstream(list);
        timeouts(list);
        connections(list);
        ConnectionSettings.proxyProtocol(list);
        ConnectionSettings.ofUpstream(list);
        return list.done();
    }

    private static void nodes(SettingList list) {
        list.section("Nodes")
                .add(
                        "nodes",
                        NODE_LIST,
                        "Nodes: `host:port`, `[v6]:port`, `http://host:port`, `https://host:port`,"
                                + " `unix:/path`, or a table of"
                                + " `address`, `weight`, `backup`, `state` and `max-connections`."
                                + " At least one, unless a file lists them. With `discovery` of"
                                + " `dns`, addresses are names that are looked up, with `srv` names"
                                + " of service records without a port. A name with a dot at its end"
                                + " is looked up as it is, without the system's search list.",
                        "[\"10.0.0.1:80\", { address = \"10.0.0.2:80\", weight = 2 }]")
                .add(
                        "nodes.address",
                        TEXT,
                        "`host:port`, `[v6]:port`, `http://host:port`, `https://host:port` or"
                                + " `unix:/path`.",
                        "\"10.0.0.1:8080\"",
                        required())
                .add(
                        "nodes.weight",
                        INTEGER,
                        "Share of the requests.",
                        "2",
                        def(1),
                        min("1"),
                        max("65535"))
                .add(
                        "nodes.backup",
                        FLAG,
                        "Used only when no other node can be.",
                        "true",
                        def(false))
                .add(
                        "nodes.state",
                        CHOICE,
                        "`active` takes requests, `drain` finishes what it has and keeps the"
                                + " clients that `sticky` binds to it, `down` is not used.",
                        "\"drain\"",
                        def("active"),
                        choices("active", "drain", "down"))
                .add(
                        "nodes.max-connections",
                        INTEGER,
                        "Requests on this node at once, each of which takes a connection unless the"
                                + " `protocol` is `h2`; 0 for no limit. More wait in the `queue`."
                                + " Idle connections are not counted: each I/O selector may keep"
                                + " as many.",
                        "100",
                        def(0),
                        min("0"));
    }

    private static void balance(SettingList list) {
        list.section("Balancing")
                .add(
                        "balance",
                        CHOICE,
                        "How to choose a node: `round-robin` in turn by weight, `least-requests`"
                            + " the one with the fewest requests, `peak-ewma` the one that should"
                            + " answer soonest by its latency and requests, `random-two` the better"
                            + " of two at random, `hash` the same one for the same `hash-on`.",
                        "\"least-requests\"",
                        def("round-robin"),
                        choices("round-robin", "least-requests", "peak-ewma", "random-two", "hash"))
                .add(
                        "hash",
                        CHOICE,
                        "For `hash`: `ketama`, where a lost node moves its own keys only, or"
                                + " `maglev`, which spreads more evenly.",
                        "\"maglev\"",
                        def("ketama"),
                        choices("ketama", "maglev"))
                .add(
                        "hash-on",
                        TEXT,
                        "For `hash`: `ip`, `host`, `path`, `uri`, `header:NAME`, `cookie:NAME` or"
                                + " `query:NAME`. Requests without it are spread at random.",
                        "\"cookie:session\"",
                        def("ip"));
        TrafficSettings.ofUpstream(list);
        list.add(
                        "slow-start",
                        DURATION,
                        "Over how long a node that is new beside others or comes back works up to"
                                + " its share of the requests, counted from its first good check if"
                                + " it is checked; 0s for at once.",
                        "\"30s\"",
                        def("0s"),
                        min("0s"))
                .add(
                        "queue",
                        TABLE,
                        "Who waits when all nodes are at their `max-connections`, first come, first"
                                + " served. Who finds no room or waits too long is answered 503."
                                + " Off without it: 503 at once.",
                        "{ size = 100, timeout = \"5s\" }")
                .add(
                        "queue.size",
                        INTEGER,
                        "How many requests may wait at once.",
                        "1000",
                        def(100),
                        min("1"),
                        max("1000000"))
                .add(
                        "queue.timeout",
                        DURATION,
                        "How long each may wait.",
                        "\"2s\"",
                        def("5s"),
                        min("1ms"));
    }

    private static void timeouts(SettingList list) {
        list.section("Timeouts")
                .add(
                        "connect-timeout",
                        DURATION,
                        "How long one connection may take to open, its TLS handshake included.",
                        "\"2s\"",
                        def("5s"),
                        min("1ms"))
                .add(
                        "response-timeout",
                        DURATION,
                        "How long the response head may take once the request has been sent.",
                        "\"30s\"",
                        def("60s"),
                        min("1ms"))
                .add(
                        "idle-timeout",
                        DURATION,
                        "How long the wait between two reads or writes of a body may take.",
                        "\"30s\"",
                        def("60s"),
                        min("1ms"));
    }

    private static void connections(SettingList list) {
        list.section("Connections")
                .add(
                        "protocol",
                        CHOICE,
                        "What is spoken with the nodes: `http1`, or `h2` for HTTP/2, many requests"
                            + " on one connection, as gRPC needs it: by prior knowledge on plain"
                            + " connections, by ALPN over TLS. `auto` is `h2` where a node chooses"
                            + " it by ALPN, otherwise `http1`.",
                        "\"h2\"",
                        def("http1"),
                        choices("http1", "h2", "auto"))
                .add(
                        "keep-alive",
                        DURATION,
                        "How long an idle connection is kept for the next request.",
                        "\"30s\"",
                        def("90s"),
                        min("0s"))
                .add(
                        "max-idle-connections",
                        INTEGER,
                        "Idle connections kept per node.",
                        "32",
                        def(128),
                        min("0"))
                .add(
                        "max-requests-per-connection",
                        INTEGER,
                        "Requests on one connection before it is closed; 0 for no limit.",
                        "1000",
                        def(0),
                        min("0"));
    }
}
