package io.breakwater.config;

import static io.breakwater.config.Setting.Type.DURATION;
import static io.breakwater.config.Setting.Type.INTEGER;
import static io.breakwater.config.Setting.Type.TABLE;
import static io.breakwater.config.Setting.Type.TEXT;
import static io.breakwater.config.Setting.Type.TEXT_LIST;
import static io.breakwater.config.SettingList.def;
import static io.breakwater.config.SettingList.list;
import static io.breakwater.config.SettingList.max;
import static io.breakwater.config.SettingList.min;

/// The settings of what is done about failing nodes.
final class FailureSettings {
    private FailureSettings() {}

    static void ofUpstream(SettingList list) {
        list.section("Failures");
        retry(list, "`off` for never.");
        outlier(list);
        list.add(
                "health-check",
                TEXT,
                "How each node is asked whether it is well: `tcp://` for a connection,"
                        + " `http://HOST/PATH` for a request, `grpc://HOST/SERVICE` for a call of"
                        + " `grpc.health.v1.Health/Check`, in which host and service may be left"
                        + " out. Options in the query: `interval` (10s), `timeout` (3s), `healthy`"
                        + " (1) good and `unhealthy` (2) bad checks in a row; of a request `expect`"
                        + " (200-399) statuses, `match` a regular expression for the body. `off`"
                        + " for never.",
                "\"http://shop.example/health?interval=5s&expect=200\"",
                def("off"));
    }

    static void ofLocation(SettingList list) {
        retry(list, "The upstream's own settings when absent.");
    }

    private static void retry(SettingList list, String otherwise) {
        list.add(
                        "retry",
                        TABLE,
                        "When another node gets a request that failed. A request that may have had"
                                + " an effect is never sent twice: only idempotent methods are,"
                                + " with bodies of up to 64 kB. "
                                + otherwise,
                        "{ attempts = 2, on = [\"connect-error\", \"reset\"] }")
                .add(
                        "retry.attempts",
                        INTEGER,
                        "Further attempts after one that reached a node. Nodes that refuse the"
                                + " connection are not counted.",
                        "2",
                        def(1),
                        min("0"),
                        max("10"))
                .add(
                        "retry.on",
                        TEXT_LIST,
                        "`connect-error`, `reset` before the response, `timeout` of the response,"
                                + " and the statuses `502`, `503` and `504`.",
                        "[\"connect-error\", \"502\"]",
                        list("connect-error", "reset", "502", "503", "504", "timeout"))
                .add(
                        "retry.budget",
                        INTEGER,
                        "Further attempts of all requests together, in percent of the requests, so"
                                + " that an upstream in trouble is not stormed.",
                        "10",
                        def(20),
                        min("0"),
                        max("100"))
                .add(
                        "retry.timeout",
                        DURATION,
                        "How long the response head of one attempt may take, while another may"
                                + " follow. `response-timeout` otherwise.",
                        "\"2s\"",
                        min("1ms"))
                .add(
                        "retry.hedge",
                        INTEGER,
                        "Asks a second node beside the first when a GET or HEAD has waited for its"
                                + " response longer than this percentile of the upstream's"
                                + " response times in the last minute, and takes the answer that"
                                + " comes first. Paid for by `budget`. Not with `sticky`. 0 for"
                                + " never.",
                        "95",
                        def(0),
                        min("0"),
                        max("99"));
    }

    private static void outlier(SettingList list) {
        list.add(
                        "outlier",
                        TABLE,
                        "When a node is taken out for a while because its answers fail: no"
                            + " connection, reset, timeout, or 502, 503 and 504. Never more than"
                            + " half of the nodes, unless backups or nodes of a later priority are"
                            + " well. `off` for never.",
                        "{ failures = 3, eject = \"30s\" }")
                .add(
                        "outlier.failures",
                        INTEGER,
                        "So many failures in a row; 0 for never.",
                        "3",
                        def(5),
                        min("0"))
                .add(
                        "outlier.error-percent",
                        INTEGER,
                        "Or such a share of failures within `window`; 0 for never.",
                        "50",
                        def(50),
                        min("0"),
                        max("100"))
                .add(
                        "outlier.window",
                        DURATION,
                        "Over how long the share is taken, from a first failure on.",
                        "\"1m\"",
                        def("30s"),
                        min("1s"))
                .add(
                        "outlier.min-requests",
                        INTEGER,
                        "Of how many requests at least the share is taken.",
                        "100",
                        def(20),
                        min("1"))
                .add(
                        "outlier.eject",
                        DURATION,
                        "How long the node is out the first time; longer each time it fails again,"
                                + " up to thirty times as long. Then one request tries it.",
                        "\"30s\"",
                        def("10s"),
                        min("100ms"));
    }
}
