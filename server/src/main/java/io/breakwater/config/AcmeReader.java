package io.breakwater.config;

import io.breakwater.config.AcmeConfig.Challenge;
import io.breakwater.config.AcmeConfig.KeyType;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads how a certificate is obtained.
final class AcmeReader {
    private static final Map<String, String> DIRECTORIES =
            Map.of(
                    "letsencrypt", "https://acme-v02.api.letsencrypt.org/directory",
                    "zerossl", "https://acme.zerossl.com/v2/DV90",
                    "google", "https://dv.acme-v02.api.pki.goog/directory");
    private static final Map<String, String> STAGING =
            Map.of(
                    "letsencrypt", "https://acme-staging-v02.api.letsencrypt.org/directory",
                    "google", "https://dv.acme-v02.test-api.pki.goog/directory");
    private static final String HMAC = "[A-Za-z0-9_-]+=*";

    private final Fields fields;

    private AcmeReader(Fields fields) {
        this.fields = fields;
    }

    /// Reads `acme`.
    ///
    /// @param fields of the certificate
    /// @param domains its names
    /// @return null without `acme`
    static @Nullable AcmeConfig read(Fields fields, List<String> domains) {
        Fields table = fields.table("acme");
        if (table == null) return null;
        for (String key : List.of("certificate", "key"))
            if (fields.has(key)) fields.problem(key, "text", "absent, as acme obtains it");
        if (domains.isEmpty())
            fields.problem("domains", (String) null, "the names to obtain it for, as acme is set");
        AcmeConfig config = new AcmeReader(table).read(domains);
        table.reportUnknown();
        return config;
    }

    private AcmeConfig read(List<String> domains) {
        Challenge challenge = fields.choice("challenge", Challenge.class);
        if (challenge != Challenge.DNS_01)
            for (String domain : domains)
                if (domain.startsWith("*."))
                    fields.problem(
                            "challenge",
                            fields.text("challenge"),
                            "dns-01, as only that is for wildcards such as " + domain);
        String kid = fields.textOrNull("eab-kid");
        String hmac = hmac();
        if (kid != null && !fields.has("eab-hmac"))
            fields.problem("eab-hmac", (String) null, "the key that goes with eab-kid");
        if (kid == null && hmac != null)
            fields.problem("eab-kid", (String) null, "the key id that goes with eab-hmac");
        return new AcmeConfig(
                directory(),
                email(),
                challenge,
                hook(challenge),
                kid,
                hmac,
                fields.choice("key-type", KeyType.class),
                TlsReader.pem(fields, "ca"),
                fields.durationOrNull("renew-before"));
    }

    private URI directory() {
        String text = fields.text("directory");
        boolean staging = fields.flag("staging");
        String known = (staging ? STAGING : DIRECTORIES).get(text);
        if (known != null) return URI.create(known);
        if (staging)
            fields.problem(
                    "staging", "true", "false: only letsencrypt and google have one by that name");
        else if (!DIRECTORIES.containsKey(text)) {
            try {
                URI uri = new URI(text);
                if ("https".equals(uri.getScheme()) && uri.getHost() != null) return uri;
            } catch (URISyntaxException e) {
                // Told below.
            }
            fields.problem(
                    "directory", text, "letsencrypt, zerossl, google or an https:// URL of one");
        }
        return URI.create("https://invalid/");
    }

    private @Nullable String email() {
        String text = fields.textOrNull("email");
        if (text == null || text.matches("[^\\s@,?]+@[^\\s@,?]+")) return text;
        fields.problem("email", text, "an address such as admin@example.com");
        return null;
    }

    private @Nullable String hmac() {
        String text = fields.textOrNull("eab-hmac");
        if (text == null || text.startsWith("/") || text.matches(HMAC)) return text;
        boolean mark = Secrets.isMark(text);
        fields.problem(
                "eab-hmac",
                mark ? text : "text",
                "base64url text or the absolute path of a file"
                        + (mark ? ": this stands for a key that is not known here" : ""));
        return null;
    }

    private List<String> hook(Challenge challenge) {
        List<String> words = fields.texts("dns-hook");
        if (challenge != Challenge.DNS_01) {
            if (!words.isEmpty())
                fields.problem("dns-hook", fields.raw("dns-hook"), "absent: it is for dns-01");
            return List.of();
        }
        String program = words.isEmpty() ? null : words.getFirst();
        if (program == null || !program.startsWith("/") || program.indexOf('\0') >= 0)
            fields.problem("dns-hook", program, "a program by its absolute path, for dns-01");
        return words;
    }
}
