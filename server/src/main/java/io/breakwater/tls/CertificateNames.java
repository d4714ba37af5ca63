package io.breakwater.tls;

import java.net.IDN;
import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The hosts that a certificate is good for, by RFC 9525: what its subjectAltName says, never its
/// common name.
public final class CertificateNames {
    private static final int DNS = 2;
    private static final int IP = 7;

    private final List<String> dns = new ArrayList<>();
    private final List<InetAddress> addresses = new ArrayList<>();

    /// Reads the names.
    ///
    /// @param certificate the certificate
    /// @throws CertificateParsingException when they cannot be read
    public CertificateNames(X509Certificate certificate) throws CertificateParsingException {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        if (names == null) return;
        for (List<?> name : names) {
            if (!(name.get(0) instanceof Integer kind && name.get(1) instanceof String text))
                continue;
            if (kind == DNS) dns.add(text.toLowerCase(Locale.ROOT));
            if (kind == IP) addresses.add(InetAddress.ofLiteral(text));
        }
    }

    /// The host names among them.
    ///
    /// @return in lower case, some with `*.` in front
    public List<String> hosts() {
        return List.copyOf(dns);
    }

    /// Whether a host is among them.
    ///
    /// @param host name or literal without brackets
    /// @return true when it is
    public boolean fit(String host) {
        InetAddress literal = literal(host);
        if (literal != null) return addresses.contains(literal); // RFC 9525 §6.4
        String ascii = ascii(host);
        for (String name : dns) if (matches(name, ascii)) return true;
        return false;
    }

    private static @Nullable InetAddress literal(String host) {
        try {
            return InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException e) {
            return null; // a name
        }
    }

    private static String ascii(String host) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        try {
            return IDN.toASCII(name).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            return name.toLowerCase(Locale.ROOT); // matches nothing but itself
        }
    }

    /// RFC 9525 §6.3: a wildcard is the whole first label and stands for one label.
    private static boolean matches(String name, String host) {
        if (!name.startsWith("*.")) return name.equals(host);
        int dot = host.indexOf('.');
        return dot > 0 && name.substring(1).equals(host.substring(dot));
    }

    /// The names for people.
    @Override
    public String toString() {
        List<String> all = new ArrayList<>(dns);
        for (InetAddress address : addresses) all.add(address.getHostAddress());
        return all.isEmpty() ? "no host" : String.join(", ", all);
    }
}
