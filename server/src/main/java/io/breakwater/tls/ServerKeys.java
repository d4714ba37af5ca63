package io.breakwater.tls;

import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/// Shows clients the certificate that is for the host they ask for. An alias is a number in the
/// index, which is never changed, or a host with a challenge.
final class ServerKeys extends EngineKeys {
    private static final String CHALLENGE = "challenge:";

    private final CertificateIndex index;
    private final AlpnChallenges challenges;

    ServerKeys(CertificateIndex index, AlpnChallenges challenges) {
        this.index = index;
        this.challenges = challenges;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
        String host = AskedHost.of(engine);
        if (AlpnChallenges.PROTOCOL.equals(engine.getHandshakeApplicationProtocol()))
            return keyType.equals("EC") && challenges.of(host) != null ? CHALLENGE + host : null;
        int number = index.find(host, keyType);
        return number < 0 ? null : Integer.toString(number);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        Identity identity = identity(alias);
        return identity == null ? null : identity.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        Identity identity = identity(alias);
        return identity == null ? null : identity.key();
    }

    /// @return null when it was a challenge that is over
    private @Nullable Identity identity(String alias) {
        return alias.startsWith(CHALLENGE)
                ? challenges.of(alias.substring(CHALLENGE.length()))
                : index.identity(Integer.parseInt(alias));
    }
}
