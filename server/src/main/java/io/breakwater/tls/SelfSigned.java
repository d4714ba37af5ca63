package io.breakwater.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// Certificates that vouch for themselves: for first tries, and for authorities that ask over TLS
/// whether a host is ours.
public final class SelfSigned {
    /// id-pe-acmeIdentifier (RFC 8737 §6.1).
    private static final ASN1ObjectIdentifier ACME = new ASN1ObjectIdentifier("1.3.6.1.5.5.7.1.31");

    private static final int SERIAL_BITS = 127;
    private static final Duration SKEW = Duration.ofHours(1);
    private static final SecureRandom RANDOM = new SecureRandom();

    private SelfSigned() {}

    /// Makes a certificate for servers, with a new key.
    ///
    /// @param names host names, some with `*.` in front, and literal addresses; at least one
    /// @param days how long it is valid, 1 or more
    /// @param algorithm of the key, `EC` or `RSA`
    /// @param bits its size
    /// @return the certificate, valid since an hour ago, since clocks differ
    /// @throws GeneralSecurityException when it cannot be made
    public static Identity server(List<String> names, int days, String algorithm, int bits)
            throws GeneralSecurityException {
        KeyPair keys = keys(algorithm, bits);
        try {
            X509v3CertificateBuilder builder = builder(keys, names, Duration.ofDays(days));
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(
                    Extension.extendedKeyUsage,
                    false,
                    new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
            return sign(builder, keys);
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
    }

    /// Makes what answers a challenge over TLS (RFC 8737 §3).
    ///
    /// @param host whom it is for
    /// @param validation the SHA-256 of the key authorization
    /// @return with a new key of EC
    /// @throws GeneralSecurityException when it cannot be made
    public static Identity challenge(String host, byte[] validation)
            throws GeneralSecurityException {
        KeyPair keys = keys("EC", 256);
        try {
            X509v3CertificateBuilder builder = builder(keys, List.of(host), Duration.ofDays(1));
            builder.addExtension(ACME, true, new DEROctetString(validation));
            return sign(builder, keys);
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
    }

    private static KeyPair keys(String algorithm, int bits) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(bits);
        return generator.generateKeyPair();
    }

    @SuppressWarnings("JavaUtilDate") // the builder takes no others
    private static X509v3CertificateBuilder builder(
            KeyPair keys, List<String> names, Duration validity) throws IOException {
        Instant now = Instant.now();
        // Names may be longer than a common name can be, and are not looked for there (RFC 9525
        // §2).
        X500Name subject = new X500Name("CN=Breakwater self-signed");
        X509v3CertificateBuilder builder =
                new X509v3CertificateBuilder(
                        subject,
                        new BigInteger(SERIAL_BITS, RANDOM).setBit(0),
                        Date.from(now.minus(SKEW)),
                        Date.from(now.plus(validity)),
                        subject,
                        SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()));
        GeneralName[] san = names.stream().map(SelfSigned::name).toArray(GeneralName[]::new);
        ASN1Encodable all = new GeneralNames(san);
        builder.addExtension(Extension.subjectAlternativeName, false, all);
        return builder;
    }

    private static GeneralName name(String name) {
        try {
            String literal = InetAddress.ofLiteral(name).getHostAddress();
            return new GeneralName(GeneralName.iPAddress, literal);
        } catch (IllegalArgumentException e) {
            return new GeneralName(GeneralName.dNSName, name);
        }
    }

    private static Identity sign(X509v3CertificateBuilder builder, KeyPair keys)
            throws GeneralSecurityException, IOException {
        String algorithm =
                keys.getPrivate().getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
        try {
            byte[] der =
                    builder.build(new JcaContentSignerBuilder(algorithm).build(keys.getPrivate()))
                            .getEncoded();
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            X509Certificate certificate =
                    (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
            return new Identity(List.of(certificate), keys.getPrivate());
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }
}
