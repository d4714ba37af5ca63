package io.breakwater.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What listeners show clients over TLS. Keys and defaults: the setting table (`Settings`).
///
/// @param name the object's name
/// @param enabled whether it is used
/// @param note free text
/// @param domains names that it is served for, in lower-case ASCII, with `*.` in front for all of
///   one label more; empty for those that it is valid for
/// @param certificate the chain, its own first: PEM text or the absolute path of a file; null when
///   it is obtained
/// @param key its private key: PEM text or the absolute path of a file; null when it is obtained
/// @param acme how it is obtained, null when it is given
/// @param isDefault whether it is shown to clients that name no host, or one that none is for
public record CertificateConfig(
        String name,
        boolean enabled,
        String note,
        List<String> domains,
        @Nullable String certificate,
        @Nullable String key,
        @Nullable AcmeConfig acme,
        boolean isDefault) {
    /// Copies the list.
    public CertificateConfig {
        domains = List.copyOf(domains);
    }

    /// Without the key.
    @Override
    public String toString() {
        return "CertificateConfig[name=" + name + ", domains=" + domains + "]";
    }
}
