package io.breakwater.config;

import static io.breakwater.config.Setting.Type.CHOICE;
import static io.breakwater.config.Setting.Type.DECIMAL;
import static io.breakwater.config.Setting.Type.DURATION;
import static io.breakwater.config.Setting.Type.FLAG;
import static io.breakwater.config.Setting.Type.INTEGER;
import static io.breakwater.config.Setting.Type.NODE_LIST;
import static io.breakwater.config.Setting.Type.SIZE;
import static io.breakwater.config.Setting.Type.TABLE;
import static io.breakwater.config.Setting.Type.TEXT;
import static io.breakwater.config.SettingList.choices;
import static io.breakwater.config.SettingList.def;
import static io.breakwater.config.SettingList.max;
import static io.breakwater.config.SettingList.min;
import static io.breakwater.config.SettingList.names;
import static io.breakwater.config.SettingList.required;

/// The settings of who stays where, and of what is sent to whom else.
final class TrafficSettings {
    private TrafficSettings() {}

    static void ofUpstream(SettingList list) {
        cookie(
                list,
                "sticky",
                "A cookie that keeps a client at its node, or `off`; a text is the cookie's name."
                    + " The cookie is signed, names the node without giving it away, and is not"
                    + " passed on to it. A node that drains keeps its clients, one that is out or"
                    + " down loses them to another; when it is at its limit another one answers"
                    + " this once. Upstreams of one host need different names.",
                "{ name = \"node\", ttl = \"1h\" }");
    }

    static void ofLocation(SettingList list) {
        list.add(
                        "split",
                        NODE_LIST,
                        "Upstreams that share the requests by weight, instead of `upstream`: names,"
                                + " or tables of `upstream` and `weight`. One that is not enabled"
                                + " is left out.",
                        "[{ upstream = \"app\", weight = 95 }, { upstream = \"canary\", weight = 5"
                                + " }]")
                .add(
                        "split.upstream",
                        TEXT,
                        "Upstream that takes the share.",
                        "\"canary\"",
                        required(),
                        names(Kind.UPSTREAM))
                .add(
                        "split.weight",
                        INTEGER,
                        "Its share of the requests; 0 for none, also of clients that were sent"
                                + " there before.",
                        "5",
                        def(1),
                        min("0"),
                        max("65535"));
        cookie(
                list,
                "split-sticky",
                "A cookie that keeps a client at the upstream that it was sent to by `split`, or"
                        + " `off`; a text is the cookie's name. Signed and kept from the nodes as"
                        + " `sticky` of upstreams is. New weights are for new clients.",
                "{ name = \"release\", ttl = \"7d\" }");
        mirror(list);
    }

    private static void mirror(SettingList list) {
        list.add(
                        "mirror",
                        TABLE,
                        "Another upstream gets a copy of the requests, marked with `X-Mirror: 1`;"
                                + " its answers are thrown away. Copies are made of all methods, so"
                                + " whatever a POST does is done there, too. They are never sent"
                                + " twice, and given up rather than waited for.",
                        "{ upstream = \"shadow\", percent = 10 }")
                .add(
                        "mirror.upstream",
                        TEXT,
                        "Upstream that gets the copies.",
                        "\"shadow\"",
                        required(),
                        names(Kind.UPSTREAM))
                .add(
                        "mirror.percent",
                        DECIMAL,
                        "Share of the requests that are copied, chosen at random.",
                        "10",
                        def(100),
                        min("0"),
                        max("100"))
                .add(
                        "mirror.max-body-size",
                        SIZE,
                        "Longest request body that is copied; a request with a longer one is not.",
                        "\"16kb\"",
                        def("64kb"),
                        min("0"),
                        max("1mb"))
                .add(
                        "mirror.max-concurrent",
                        INTEGER,
                        "Copies on their way at once; no more are made meanwhile.",
                        "20",
                        def(100),
                        min("1"),
                        max("10000"));
    }

    private static void cookie(SettingList list, String key, String description, String example) {
        list.add(key, TABLE, description, example, def("off"))
                .add(key + ".name", TEXT, "Name of the cookie.", "\"node\"", required())
                .add(
                        key + ".ttl",
                        DURATION,
                        "How long the client is kept from when the cookie was set; as long as the"
                                + " browser runs when absent.",
                        "\"1h\"",
                        min("1s"))
                .add(
                        key + ".path",
                        TEXT,
                        "Paths that the cookie is sent with.",
                        "\"/shop/\"",
                        def("/"))
                .add(
                        key + ".domain",
                        TEXT,
                        "Domain that the cookie is sent to, with all below it; the host alone when"
                                + " absent.",
                        "\"example.com\"")
                .add(
                        key + ".secure",
                        CHOICE,
                        "Whether the cookie is sent over TLS only; `auto` when it was set over"
                                + " TLS.",
                        "\"on\"",
                        def("auto"),
                        choices("auto", "on", "off"))
                .add(
                        key + ".http-only",
                        FLAG,
                        "Whether scripts of the page are kept from the cookie.",
                        "false",
                        def(true))
                .add(
                        key + ".same-site",
                        CHOICE,
                        "With which requests from other sites the cookie is sent: `lax` with"
                            + " navigations, `strict` with none, `none` with all; `off` to leave it"
                            + " to the browser.",
                        "\"strict\"",
                        def("lax"),
                        choices("lax", "strict", "none", "off"));
    }
}
