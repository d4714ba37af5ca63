package io.breakwater.tls;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.concurrent.atomic.AtomicReferenceArray;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/// Shows clients of the native library the certificate that was chosen for them. Keys are kept in
/// the library's own form once they are used: without that each handshake would begin by reading
/// one.
final class NativeKeys extends EngineKeys {
    /// The host of engines whose port is the number of the certificate that is shown: there is
    /// nothing else that an engine carries along for us.
    static final String CERTIFICATE = "certificate";

    private final Provider provider;
    private final CertificateIndex index;
    private final AtomicReferenceArray<@Nullable PrivateKey> keys;

    NativeKeys(Provider provider, CertificateIndex index) {
        this.provider = provider;
        this.index = index;
        this.keys = new AtomicReferenceArray<>(index.all().size());
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
        int number = engine.getPeerPort();
        return index.identity(number).key().getAlgorithm().equals(keyType)
                ? Integer.toString(number)
                : null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return index.identity(Integer.parseInt(alias)).chain().toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        int number = Integer.parseInt(alias);
        PrivateKey known = keys.get(number);
        if (known != null) return known;
        PrivateKey made = converted(index.identity(number).key());
        keys.set(number, made);
        return made;
    }

    private PrivateKey converted(PrivateKey key) {
        try {
            return KeyFactory.getInstance(key.getAlgorithm(), provider)
                    .generatePrivate(new PKCS8EncodedKeySpec(key.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key that was checked cannot be read", e);
        }
    }
}
