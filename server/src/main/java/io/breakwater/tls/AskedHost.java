package io.breakwater.tls;

import java.util.Locale;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIMatcher;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.StandardConstants;
import org.jspecify.annotations.Nullable;

/// Remembers the host that the client of one engine asks for: when a session is to be resumed the
/// runtime does not tell it otherwise. Hosts that there is no certificate for are refused with the
/// alert for that (RFC 6066 §3). One for each engine.
final class AskedHost extends SNIMatcher {
    private final CertificateIndex certificates;
    private final AlpnChallenges challenges;
    private volatile @Nullable String host;

    AskedHost(CertificateIndex certificates, AlpnChallenges challenges) {
        super(StandardConstants.SNI_HOST_NAME);
        this.certificates = certificates;
        this.challenges = challenges;
    }

    @Override
    public boolean matches(@Nullable SNIServerName name) {
        if (name == null) return false;
        try {
            String asked =
                    new SNIHostName(name.getEncoded()).getAsciiName().toLowerCase(Locale.ROOT);
            host = asked;
            return certificates.has(asked) || challenges.of(asked) != null;
        } catch (IllegalArgumentException e) {
            return false; // no host name
        }
    }

    /// The host that an engine was asked for.
    ///
    /// @return in lower case, null when the client asked for none
    static @Nullable String of(SSLEngine engine) {
        for (SNIMatcher matcher : engine.getSSLParameters().getSNIMatchers())
            if (matcher instanceof AskedHost asked) return asked.host;
        return null;
    }
}
