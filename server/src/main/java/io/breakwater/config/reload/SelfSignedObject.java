package io.breakwater.config.reload;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.config.AcmeConfig.KeyType;
import io.breakwater.config.InvalidConfigException;
import io.breakwater.config.Kind;
import io.breakwater.config.Problem;
import io.breakwater.config.Setting;
import io.breakwater.config.Settings;
import io.breakwater.control.NewCertificate;
import io.breakwater.tls.Identity;
import io.breakwater.tls.PemText;
import io.breakwater.tls.SelfSigned;
import java.net.IDN;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Makes the fields of a certificate object from a self-signed certificate.
final class SelfSignedObject {
    private static final int MOST_DAYS = 3650;

    private final String object;
    private final List<Problem> problems = new ArrayList<>();

    private SelfSignedObject(String name) {
        this.object = Kind.CERTIFICATE.key() + "/" + name;
    }

    /// @throws InvalidConfigException when such a certificate cannot be
    static ObjectNode of(String name, NewCertificate wanted) throws InvalidConfigException {
        return new SelfSignedObject(name).make(wanted);
    }

    private ObjectNode make(NewCertificate wanted) throws InvalidConfigException {
        List<String> domains = new ArrayList<>();
        for (String text : wanted.domains()) {
            String domain = ascii(text);
            if (domain == null) problem("domains", text, "host names such as localhost");
            else domains.add(domain);
        }
        if (wanted.domains().isEmpty()) problem("domains", null, "at least one host name");
        if (wanted.days() < 1 || wanted.days() > MOST_DAYS)
            problem("days", Integer.toString(wanted.days()), "1 to " + MOST_DAYS);
        Setting keys = Objects.requireNonNull(Settings.find(Kind.CERTIFICATE, "acme.key-type"));
        if (!keys.choices().contains(wanted.keyType()))
            problem("key-type", wanted.keyType(), "one of " + String.join(", ", keys.choices()));
        if (!problems.isEmpty()) throw new InvalidConfigException(problems);
        KeyType type = KeyType.valueOf(wanted.keyType().toUpperCase(Locale.ROOT));
        try {
            return body(
                    domains,
                    SelfSigned.server(domains, wanted.days(), type.algorithm(), type.bits()));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            problem("domains", String.join(", ", domains), "names for a certificate: " + e);
            throw new InvalidConfigException(problems);
        }
    }

    private static ObjectNode body(List<String> domains, Identity identity)
            throws GeneralSecurityException {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode names = body.putArray("domains");
        domains.forEach(names::add);
        body.put("certificate", PemText.of(identity.chain()));
        body.put("key", PemText.of(identity.key()));
        return body;
    }

    private static @Nullable String ascii(String text) {
        boolean wild = text.startsWith("*.");
        try {
            String rest = IDN.toASCII(wild ? text.substring(2) : text).toLowerCase(Locale.ROOT);
            return rest.matches("[a-z0-9._-]+") ? (wild ? "*." : "") + rest : null;
        } catch (IllegalArgumentException e) {
            return null; // what no name can be
        }
    }

    private void problem(String key, @Nullable String value, String expected) {
        problems.add(new Problem(object, key, value, expected));
    }
}
