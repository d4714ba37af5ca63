package io.breakwater.config.reload;

import io.breakwater.control.CertificateView;
import io.breakwater.control.CertificateView.Link;
import io.breakwater.tls.CertificateIndex.Shown;
import io.breakwater.tls.CertificateNames;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/// Tells people about certificates.
final class CertificateViews {
    private static final int LEAST_RSA_BITS = 2048;

    /// Less than this is told as a fault.
    private static final long FEW_DAYS = 14;

    private final List<Shown> inUse;
    private final Instant now;

    private CertificateViews(List<Shown> inUse, Instant now) {
        this.inUse = inUse;
        this.now = now;
    }

    /// All of a configuration.
    ///
    /// @param certificates as they were compiled
    /// @param now the moment to look at them
    /// @return by name
    static List<CertificateView> of(Certificates.Compiled certificates, Instant now) {
        CertificateViews views = new CertificateViews(certificates.index().all(), now);
        List<CertificateView> all = new ArrayList<>();
        for (Certificates.Known known : new TreeMap<>(certificates.known()).values())
            if (known.shown() != null) all.add(views.view(known.shown()));
        return all;
    }

    private CertificateView view(Shown shown) {
        List<X509Certificate> chain = shown.identity().chain();
        X509Certificate own = chain.getFirst();
        Instant end = own.getNotAfter().toInstant();
        return new CertificateView(
                shown.name(),
                inUse.contains(shown),
                shown.isDefault(),
                shown.domains(),
                names(own),
                key(own.getPublicKey()),
                own.getSigAlgName(),
                own.getSerialNumber().toString(16),
                fingerprint(own),
                chain.stream().map(CertificateViews::link).toList(),
                own.getNotBefore().toInstant().toEpochMilli(),
                end.toEpochMilli(),
                Math.floorDiv(ChronoUnit.SECONDS.between(now, end), 86_400L),
                faults(shown));
    }

    private static Link link(X509Certificate each) {
        return new Link(
                each.getSubjectX500Principal().getName(),
                each.getIssuerX500Principal().getName(),
                each.getNotAfter().toInstant().toEpochMilli());
    }

    private static List<String> names(X509Certificate own) {
        try {
            return List.of(new CertificateNames(own).toString().split(", ", -1));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate in force cannot be read", e);
        }
    }

    private static String key(PublicKey key) {
        return switch (key) {
            case RSAPublicKey rsa -> "RSA " + rsa.getModulus().bitLength() + " bits";
            case ECPublicKey ec -> "EC " + ec.getParams().getOrder().bitLength() + " bits";
            default -> key.getAlgorithm();
        };
    }

    private static String fingerprint(X509Certificate own) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(own.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate in force cannot be read", e);
        }
    }

    // ---- what clients will not like

    private List<String> faults(Shown shown) {
        List<String> faults = new ArrayList<>();
        List<X509Certificate> chain = shown.identity().chain();
        validity(chain, faults);
        X509Certificate own = chain.getFirst();
        if (own.getSubjectX500Principal().equals(own.getIssuerX500Principal()))
            faults.add("It is signed by itself: clients refuse it unless they were told of it.");
        else order(chain, faults);
        if (own.getPublicKey() instanceof RSAPublicKey rsa
                && rsa.getModulus().bitLength() < LEAST_RSA_BITS)
            faults.add("Its key is too short: clients want 2048 bits or more.");
        String signature = own.getSigAlgName().toUpperCase(Locale.ROOT);
        if (signature.startsWith("SHA1") || signature.startsWith("MD5"))
            faults.add("It is signed with " + own.getSigAlgName() + ", which clients refuse.");
        hidden(shown, faults);
        return faults;
    }

    private void validity(List<X509Certificate> chain, List<String> faults) {
        X509Certificate own = chain.getFirst();
        Instant end = own.getNotAfter().toInstant();
        if (now.isAfter(end)) faults.add("It has expired: clients refuse it.");
        else if (now.plus(FEW_DAYS, ChronoUnit.DAYS).isAfter(end))
            faults.add("It expires within two weeks.");
        if (now.isBefore(own.getNotBefore().toInstant()))
            faults.add("It is not valid yet: clients refuse it until then.");
        for (X509Certificate each : chain.subList(1, chain.size()))
            if (now.isAfter(each.getNotAfter().toInstant()))
                faults.add(
                        "A certificate of its chain has expired: "
                                + each.getSubjectX500Principal().getName()
                                + ".");
    }

    private static void order(List<X509Certificate> chain, List<String> faults) {
        for (int i = 0; i + 1 < chain.size(); i++)
            if (!chain.get(i)
                    .getIssuerX500Principal()
                    .equals(chain.get(i + 1).getSubjectX500Principal())) {
                faults.add(
                        "Its chain is broken: number "
                                + (i + 2)
                                + " is not the issuer of number "
                                + (i + 1)
                                + ". Some clients will refuse it.");
                return;
            }
        if (chain.size() == 1)
            faults.add(
                    "Its chain has no certificate of the issuer. Clients that do not know the"
                            + " issuer, as most do not, refuse it.");
    }

    private void hidden(Shown shown, List<String> faults) {
        for (String domain : shown.domains())
            for (Shown other : inUse) {
                if (other.equals(shown)) break; // those before it are valid longer
                if (other.domains().contains(domain) && sameKind(other, shown))
                    faults.add(
                            "Clients that ask for "
                                    + domain
                                    + " get "
                                    + other.name()
                                    + ", which is valid longer.");
            }
    }

    private static boolean sameKind(Shown one, Shown other) {
        return one.identity().key().getAlgorithm().equals(other.identity().key().getAlgorithm());
    }
}
