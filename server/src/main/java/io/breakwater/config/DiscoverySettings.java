package io.breakwater.config;

import static io.breakwater.config.SettingList.choices;
import static io.breakwater.config.SettingList.def;
import static io.breakwater.config.SettingList.min;

/// The settings of an upstream that finds its nodes by itself.
final class DiscoverySettings {
    private DiscoverySettings() {}

    static void ofUpstream(SettingList list) {
        list.section("Discovery")
                .add(
                        "discovery",
                        Setting.Type.CHOICE,
                        "Where nodes come from: `static` as configured; `dns` each address (A and"
                            + " AAAA) of each configured name, looked up again when its TTL is"
                            + " over; `srv` what the service records of each configured name list,"
                            + " the lowest priority first, the others as backups; `file` a file"
                            + " that is watched. When a look-up fails, finds nothing (NXDOMAIN, an"
                            + " empty list) or the file cannot be read, the nodes found before stay"
                            + " in use.",
                        "\"dns\"",
                        def("static"),
                        choices("static", "dns", "srv", "file"))
                .add(
                        "interval",
                        Setting.Type.DURATION,
                        "For `dns` and `srv`: the longest time between two look-ups, whatever the"
                            + " TTL; without it, the TTL alone says. For `file`: the time between"
                            + " two looks at it, 1s without it.",
                        "\"30s\"",
                        min("1s"))
                .add(
                        "resolver",
                        Setting.Type.TEXT_LIST,
                        "For `dns` and `srv`: DNS servers, asked in this order, as literal"
                            + " addresses with or without a port (53). Without it, the system's:"
                            + " /etc/hosts, then /etc/resolv.conf with its search list.",
                        "[\"10.0.0.53\", \"[fd00::53]:5353\"]")
                .add(
                        "discovery-file",
                        Setting.Type.TEXT,
                        "For `file`: a TOML, JSON or YAML file (by its ending) with a list `nodes`"
                                + " as here. A relative path starts at the installation's folder.",
                        "\"conf/nodes.toml\"");
    }
}
