package io.breakwater.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads how an upstream speaks TLS. It does when `tls` says so or a node is written as `https://`.
final class TlsReader {
    private static final Pattern LABELS = Pattern.compile("[^.]{1,63}(\\.[^.]{1,63})*");
    private static final String PEM = "-----BEGIN ";

    private final Fields fields;

    private TlsReader(Fields fields) {
        this.fields = fields;
    }

    static TlsConfig read(Fields fields) {
        return new TlsReader(fields).read();
    }

    private TlsConfig read() {
        String secure = node("https://");
        boolean on = fields.flag("tls") || (secure != null && !fields.has("tls"));
        String plain = node("http://");
        if (secure != null && !on) fields.problem("nodes", secure, "http:// because tls is off");
        if (plain != null && on)
            fields.problem("nodes", plain, "https:// as tls is on, which is for all nodes alike");
        boolean verify = fields.flag("verify");
        String sni = sni();
        String socket = node("unix:");
        if (on && verify && sni == null && socket != null)
            fields.problem(
                    "sni", (String) null, "the name that the certificate of " + socket + " is for");
        String cert = pem("client-cert");
        String key = pem("client-key");
        if (on && cert != null && key == null)
            fields.problem("client-key", (String) null, "the key of client-cert");
        if (on && cert == null && key != null)
            fields.problem("client-cert", (String) null, "the certificate of client-key");
        return new TlsConfig(on, sni, verify, pem("ca"), cert, key);
    }

    /// The first node that is written with a prefix.
    private @Nullable String node(String prefix) {
        JsonNode nodes = fields.raw("nodes");
        if (nodes == null) return null;
        for (JsonNode node : nodes) {
            JsonNode address = node.isTextual() ? node : node.path("address");
            if (address.asText().startsWith(prefix)) return address.asText();
        }
        return null;
    }

    private @Nullable String sni() {
        String name = fields.textOrNull("sni");
        if (name == null) return null;
        if (LABELS.matcher(name).matches() && HostPort.parse(name + ":1") != null) return name;
        fields.problem("sni", name, "a host name such as api.example.com");
        return null;
    }

    private @Nullable String pem(String key) {
        return pem(fields, key);
    }

    /// PEM text, or a path that is looked at when the configuration is applied.
    static @Nullable String pem(Fields fields, String key) {
        String text = fields.textOrNull(key);
        if (text == null || text.contains(PEM) || text.startsWith("/")) return text;
        boolean mark = Secrets.isMark(text);
        fields.problem(
                key,
                mark || !fields.isSecret(key) ? text : "text",
                "PEM text or the absolute path of a file"
                        + (mark ? ": this stands for a key that is not known here" : ""));
        return null;
    }

    /// A file lists nodes only: whether TLS is spoken with them is said by the upstream.
    static void checkFile(Fields fields) {
        String secure = new TlsReader(fields).node("https://");
        if (secure != null)
            fields.problem("nodes", secure, "host:port, as tls of the upstream is for all nodes");
    }

    /// A check over what the nodes do not speak would never find one well.
    static void check(Fields fields, TlsConfig tls, @Nullable HealthCheckConfig check) {
        if (check == null) return;
        boolean http =
                switch (check.protocol()) {
                    case HTTP, HTTPS -> true;
                    case TCP, GRPC -> false; // they go by tls
                };
        if (http && check.isSecure() != tls.on())
            fields.problem(
                    "health-check",
                    fields.raw("health-check"),
                    tls.on()
                            ? "https:// or tcp://, as tls is on"
                            : "http:// or tcp://, as tls is off");
    }
}
