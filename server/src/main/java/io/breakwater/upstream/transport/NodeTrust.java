package io.breakwater.upstream.transport;

import io.breakwater.tls.CertificateNames;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Date;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// Says whether a node's certificate is good, and if not why, in words. The chain is judged by the
/// JDK, the names by RFC 9525. Nothing is asked of the network.
final class NodeTrust extends X509ExtendedTrustManager {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

    /// Null when every certificate will do.
    private final @Nullable X509ExtendedTrustManager chains;

    private NodeTrust(@Nullable X509ExtendedTrustManager chains) {
        this.chains = chains;
    }

    static NodeTrust of(NodeTls.Trust trust) throws GeneralSecurityException {
        if (!trust.verify()) return new NodeTrust(null);
        KeyStore store = null; // what the machine trusts
        if (!trust.authorities().isEmpty()) {
            store = emptyStore();
            int count = 0;
            for (X509Certificate authority : trust.authorities())
                store.setCertificateEntry("ca" + count++, authority);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        for (TrustManager found : factory.getTrustManagers())
            if (found instanceof X509ExtendedTrustManager extended) return new NodeTrust(extended);
        throw new KeyStoreException("the JDK has no trust manager for PKIX");
    }

    static KeyStore emptyStore() throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(null, null);
        } catch (IOException e) {
            throw new KeyStoreException("an empty key store", e);
        }
        return store;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        X509ExtendedTrustManager judge = chains;
        if (judge == null) return;
        checkTime(chain[0]);
        try {
            judge.checkServerTrusted(chain, authType, engine);
        } catch (CertificateException e) {
            throw new RefusedCertificateException(words(chain, e), e);
        }
        CertificateNames names = new CertificateNames(chain[0]);
        if (!names.fit(engine.getPeerHost()))
            throw new RefusedCertificateException(
                    "the certificate is not valid for "
                            + engine.getPeerHost()
                            + "; it is for "
                            + names,
                    null);
    }

    private static void checkTime(X509Certificate certificate) throws CertificateException {
        try {
            certificate.checkValidity();
        } catch (CertificateExpiredException e) {
            throw new RefusedCertificateException(
                    "the certificate expired on " + text(certificate.getNotAfter()), e);
        } catch (CertificateNotYetValidException e) {
            throw new RefusedCertificateException(
                    "the certificate is valid from " + text(certificate.getNotBefore()) + " on", e);
        }
    }

    private static String text(Date date) {
        return DATE.format(date.toInstant());
    }

    private static String words(X509Certificate[] chain, CertificateException failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof CertPathBuilderException) return unknown(chain);
            if (at instanceof CertPathValidatorException e)
                return e.getReason() == CertPathValidatorException.BasicReason.EXPIRED
                        ? "a certificate of the chain expired"
                        : "the certificate's chain is not good: " + e.getMessage();
        }
        return "the certificate is not good: " + failure.getMessage();
    }

    private static String unknown(X509Certificate[] chain) {
        X509Certificate last = chain[chain.length - 1];
        String issuer = last.getIssuerX500Principal().getName();
        boolean itself =
                chain.length == 1 && last.getSubjectX500Principal().getName().equals(issuer);
        return itself
                ? "the certificate is issued by itself and not trusted"
                : "the certificate is issued by an unknown authority, " + issuer;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw new CertificateException("only engines are used");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        throw new CertificateException("only engines are used");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("clients are not checked here");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw new CertificateException("clients are not checked here");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        throw new CertificateException("clients are not checked here");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
