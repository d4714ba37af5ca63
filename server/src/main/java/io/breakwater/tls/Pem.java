package io.breakwater.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads certificates and private keys in their PEM form (RFC 7468). What is between the blocks is
/// ignored.
public final class Pem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");

    private Pem() {}

    /// Whether a text is PEM and not, say, the name of a file.
    ///
    /// @param text any text
    /// @return true when a block begins somewhere
    public static boolean isPem(String text) {
        return text.contains("-----BEGIN ");
    }

    /// Reads all certificates.
    ///
    /// @param text with at least one
    /// @return in the text's order
    /// @throws GeneralSecurityException saying what is wrong
    public static List<X509Certificate> certificates(String text) throws GeneralSecurityException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> certificates = new ArrayList<>();
        Matcher block = BLOCK.matcher(text);
        while (block.find()) {
            String label = block.group(1);
            if (!label.equals("CERTIFICATE") && !label.equals("TRUSTED CERTIFICATE")) continue;
            byte[] der = der(block.group(2));
            try {
                certificates.add(
                        (X509Certificate)
                                factory.generateCertificate(new ByteArrayInputStream(der)));
            } catch (CertificateException e) {
                throw new CertificateException(
                        "certificate " + (certificates.size() + 1) + " cannot be read", e);
            }
        }
        if (certificates.isEmpty()) throw new CertificateException("there is no certificate in it");
        return certificates;
    }

    /// Reads the first private key: PKCS #8, or the older forms of RSA (PKCS #1) and EC (SEC 1)
    /// keys.
    ///
    /// @param text with a key that is not encrypted
    /// @return the key
    /// @throws GeneralSecurityException saying what is wrong
    public static PrivateKey privateKey(String text) throws GeneralSecurityException {
        Matcher block = BLOCK.matcher(text);
        while (block.find()) {
            switch (block.group(1)) {
                case "PRIVATE KEY" -> {
                    return key(der(block.group(2)));
                }
                case "RSA PRIVATE KEY" -> {
                    if (text.contains("Proc-Type: 4,ENCRYPTED")) throw encrypted();
                    return key(OldKeys.rsa(der(block.group(2))));
                }
                case "EC PRIVATE KEY" -> {
                    if (text.contains("Proc-Type: 4,ENCRYPTED")) throw encrypted();
                    return key(OldKeys.ec(der(block.group(2))));
                }
                case "ENCRYPTED PRIVATE KEY" -> throw encrypted();
                default -> {
                    // A certificate or parameters beside the key.
                }
            }
        }
        throw new InvalidKeySpecException("there is no private key in it");
    }

    private static InvalidKeySpecException encrypted() {
        return new InvalidKeySpecException("the key is encrypted");
    }

    private static byte[] der(String base64) throws GeneralSecurityException {
        try {
            return Base64.getMimeDecoder().decode(base64.getBytes(StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException e) {
            throw new InvalidKeySpecException("its base64 text is broken", e);
        }
    }

    private static PrivateKey key(byte[] pkcs8) throws GeneralSecurityException {
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm)
                        .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (InvalidKeySpecException e) {
                // It is of another algorithm.
            }
        }
        throw new InvalidKeySpecException("the key is broken or neither RSA, EC nor EdDSA");
    }
}
