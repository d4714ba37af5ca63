package io.breakwater.config;

import static io.breakwater.config.Setting.Type.CHOICE;
import static io.breakwater.config.Setting.Type.FLAG;
import static io.breakwater.config.Setting.Type.LONG_TEXT;
import static io.breakwater.config.Setting.Type.SECRET;
import static io.breakwater.config.Setting.Type.TEXT;
import static io.breakwater.config.SettingList.choices;
import static io.breakwater.config.SettingList.def;

/// The settings of how connections to nodes begin: TLS and PROXY headers.
final class ConnectionSettings {
    private static final String CERTIFICATE = "\"/etc/ssl/client.pem\"";

    private ConnectionSettings() {}

    static void ofUpstream(SettingList list) {
        list.section("TLS")
                .add(
                        "tls",
                        FLAG,
                        "Whether all nodes are spoken to over TLS, version 1.2 or 1.3. On by itself"
                                + " when a node is written as `https://`.",
                        "true",
                        def(false))
                .add(
                        "sni",
                        TEXT,
                        "The name that nodes are asked for (SNI) and that their certificates have"
                                + " to be valid for. Without it the node's host; an IP address is"
                                + " verified but not sent.",
                        "\"api.example.com\"")
                .add(
                        "verify",
                        FLAG,
                        "Whether nodes' certificates have to be valid: for the name (RFC 9525), in"
                                + " time, and issued by a known authority. Without it anybody in"
                                + " between can read and change what is sent.",
                        "false",
                        def(true))
                .add(
                        "ca",
                        LONG_TEXT,
                        "The authorities that may issue nodes' certificates, or those certificates"
                                + " themselves: PEM text or the absolute path of a file. Without it"
                                + " those that the Java runtime trusts. Files are read when a"
                                + " configuration is applied and on SIGHUP.",
                        "\"/etc/ssl/internal-ca.pem\"")
                .add(
                        "client-cert",
                        LONG_TEXT,
                        "The certificate that nodes are shown, followed by those between it and its"
                                + " authority: PEM text or the absolute path of a file.",
                        CERTIFICATE)
                .add(
                        "client-key",
                        SECRET,
                        "The key of `client-cert`, not encrypted: PEM text or the absolute path of"
                                + " a file. PEM text is not shown again.",
                        "\"/etc/ssl/client.key\"");
    }

    static void proxyProtocol(SettingList list) {
        list.add(
                "proxy-protocol",
                CHOICE,
                "Whether connections begin with a PROXY header that tells nodes of the client and"
                    + " of the address it came to: version 1 (a line) or 2 (binary). A connection"
                    + " then serves one client connection only. Health checks say that they speak"
                    + " for nobody.",
                "\"v2\"",
                def("off"),
                choices("off", "v1", "v2"));
    }
}
