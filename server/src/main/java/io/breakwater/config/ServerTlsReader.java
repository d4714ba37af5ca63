package io.breakwater.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.breakwater.config.ServerTlsConfig.ClientAuth;
import io.breakwater.config.ServerTlsConfig.Version;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Reads how a server speaks TLS, and what it does for clients that do not.
final class ServerTlsReader {
    private static final List<String> REDIRECTS = List.of("301", "302", "307", "308");

    private ServerTlsReader() {}

    static ServerTlsConfig read(Fields fields, boolean enabled, Document document) {
        boolean on = fields.flag("tls");
        ClientAuth auth = fields.choice("client-auth", ClientAuth.class);
        String ca = TlsReader.pem(fields, "client-ca");
        if (on && auth != ClientAuth.NONE && ca == null && !fields.has("client-ca"))
            fields.problem("client-ca", (String) null, "the authorities of clients' certificates");
        if (on && enabled && !hasCertificate(document))
            fields.problem(
                    "tls", fields.raw("tls"), "off, as there is no certificate: add one first");
        return new ServerTlsConfig(on, version(fields), ciphers(fields), auth, ca);
    }

    private static boolean hasCertificate(Document document) {
        return document.of(Kind.CERTIFICATE).values().stream()
                .anyMatch(body -> !isOff(body.path("enabled")));
    }

    private static boolean isOff(JsonNode flag) {
        return flag.isBoolean() && !flag.booleanValue() || flag.asText().equals("off");
    }

    private static Version version(Fields fields) {
        String text = fields.text("tls-min-version");
        for (Version version : Version.values()) if (version.number().equals(text)) return version;
        fields.problem("tls-min-version", text, "1.2 or 1.3");
        return Version.TLS12;
    }

    private static List<String> ciphers(Fields fields) {
        List<String> ciphers = fields.texts("tls-ciphers");
        if (ciphers.isEmpty()) return ciphers;
        Set<String> known;
        try {
            known = Set.of(SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this runtime has no TLS", e);
        }
        for (String cipher : ciphers)
            if (!known.contains(cipher))
                fields.problem(
                        "tls-ciphers",
                        cipher,
                        "the standard name of a cipher suite of this runtime; nearest: "
                                + Nearest.of(cipher, known));
        return ciphers;
    }

    /// The status of the redirection; 0 for none.
    static int redirect(Fields fields, ServerTlsConfig tls) {
        JsonNode written = fields.raw("https-redirect");
        if (written == null || Resilience.isOff(written)) return 0;
        if (tls.on())
            fields.problem("https-redirect", written, "off, as all requests come over TLS");
        if (REDIRECTS.contains(written.asText())) return Integer.parseInt(written.asText());
        fields.problem("https-redirect", written, "off or one of " + String.join(", ", REDIRECTS));
        return 0;
    }

    /// The field's value (RFC 6797 §6.1).
    static @Nullable String hsts(Fields fields) {
        JsonNode written = fields.raw("hsts");
        if (written == null || Resilience.isOff(written)) return null;
        Fields table =
                written.asText().equals("on")
                        ? fields.inside("hsts", "hsts", JsonNodeFactory.instance.objectNode())
                        : fields.table("hsts");
        if (table == null) return null;
        Duration age = table.duration("max-age");
        boolean sub = table.flag("include-subdomains");
        boolean preload = table.flag("preload");
        if (preload && !sub)
            table.problem("preload", "true", "false, or include-subdomains: lists demand it");
        table.reportUnknown();
        return "max-age="
                + age.toSeconds()
                + (sub ? "; includeSubDomains" : "")
                + (preload ? "; preload" : "");
    }
}
