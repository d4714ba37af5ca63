package io.breakwater.config;

import static io.breakwater.config.Setting.Type.CHOICE;
import static io.breakwater.config.Setting.Type.DURATION;
import static io.breakwater.config.Setting.Type.FLAG;
import static io.breakwater.config.Setting.Type.LONG_TEXT;
import static io.breakwater.config.Setting.Type.SECRET;
import static io.breakwater.config.Setting.Type.TABLE;
import static io.breakwater.config.Setting.Type.TEXT;
import static io.breakwater.config.Setting.Type.TEXT_LIST;
import static io.breakwater.config.SettingList.choices;
import static io.breakwater.config.SettingList.def;
import static io.breakwater.config.SettingList.min;

/// The settings of certificates that are obtained by ACME.
final class AcmeSettings {
    private AcmeSettings() {}

    static void ofCertificate(SettingList list) {
        list.section("Obtained by ACME")
                .add(
                        "acme",
                        TABLE,
                        "Obtains the certificate for `domains` from an authority (ACME, RFC 8555)"
                                + " and renews it in the background, in place of `certificate` and"
                                + " `key`. Whoever sets it agrees to the authority's terms of"
                                + " service.",
                        "{ directory = \"letsencrypt\", email = \"admin@example.com\" }");
        authority(list);
        proof(list);
        account(list);
    }

    private static void authority(SettingList list) {
        list.add(
                        "acme.directory",
                        TEXT,
                        "The authority: `letsencrypt`, `zerossl`, `google` or the https:// URL of a"
                                + " directory.",
                        "\"https://ca.example.com/acme/directory\"",
                        def("letsencrypt"))
                .add(
                        "acme.staging",
                        FLAG,
                        "Uses the staging environment of `letsencrypt` or `google`, whose"
                                + " certificates nobody trusts and whose limits are wide, for first"
                                + " tries.",
                        "true",
                        def(false))
                .add(
                        "acme.ca",
                        LONG_TEXT,
                        "Who is trusted for the directory's own TLS: PEM text or the absolute path"
                                + " of a file. Without it, the authorities that the Java runtime"
                                + " trusts.",
                        "\"/etc/ssl/private-ca.pem\"");
    }

    private static void proof(SettingList list) {
        list.add(
                        "acme.challenge",
                        CHOICE,
                        "How the authority finds out that the names are ours: `http-01` asks port"
                            + " 80 of each name, where any server without TLS answers it;"
                            + " `tls-alpn-01` asks port 443, where any server with TLS does;"
                            + " `dns-01` asks for a TXT record that `dns-hook` publishes, and is"
                            + " the one for wildcards.",
                        "\"dns-01\"",
                        def("http-01"),
                        choices("http-01", "tls-alpn-01", "dns-01"))
                .add(
                        "acme.dns-hook",
                        TEXT_LIST,
                        "For `dns-01`: a program by its absolute path, and its first arguments. It"
                            + " is run without a shell as `program … present DOMAIN RECORD VALUE`,"
                            + " and returns when the record can be seen, at most 10 minutes later;"
                            + " `cleanup` takes the record away. What it writes stands in the"
                            + " order's story.",
                        "[\"/usr/local/bin/dns-hook\", \"--zone\", \"example.com\"]");
    }

    private static void account(SettingList list) {
        list.add("acme.email", TEXT, "Whom the authority writes to.", "\"admin@example.com\"")
                .add(
                        "acme.eab-kid",
                        TEXT,
                        "The key id of an account at the authority that the ACME account is bound"
                                + " to (external account binding).",
                        "\"kid-1\"")
                .add(
                        "acme.eab-hmac",
                        SECRET,
                        "The key that goes with `eab-kid`, in base64url, or the absolute path of a"
                                + " file with it. Text is sealed in the store and not shown again.",
                        "\"/etc/breakwater/eab-hmac\"")
                .add(
                        "acme.key-type",
                        CHOICE,
                        "The kind of the certificate's private key. Each certificate gets a new"
                                + " one.",
                        "\"rsa2048\"",
                        def("ec256"),
                        choices("ec256", "ec384", "rsa2048", "rsa3072", "rsa4096"))
                .add(
                        "acme.renew-before",
                        DURATION,
                        "How long before its end it is renewed: at most half of its lifetime; a"
                                + " third of its lifetime when not set.",
                        "\"30d\"",
                        min("1h"));
    }
}
