package io.breakwater.tls;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.util.List;

/// A certificate with its key: what one side of TLS shows the other.
///
/// @param chain the certificate and those between it and its authority
/// @param key the certificate's
public record Identity(List<X509Certificate> chain, PrivateKey key) {
    private static final byte[] SOMETHING = {1, 2, 3, 4};

    /// Copies the list.
    public Identity {
        chain = List.copyOf(chain);
    }

    /// Checks that key and certificate belong together.
    ///
    /// @throws GeneralSecurityException when they do not
    public void check() throws GeneralSecurityException {
        PublicKey other = chain.getFirst().getPublicKey();
        String algorithm = key.getAlgorithm();
        InvalidKeyException wrong = new InvalidKeyException("it is not the key of the certificate");
        if (!algorithm.equals(other.getAlgorithm())) throw wrong;
        if (key instanceof RSAPrivateKey secret && other instanceof RSAPublicKey open) {
            // A signature takes a millisecond.
            if (!secret.getModulus().equals(open.getModulus())) throw wrong;
            return;
        }
        Signature signature =
                Signature.getInstance(
                        switch (algorithm) {
                            case "EC" -> "SHA256withECDSA";
                            default -> algorithm;
                        });
        signature.initSign(key);
        signature.update(SOMETHING);
        byte[] signed = signature.sign();
        signature.initVerify(other);
        signature.update(SOMETHING);
        if (!signature.verify(signed)) throw wrong;
    }

    /// Without the key.
    @Override
    public String toString() {
        return chain.getFirst().getSubjectX500Principal().toString();
    }
}
