package io.breakwater.config;

import java.net.IDN;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads certificates. Whether they can be used is found out when a configuration is compiled.
final class CertificateReader {
    private static final Pattern NAME =
            Pattern.compile("(\\*\\.)?[a-z0-9_-]{1,63}(\\.[a-z0-9_-]{1,63})*");

    private CertificateReader() {}

    static CertificateConfig read(String name, Fields fields) {
        List<String> domains = domains(fields);
        AcmeConfig acme = AcmeReader.read(fields, domains);
        boolean given = !fields.has("acme");
        return new CertificateConfig(
                name,
                fields.flag("enabled"),
                fields.text("note"),
                domains,
                given ? pem(fields, "certificate") : null,
                given ? pem(fields, "key") : null,
                acme,
                fields.flag("default"));
    }

    private static @Nullable String pem(Fields fields, String key) {
        if (!fields.has(key))
            fields.problem(key, (String) null, "PEM text or the absolute path of a file, or acme");
        return TlsReader.pem(fields, key);
    }

    private static List<String> domains(Fields fields) {
        List<String> domains = new ArrayList<>();
        for (String text : fields.texts("domains")) {
            String ascii = ascii(text);
            if (ascii == null)
                fields.problem("domains", text, "a host name such as example.com or *.example.com");
            else domains.add(ascii);
        }
        return domains.stream().distinct().toList();
    }

    private static @Nullable String ascii(String text) {
        boolean wild = text.startsWith("*.");
        try {
            String rest = IDN.toASCII(wild ? text.substring(2) : text).toLowerCase(Locale.ROOT);
            String name = wild ? "*." + rest : rest;
            return NAME.matcher(name).matches() ? name : null;
        } catch (IllegalArgumentException e) {
            return null; // what no name can be
        }
    }
}
