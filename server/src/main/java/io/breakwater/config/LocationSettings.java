package io.breakwater.config;

import static io.breakwater.config.Setting.Type.CHOICE;
import static io.breakwater.config.Setting.Type.DURATION;
import static io.breakwater.config.Setting.Type.FLAG;
import static io.breakwater.config.Setting.Type.INTEGER;
import static io.breakwater.config.Setting.Type.LONG_TEXT;
import static io.breakwater.config.Setting.Type.SIZE;
import static io.breakwater.config.Setting.Type.TABLE;
import static io.breakwater.config.Setting.Type.TEXT;
import static io.breakwater.config.Setting.Type.TEXT_LIST;
import static io.breakwater.config.SettingList.choices;
import static io.breakwater.config.SettingList.def;
import static io.breakwater.config.SettingList.emptyTable;
import static io.breakwater.config.SettingList.list;
import static io.breakwater.config.SettingList.max;
import static io.breakwater.config.SettingList.min;
import static io.breakwater.config.SettingList.names;
import static io.breakwater.config.SettingList.required;

import java.util.List;

/// The settings of locations.
final class LocationSettings {
    private LocationSettings() {}

    static List<Setting> table() {
        SettingList list = new SettingList(Kind.LOCATION);
        matching(list);
        answer(list);
        fixedAnswer(list);
        change(list, "request-headers", "the request sent upstream", "X-Site = \"$host\"");
        change(list, "response-headers", "the response", "X-Frame-Options = \"DENY\"");
        forwarding(list);
        transform(list);
        limits(list);
        return list.done();
    }

    private static void matching(SettingList list) {
        list.section("Match")
                .add(
                        "host",
                        TEXT_LIST,
                        "Hosts: exact, `*.example.com` or `~regex`; any host when empty. Case does"
                                + " not matter. Named captures become variables.",
                        "[\"example.com\", \"*.example.com\"]",
                        list())
                .add(
                        "path",
                        TEXT,
                        "Path: `=/exact`, `/prefix`, `~regex`, or empty for any. A prefix is a"
                                + " plain one: `/api` matches `/apix` too.",
                        "\"/api/\"",
                        def(""))
                .add(
                        "methods",
                        TEXT_LIST,
                        "Methods; all when empty.",
                        "[\"GET\", \"HEAD\"]",
                        list())
                .add(
                        "match-headers",
                        TEXT_LIST,
                        "Conditions on fields, all of which must hold: `name` present, `name:value`"
                                + " equal, `name:~regex`.",
                        "[\"X-Beta:1\"]",
                        list())
                .add(
                        "match-query",
                        TEXT_LIST,
                        "Conditions on query parameters, written as for match-headers.",
                        "[\"debug\"]",
                        list())
                .add(
                        "match-cookies",
                        TEXT_LIST,
                        "Conditions on cookies, written as for match-headers.",
                        "[\"group:~^(a|b)$\"]",
                        list())
                .add(
                        "weight",
                        INTEGER,
                        "Overrides the computed weight; the location with the highest weight that"
                                + " matches answers.",
                        "70000",
                        min("0"),
                        max("1000000"));
    }

    private static void answer(SettingList list) {
        list.section("Answer")
                .add(
                        "upstream",
                        TEXT,
                        "Upstream that answers, or a text with a captured variable such as `$name`."
                                + " A location has exactly one of upstream, split, respond and"
                                + " redirect.",
                        "\"app\"",
                        names(Kind.UPSTREAM));
        TrafficSettings.ofLocation(list);
        list.add(
                        "rewrite",
                        TEXT_LIST,
                        "Rules `regex replacement` for the path, with `$1` and `${name}`; the first"
                                + " that matches wins.",
                        "[\"^/v1/(.*)$ /$1\"]",
                        list())
                .add(
                        "cache",
                        TEXT,
                        "Cache policy; nothing is stored when absent.",
                        "\"pages\"",
                        names(Kind.CACHE_POLICY))
                .add(
                        "websocket",
                        FLAG,
                        "Whether a request to change the protocol of the connection is passed on:"
                            + " an Upgrade to WebSocket or another protocol over HTTP/1.1, an"
                            + " extended CONNECT over HTTP/2. If not, Upgrade is ignored and the"
                            + " request relayed as any other; an extended CONNECT is refused.",
                        "false",
                        def(true))
                .add(
                        "grpc-web",
                        FLAG,
                        "Whether calls of gRPC-Web, as browsers make them (`application/grpc-web`"
                                + " and `application/grpc-web-text`, over any HTTP version), become"
                                + " calls of gRPC, and the answers what browsers understand. Wants"
                                + " an upstream with `protocol = \"h2\"`.",
                        "true",
                        def(false))
                .add(
                        "tunnel-idle-timeout",
                        DURATION,
                        "How long a connection whose protocol was changed may be silent both ways;"
                                + " `timeout` ends with the handshake.",
                        "\"10m\"",
                        def("1h"),
                        min("1s"));
    }

    private static void fixedAnswer(SettingList list) {
        list.add(
                        "respond",
                        TABLE,
                        "A fixed answer instead of an upstream.",
                        "{ status = 403, body = \"not here\" }")
                .add(
                        "respond.status",
                        INTEGER,
                        "Status of the answer.",
                        "403",
                        def(200),
                        min("200"),
                        max("599"))
                .add("respond.body", LONG_TEXT, "Body; variables work.", "\"no\"", def(""))
                .add(
                        "respond.headers",
                        TABLE,
                        "Fields of the answer; variables work.",
                        "{ Content-Type = \"text/plain\" }",
                        emptyTable())
                .add(
                        "redirect",
                        TABLE,
                        "A redirection instead of an upstream.",
                        "{ to = \"https://$host$uri\", status = 308 }")
                .add(
                        "redirect.to",
                        TEXT,
                        "Target; variables work.",
                        "\"https://$host$uri\"",
                        required())
                .add(
                        "redirect.status",
                        INTEGER,
                        "Status of the redirection.",
                        "301",
                        def(308),
                        choices("301", "302", "303", "307", "308"));
    }

    private static void change(SettingList list, String key, String what, String sample) {
        list.section("Header fields")
                .add(
                        key,
                        TABLE,
                        "Operations on the fields of "
                                + what
                                + ", done in the order remove, set,"
                                + " add, default. Values may hold variables.",
                        "{ set = { " + sample + " }, remove = [\"X-Debug\"] }",
                        emptyTable())
                .add(key + ".set", TABLE, "Replaces fields.", "{ " + sample + " }", emptyTable())
                .add(
                        key + ".add",
                        TABLE,
                        "Adds values beside those present.",
                        "{ " + sample + " }",
                        emptyTable())
                .add(key + ".remove", TEXT_LIST, "Takes fields away.", "[\"X-Debug\"]", list())
                .add(
                        key + ".default",
                        TABLE,
                        "Sets fields that are absent.",
                        "{ " + sample + " }",
                        emptyTable());
    }

    private static void forwarding(SettingList list) {
        list.add(
                        "forwarded",
                        TABLE,
                        "Which forwarding fields the upstream gets: x-forwarded, rfc7239, both or"
                                + " off, or a table of `headers` and `host`.",
                        "{ headers = \"both\", host = \"upstream\" }",
                        def("x-forwarded"),
                        choices("x-forwarded", "rfc7239", "both", "off"))
                .add(
                        "forwarded.headers",
                        CHOICE,
                        "X-Forwarded-For, -Proto, -Host and -Port, or Forwarded, or both, or none.",
                        "\"both\"",
                        def("x-forwarded"),
                        choices("x-forwarded", "rfc7239", "both", "off"))
                .add(
                        "forwarded.host",
                        TEXT,
                        "The Host that the upstream gets: `preserve` the client's, `upstream` for"
                                + " the node's address, or a text with variables.",
                        "\"upstream\"",
                        def("preserve"));
    }

    private static void transform(SettingList list) {
        list.section("Body")
                .add(
                        "transform",
                        TABLE,
                        "A filter on response bodies that replaces literal texts as they stream.",
                        "{ replace = [{ from = \"http://\", to = \"https://\" }] }")
                .add(
                        "transform.replace",
                        TABLE,
                        "List of tables of `from` (not empty) and `to`, tried in the given order.",
                        "[{ from = \"a\", to = \"b\" }]",
                        required())
                .add(
                        "transform.types",
                        TEXT_LIST,
                        "Media types that are filtered, such as `text/html` or `text/*`.",
                        "[\"text/*\"]",
                        list("text/html"));
        CompressionSettings.ofLocation(list);
    }

    private static void limits(SettingList list) {
        list.section("Limits and timeouts")
                .add(
                        "max-body-size",
                        SIZE,
                        "Size of a request body; the server's limit when absent.",
                        "\"10mb\"",
                        min("0"))
                .add(
                        "max-concurrent",
                        INTEGER,
                        "Requests at once; 0 for no limit.",
                        "100",
                        def(0),
                        min("0"))
                .add(
                        "adaptive-concurrency",
                        TABLE,
                        "A limit of requests at once that finds itself: it grows as long as more"
                                + " requests are answered as quickly as few, and shrinks when they"
                                + " begin to wait for one another. More are answered 503. Off when"
                                + " absent.",
                        "{ min = 10, max = 500 }")
                .add(
                        "adaptive-concurrency.min",
                        INTEGER,
                        "Where it never falls below.",
                        "10",
                        def(5),
                        min("1"),
                        max("1000000"))
                .add(
                        "adaptive-concurrency.max",
                        INTEGER,
                        "Where it never rises above.",
                        "500",
                        def(1000),
                        min("1"),
                        max("1000000"))
                .add(
                        "timeout",
                        DURATION,
                        "How long a whole exchange may take; no limit when absent.",
                        "\"2m\"",
                        min("1ms"));
        FailureSettings.ofLocation(list);
    }
}
