package io.breakwater.config;

import static io.breakwater.config.Setting.Type.CHOICE;
import static io.breakwater.config.Setting.Type.CHOICE_LIST;
import static io.breakwater.config.Setting.Type.DURATION;
import static io.breakwater.config.Setting.Type.FLAG;
import static io.breakwater.config.Setting.Type.INTEGER;
import static io.breakwater.config.Setting.Type.SIZE;
import static io.breakwater.config.Setting.Type.TABLE;
import static io.breakwater.config.Setting.Type.TEXT_LIST;
import static io.breakwater.config.SettingList.choices;
import static io.breakwater.config.SettingList.def;
import static io.breakwater.config.SettingList.emptyTable;
import static io.breakwater.config.SettingList.list;
import static io.breakwater.config.SettingList.max;
import static io.breakwater.config.SettingList.min;

import java.util.List;

/// The settings of cache policies.
final class CachePolicySettings {
    private CachePolicySettings() {}

    static List<Setting> table() {
        SettingList list = new SettingList(Kind.CACHE_POLICY);
        storage(list);
        conditions(list);
        freshness(list);
        key(list);
        stale(list);
        filling(list);
        purging(list);
        return list.done();
    }

    private static void storage(SettingList list) {
        list.section("What is stored")
                .add(
                        "min-uses",
                        INTEGER,
                        "From which request for a URL on its response is stored; those before it"
                                + " pass. 2 keeps what is asked for only once out of the store.",
                        "2",
                        def(1),
                        min("1"),
                        max("255"))
                .add(
                        "methods",
                        CHOICE_LIST,
                        "Methods whose responses are stored. GET and HEAD always are. POST is for"
                            + " upstreams whose answers to POST say how long they are fresh and, in"
                            + " Content-Location, that a GET of the same URL would get them too"
                            + " (RFC 9110, 9.3.3); all others pass as before.",
                        "[\"GET\", \"HEAD\", \"POST\"]",
                        list("GET", "HEAD"),
                        choices("GET", "HEAD", "POST"))
                .add(
                        "set-cookie",
                        CHOICE,
                        "What is done with responses that set cookies: refuse to store them,"
                            + " whatever else they say; strip the cookies and store the rest; or"
                            + " store them as they are, so that every client gets the same cookie.",
                        "\"strip\"",
                        def("refuse"),
                        choices("refuse", "strip", "store"));
    }

    private static void key(SettingList list) {
        list.section("Key")
                .add(
                        "key",
                        TABLE,
                        "What tells stored responses apart: by default scheme, host, path and the"
                                + " query as it is. What is left out must not change the response."
                                + " Changing this makes what is stored unfindable until it is"
                                + " changed back.",
                        "{ query = \"exclude\", query-names = [\"utm_source\"], sort = true }",
                        emptyTable())
                .add("key.scheme", FLAG, "Tells http and https apart.", "false", def(true))
                .add(
                        "key.host",
                        FLAG,
                        "Tells hosts apart. Turn it off only where all hosts of a location serve"
                                + " the same.",
                        "false",
                        def(true))
                .add("key.path", FLAG, "Tells paths apart.", "false", def(true))
                .add(
                        "key.query",
                        CHOICE,
                        "Which parameters of the query count: all, none, those in query-names"
                                + " (include), or all but those (exclude).",
                        "\"none\"",
                        def("all"),
                        choices("all", "none", "include", "exclude"))
                .add(
                        "key.query-names",
                        TEXT_LIST,
                        "Names of parameters for include and exclude.",
                        "[\"id\", \"page\"]",
                        list())
                .add(
                        "key.sort",
                        FLAG,
                        "Whether the order of parameters does not matter.",
                        "true",
                        def(false))
                .add(
                        "key.headers",
                        TEXT_LIST,
                        "Request fields whose values count.",
                        "[\"X-Tenant\"]",
                        list())
                .add(
                        "key.cookies",
                        TEXT_LIST,
                        "Cookies whose values count.",
                        "[\"currency\"]",
                        list())
                .add(
                        "ignore-vary",
                        TEXT_LIST,
                        "Request fields in Vary of responses that do not count, for upstreams that"
                                + " name more than they look at; `*` stands for `Vary: *`.",
                        "[\"User-Agent\"]",
                        list());
    }

    private static void freshness(SettingList list) {
        list.section("How long")
                .add(
                        "origin-directives",
                        CHOICE,
                        "Whether responses may say themselves how long they are fresh and whether"
                                + " they may be stored (Cache-Control, Expires, CDN-Cache-Control,"
                                + " Surrogate-Control). Ignored, only this policy counts, and"
                                + " private and no-store responses are stored too: only for"
                                + " upstreams whose responses are the same for all clients.",
                        "\"ignore\"",
                        def("honour"),
                        choices("honour", "ignore"))
                .add(
                        "request-directives",
                        CHOICE,
                        "Whether clients may ask for newer responses (Cache-Control and Pragma of"
                                + " requests, as a browser's reload sends them). Ignored, a reload"
                                + " is answered from the store, too.",
                        "\"ignore\"",
                        def("honour"),
                        choices("honour", "ignore"))
                .add(
                        "ttl",
                        TABLE,
                        "How long responses answer without the upstream being asked (are fresh) if"
                            + " they do not say so themselves, by status or class; a status wins"
                            + " over its class. `0s`: not stored.",
                        "{ \"200\" = \"10m\", \"404\" = \"1m\", 5xx = \"0s\" }",
                        emptyTable())
                .add(
                        "default-ttl",
                        DURATION,
                        "The same for other statuses that may be stored. When absent, a tenth of"
                            + " the time since Last-Modified, at most a day; without Last-Modified"
                            + " not at all: the upstream is asked each time.",
                        "\"1m\"",
                        min("0s"))
                .add(
                        "max-ttl",
                        DURATION,
                        "How long any response is fresh at most, whatever it says itself.",
                        "\"1h\"",
                        min("0s"));
    }

    private static void stale(SettingList list) {
        list.section("Stale responses")
                .add(
                        "stale-on-error",
                        DURATION,
                        "A spare for failures: how long after its time (stale) a response still"
                            + " answers while nodes cannot be reached, do not answer in time, or"
                            + " answer 500, 502, 503 or 504. stale-if-error of the response wins"
                            + " over this; one that forbids it (must-revalidate, no-cache,"
                            + " s-maxage) never answers stale.",
                        "\"1d\"",
                        def("1h"),
                        min("0s"))
                .add(
                        "stale-while-updating",
                        DURATION,
                        "How long after its time a response still answers while it is fetched anew,"
                                + " so that nobody waits for the upstream. stale-while-revalidate"
                                + " of the response wins over this, with the same exceptions.",
                        "\"1m\"",
                        def("10s"),
                        min("0s"))
                .add(
                        "background-refresh",
                        FLAG,
                        "Whether the request that finds a response stale is answered at once, too,"
                                + " while it is fetched anew in the background; otherwise that one"
                                + " waits, and only the others do not.",
                        "false",
                        def(true));
    }

    private static void conditions(SettingList list) {
        list.add(
                        "bypass",
                        TEXT_LIST,
                        "Requests that go to the upstream as if nothing were stored, and whose"
                            + " responses may be stored: `header:Name`, `cookie:name`, `query:name`"
                            + " or `$variable`, alone, with `:value` or with `:~regex`;"
                            + " `path:/prefix`, `path:=/exact`, `path:~regex`. One that holds is"
                            + " enough.",
                        "[\"cookie:session\", \"query:preview:1\", \"path:/admin/\"]",
                        list())
                .add(
                        "no-store",
                        TEXT_LIST,
                        "Requests whose responses are not stored, written as for bypass.",
                        "[\"header:X-Preview\", \"cookie:session\"]",
                        list());
    }

    private static void filling(SettingList list) {
        list.section("Large objects and waiting")
                .add(
                        "max-object-size",
                        SIZE,
                        "Largest response body that is stored.",
                        "\"16mb\"",
                        def("64mb"),
                        min("0"))
                .add(
                        "slice",
                        SIZE,
                        "Responses longer than this are fetched and stored in slices of this size,"
                                + " each only when somebody wants bytes of it, so that ranges of"
                                + " large files need not wait for the whole; max-object-size does"
                                + " not count for them. Needs an origin that answers Range, with"
                                + " ETag or Last-Modified. Absent or `off`: whole.",
                        "\"1mb\"",
                        min("4kb"),
                        max("1gb"))
                .add(
                        "collapse",
                        FLAG,
                        "Whether requests for a response that is being fetched share that fetch"
                                + " instead of going to the upstream too.",
                        "false",
                        def(true))
                .add(
                        "lock-timeout",
                        DURATION,
                        "How long they wait for its header before they go to the upstream on their"
                                + " own.",
                        "\"1s\"",
                        def("5s"),
                        min("0s"),
                        max("10m"))
                .add(
                        "keep-filling",
                        SIZE,
                        "A response that is on its way is stored even when all its clients have"
                                + " left, up to this size or when half of it is there.",
                        "\"1mb\"",
                        def("8mb"),
                        min("0"));
    }

    private static void purging(SettingList list) {
        list.section("Purging and debugging")
                .add(
                        "tag-headers",
                        TEXT_LIST,
                        "Response fields that hold tags, parted by blanks or commas. Responses with"
                                + " a tag can be purged together.",
                        "[\"Surrogate-Key\"]",
                        list("Surrogate-Key", "Cache-Tag"))
                .add(
                        "purge-from",
                        TEXT_LIST,
                        "Addresses and blocks of clients whose PURGE requests are obeyed; nobody's"
                                + " when empty.",
                        "[\"10.0.0.0/8\", \"::1\"]",
                        list())
                .add(
                        "debug-headers",
                        FLAG,
                        "Whether responses tell in Cache-Status (RFC 9211) what the cache did, and"
                                + " by which key.",
                        "true",
                        def(false));
    }
}
