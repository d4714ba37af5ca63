package io.breakwater.acme;

import io.breakwater.acme.AcmeStore.Obtained;
import io.breakwater.config.AcmeConfig;
import io.breakwater.config.CertificateConfig;
import io.breakwater.tls.Identity;
import io.breakwater.tls.Pem;
import io.breakwater.tls.PemText;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The certificates that were obtained, read from the store when they are first asked for. Any
/// thread; blocks.
final class Holdings {
    private static final Logger LOG = LoggerFactory.getLogger(Holdings.class);

    private final AcmeStore store;
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    Holdings(AcmeStore store) {
        this.store = store;
    }

    /// A certificate with its key.
    ///
    /// @param order what it was obtained for, as a digest
    /// @param at when
    record Held(String order, Identity identity, Instant at) {
        X509Certificate certificate() {
            return identity.chain().getFirst();
        }
    }

    /// Also tells that there is nothing.
    private record Entry(@Nullable Held held) {}

    /// What was obtained for an object.
    ///
    /// @return null for nothing
    @Nullable Held of(String name) {
        Entry known = entries.get(name);
        if (known == null) {
            known = new Entry(read(name));
            Entry faster = entries.putIfAbsent(name, known);
            if (faster != null) known = faster;
        }
        return known.held;
    }

    private @Nullable Held read(String name) {
        Obtained kept = store.obtained(name);
        if (kept == null) return null;
        try {
            Identity identity =
                    new Identity(Pem.certificates(kept.chain()), Pem.privateKey(kept.key()));
            return new Held(kept.order(), identity, Instant.ofEpochMilli(kept.atMillis()));
        } catch (GeneralSecurityException e) {
            LOG.error("the certificate {} that was obtained cannot be read and is left", name, e);
            return null;
        }
    }

    void keep(String name, Held held) throws GeneralSecurityException {
        Identity identity = held.identity();
        store.keep(
                name,
                new Obtained(
                        held.order(),
                        PemText.of(identity.chain()),
                        PemText.of(identity.key()),
                        held.at().toEpochMilli()));
        entries.put(name, new Entry(held));
    }

    /// What an order is for: a certificate for something else is replaced.
    static String digest(CertificateConfig certificate, AcmeConfig config) {
        String text =
                String.join(" ", certificate.domains().stream().sorted().toList())
                        + "\n"
                        + config.directory()
                        + "\n"
                        + config.keyType();
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
