package io.breakwater.config;

import static io.breakwater.config.Setting.Type.CHOICE;
import static io.breakwater.config.Setting.Type.CHOICE_LIST;
import static io.breakwater.config.Setting.Type.DURATION;
import static io.breakwater.config.Setting.Type.FLAG;
import static io.breakwater.config.Setting.Type.INTEGER;
import static io.breakwater.config.Setting.Type.SIZE;
import static io.breakwater.config.Setting.Type.TABLE;
import static io.breakwater.config.Setting.Type.TEXT;
import static io.breakwater.config.Setting.Type.TEXT_LIST;
import static io.breakwater.config.SettingList.choices;
import static io.breakwater.config.SettingList.def;
import static io.breakwater.config.SettingList.list;
import static io.breakwater.config.SettingList.max;
import static io.breakwater.config.SettingList.min;
import static io.breakwater.config.SettingList.names;
import static io.breakwater.config.SettingList.required;

import java.util.List;

/// The settings of servers.
final class ServerSettings {
    private ServerSettings() {}

    static List<Setting> table() {
        SettingList list = new SettingList(Kind.SERVER);
        listening(list);
        ServerTlsSettings.add(list);
        routing(list);
        limits(list);
        http2(list);
        http3(list);
        return list.done();
    }

    private static void listening(SettingList list) {
        list.section("Listening")
                .add(
                        "listen",
                        TEXT_LIST,
                        "Addresses to listen on: `host:port`, IPv6 in brackets, `*:port` for every"
                                + " interface. The same address in two servers is an error. Port 0"
                                + " takes a free port.",
                        "[\"0.0.0.0:8080\", \"[::1]:8081\"]",
                        required())
                .add(
                        "protocols",
                        CHOICE_LIST,
                        "Protocols spoken to clients. Over TLS clients choose one of them (ALPN);"
                                + " on a plain listener h2 means prior knowledge (h2c), see also"
                                + " `h2c-upgrade`. h3, HTTP/3, is experimental: it needs TLS, is"
                                + " spoken on the UDP port of the same number, and shows every"
                                + " client one certificate, the default one.",
                        "[\"http1\"]",
                        list("http1", "h2"),
                        choices("http1", "h2", "h3"));
    }

    private static void routing(SettingList list) {
        list.section("Requests")
                .add(
                        "locations",
                        TEXT_LIST,
                        "Locations that may answer. Their order does not matter: weight decides.",
                        "[\"app\", \"api\"]",
                        list(),
                        names(Kind.LOCATION))
                .add(
                        "access-log",
                        TABLE,
                        "Where requests are logged: a format name, a table of `format` and `file`,"
                            + " or `off`. The formats tiny, short, common, combined and json are"
                            + " built in.",
                        "{ format = \"combined\", file = \"web.log\" }",
                        def("combined"),
                        names(Kind.LOG_FORMAT))
                .add(
                        "access-log.format",
                        TEXT,
                        "A built-in format or the name of a log format; `off` writes nothing.",
                        "\"json\"",
                        def("combined"),
                        names(Kind.LOG_FORMAT))
                .add(
                        "access-log.file",
                        TEXT,
                        "File name inside the log folder. When absent: the log format's `file`,"
                                + " else `<server>.access.log`.",
                        "\"web.log\"")
                .add(
                        "error-page",
                        TEXT,
                        "Error page for this server; the built-in one when absent.",
                        "\"plain\"",
                        names(Kind.ERROR_PAGE))
                .add(
                        "trusted-proxies",
                        TEXT_LIST,
                        "Address blocks whose X-Forwarded-* and Forwarded fields and PROXY headers"
                                + " are believed.",
                        "[\"10.0.0.0/8\", \"::1\"]",
                        list())
                .add(
                        "proxy-protocol",
                        CHOICE,
                        "Whether connections begin with a PROXY header, version 1 or 2, that tells"
                                + " whose they are: those of `trusted-proxies` may (`accept`), or"
                                + " all have to, and come from there (`require`).",
                        "\"accept\"",
                        def("off"),
                        choices("off", "accept", "require"))
                .add(
                        "server-header",
                        FLAG,
                        "Whether answers carry a Server field that names Breakwater.",
                        "true",
                        def(false));
    }

    private static void limits(SettingList list) {
        list.section("Limits and timeouts")
                .add(
                        "max-connections",
                        INTEGER,
                        "Open client connections per listen address; 0 for no limit. One that came"
                                + " when all places were taken is answered 503, unless one has"
                                + " become free by its first request.",
                        "10000",
                        def(0),
                        min("0"))
                .add(
                        "idle-timeout",
                        DURATION,
                        "How long a kept-alive connection may be silent between requests.",
                        "\"30s\"",
                        def("60s"),
                        min("1ms"))
                .add(
                        "header-timeout",
                        DURATION,
                        "How long a request head may take from its first byte to its end.",
                        "\"5s\"",
                        def("10s"),
                        min("1ms"))
                .add(
                        "body-timeout",
                        DURATION,
                        "How long the wait between two reads of a request body may take.",
                        "\"30s\"",
                        def("60s"),
                        min("1ms"))
                .add(
                        "max-header-size",
                        SIZE,
                        "Size of request line and fields together.",
                        "\"32kb\"",
                        def("16kb"),
                        min("1kb"),
                        max("1mb"))
                .add(
                        "max-body-size",
                        SIZE,
                        "Size of a request body; no limit when absent.",
                        "\"100mb\"",
                        min("0"))
                .add(
                        "keep-alive-requests",
                        INTEGER,
                        "Requests on one connection before it is closed; 0 for no limit.",
                        "1000",
                        def(0),
                        min("0"));
    }

    private static void http2(SettingList list) {
        list.section("HTTP/2")
                .add(
                        "http2-max-concurrent-streams",
                        INTEGER,
                        "Requests at once on one HTTP/2 or HTTP/3 connection. Clients are told; a"
                                + " request beyond is refused, for the client to send it again.",
                        "256",
                        def(128),
                        min("1"),
                        max("100000"))
                .add(
                        "http2-max-control-frames",
                        INTEGER,
                        "Frames a second that carry nothing but cost something, on one HTTP/2"
                                + " connection: RST_STREAM both ways, CONTINUATION, PING,"
                                + " SETTINGS, PRIORITY, empty DATA and HEADERS, unknown ones. A"
                                + " connection with more is closed (ENHANCE_YOUR_CALM).",
                        "200",
                        def(1000),
                        min("1"),
                        max("1000000"))
                .add(
                        "http2-max-resets",
                        INTEGER,
                        "Requests a second that may be given up, by RST_STREAM, on one HTTP/2"
                                + " connection. A connection with more is closed"
                                + " (ENHANCE_YOUR_CALM), unless at least as many of its requests"
                                + " are answered.",
                        "500",
                        def(200),
                        min("1"),
                        max("1000000"))
                .add(
                        "h2c-upgrade",
                        FLAG,
                        "Whether a client may turn a plain HTTP/1.1 connection into one of HTTP/2"
                                + " by the Upgrade field. RFC 9113 has given that up; clients that"
                                + " know that h2 is spoken begin with it.",
                        "true",
                        def(false));
    }

    private static void http3(SettingList list) {
        list.section("HTTP/3")
                .add(
                        "alt-svc-port",
                        INTEGER,
                        "Where clients are told that HTTP/3 is (Alt-Svc), when something before"
                                + " this machine maps the UDP port to another one; 0 for the port"
                                + " that is listened on.",
                        "443",
                        def(0),
                        min("0"),
                        max("65535"));
    }
}
