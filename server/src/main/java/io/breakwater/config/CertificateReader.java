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
        return new CertificateConfig(
                name,
                fields.flag("enabled"),
                fields.text("note"),
                domains(fields),
                pem(fields, "certificate"),
                pem(fields, "key"),
                fields.flag("default"));
    }

    private static String pem(Fields fields, String key) {
        String text = TlsReader.pem(fields, key);
        if (text != null) return text;
        if (!fields.has(key))
            fields.problem(key, (String) null, "PEM text or the absolute path of a file");
        return "";
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
