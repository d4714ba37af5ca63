package io.breakwater.config;

import static io.breakwater.config.Setting.Type.FLAG;
import static io.breakwater.config.Setting.Type.LONG_TEXT;
import static io.breakwater.config.Setting.Type.SECRET;
import static io.breakwater.config.Setting.Type.TEXT_LIST;
import static io.breakwater.config.SettingList.def;
import static io.breakwater.config.SettingList.list;

import java.util.List;

/// The settings of certificates.
final class CertificateSettings {
    private CertificateSettings() {}

    static List<Setting> table() {
        SettingList list = new SettingList(Kind.CERTIFICATE);
        list.section("Names")
                .add(
                        "domains",
                        TEXT_LIST,
                        "Host names that it is shown for; `*.example.com` for all of one label"
                                + " more. All that it is valid for when empty. A name in full wins"
                                + " over a wildcard; of an RSA and an EC certificate for one name"
                                + " clients get the one that they can use, EC first.",
                        "[\"example.com\", \"*.example.com\"]",
                        list())
                .add(
                        "default",
                        FLAG,
                        "Whether it is shown to clients that ask for no host or for one that no"
                            + " certificate is for. Without a default such clients are refused.",
                        "true",
                        def(false))
                .section("Certificate and key")
                .add(
                        "certificate",
                        LONG_TEXT,
                        "The certificate, followed by those between it and its authority: PEM text"
                                + " or the absolute path of a file. A file that changes is read"
                                + " again within seconds.",
                        "\"/etc/ssl/example.com/fullchain.pem\"")
                .add(
                        "key",
                        SECRET,
                        "Its private key (RSA, EC or EdDSA), not encrypted: PEM text or the"
                            + " absolute path of a file. PEM text is sealed in the store and not"
                            + " shown again.",
                        "\"/etc/ssl/example.com/privkey.pem\"");
        AcmeSettings.ofCertificate(list);
        return list.done();
    }
}
