package io.breakwater.tls;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Certificates that are shown to an authority that asks over TLS whether a host is ours (RFC
/// 8737), as long as it does. Any thread.
public final class AlpnChallenges {
    /// The protocol that such an authority asks for, and nobody else.
    public static final String PROTOCOL = "acme-tls/1";

    private final Map<String, Identity> open = new ConcurrentHashMap<>();

    /// Makes one without any.
    public AlpnChallenges() {}

    /// Shows a certificate.
    ///
    /// @param host for whom, in lower case
    /// @param identity the certificate; its key is of EC
    public void show(String host, Identity identity) {
        open.put(host, identity);
    }

    /// Shows it no longer.
    ///
    /// @param host for whom, in lower case
    public void withdraw(String host) {
        open.remove(host);
    }

    /// Whether there is none.
    ///
    /// @return true when the protocol need not be offered
    boolean isEmpty() {
        return open.isEmpty();
    }

    /// Finds one.
    ///
    /// @param host in lower case, null for nothing
    /// @return null when there is none
    @Nullable Identity of(@Nullable String host) {
        return host == null ? null : open.get(host);
    }
}
