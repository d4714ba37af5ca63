package io.breakwater.config;

import static io.breakwater.config.Setting.Type.CHOICE;
import static io.breakwater.config.Setting.Type.DURATION;
import static io.breakwater.config.Setting.Type.FLAG;
import static io.breakwater.config.Setting.Type.INTEGER;
import static io.breakwater.config.Setting.Type.LONG_TEXT;
import static io.breakwater.config.Setting.Type.TABLE;
import static io.breakwater.config.Setting.Type.TEXT_LIST;
import static io.breakwater.config.SettingList.choices;
import static io.breakwater.config.SettingList.def;
import static io.breakwater.config.SettingList.list;
import static io.breakwater.config.SettingList.max;
import static io.breakwater.config.SettingList.min;

/// The settings of how servers speak TLS.
final class ServerTlsSettings {
    private ServerTlsSettings() {}

    static void add(SettingList list) {
        list.section("TLS")
                .add(
                        "tls",
                        FLAG,
                        "Whether clients speak TLS. Certificates are chosen by the host that they"
                                + " ask for (SNI). A change is for new connections.",
                        "true",
                        def(false))
                .add(
                        "tls-min-version",
                        CHOICE,
                        "The oldest version of TLS that is spoken.",
                        "\"1.3\"",
                        def("1.2"),
                        choices("1.2", "1.3"))
                .add(
                        "tls-ciphers",
                        TEXT_LIST,
                        "Cipher suites by their standard names, the preferred ones first. Those"
                                + " with forward secrecy and authenticated encryption when empty.",
                        "[\"TLS_AES_256_GCM_SHA384\", \"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384\"]",
                        list())
                .add(
                        "client-auth",
                        CHOICE,
                        "Whether clients show a certificate: not asked for, verified if there is"
                            + " one, or demanded. A verified one is told to nodes in Client-Cert"
                            + " and Client-Cert-Chain (RFC 9440), which clients cannot set. When it"
                            + " is switched on, connections of before end once they are idle.",
                        "\"require\"",
                        def("none"),
                        choices("none", "optional", "require"))
                .add(
                        "client-ca",
                        LONG_TEXT,
                        "The authorities that may issue clients' certificates: PEM text or the"
                                + " absolute path of a file.",
                        "\"/etc/ssl/clients-ca.pem\"");
        redirect(list);
        hsts(list);
    }

    private static void redirect(SettingList list) {
        list.add(
                        "https-redirect",
                        CHOICE,
                        "The status that requests to this server are sent to HTTPS with; `off`"
                                + " answers them. 308 keeps method and body.",
                        "\"308\"",
                        def("off"),
                        choices("off", "301", "302", "307", "308"))
                .add(
                        "https-port",
                        INTEGER,
                        "The port that `https-redirect` sends to.",
                        "8443",
                        def(443),
                        min("1"),
                        max("65535"));
    }

    private static void hsts(SettingList list) {
        list.add(
                        "hsts",
                        TABLE,
                        "Strict-Transport-Security (RFC 6797) on answers over TLS: browsers then"
                                + " use HTTPS only, for as long as said. It cannot be taken back"
                                + " before. `on` stands for its defaults; none without it, or what"
                                + " a node says itself.",
                        "{ max-age = \"365d\", include-subdomains = true }")
                .add(
                        "hsts.max-age",
                        DURATION,
                        "For how long; 0s takes it back.",
                        "\"365d\"",
                        def("180d"))
                .add(
                        "hsts.include-subdomains",
                        FLAG,
                        "Whether it is for all names below the host's, too.",
                        "true",
                        def(false))
                .add(
                        "hsts.preload",
                        FLAG,
                        "Whether browsers may ship it in their lists.",
                        "true",
                        def(false));
    }
}
