package io.breakwater.upstream.transport;

import io.breakwater.tls.Identity;
import java.net.IDN;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/// What TLS to the nodes of an upstream goes by. Equal to another of the same certificates and
/// keys, whatever files they come from.
public final class NodeTls {
    private static final char[] NO_PASSWORD = {};

    private final @Nullable String sni;
    private final Trust trust;
    private final @Nullable Identity identity;
    private final SSLContext context;

    /// Makes the context.
    ///
    /// @param sni the name that is asked for and verified, null for the node's host
    /// @param trust which certificates are good
    /// @param identity what nodes are shown, null for nothing
    /// @throws GeneralSecurityException when certificate and key do not go together
    public NodeTls(@Nullable String sni, Trust trust, @Nullable Identity identity)
            throws GeneralSecurityException {
        this.sni = sni;
        this.trust = trust;
        this.identity = identity;
        this.context = SSLContext.getInstance("TLS");
        context.init(
                identity == null ? new KeyManager[0] : keyManagers(identity),
                new TrustManager[] {NodeTrust.of(trust)},
                null);
    }

    /// Which certificates are good.
    ///
    /// @param verify whether they have to be
    /// @param authorities who may have issued them, empty for those that the machine trusts
    public record Trust(boolean verify, List<X509Certificate> authorities) {
        /// Copies the list.
        public Trust {
            authorities = List.copyOf(authorities);
        }
    }

    private static KeyManager[] keyManagers(Identity identity) throws GeneralSecurityException {
        KeyStore store = NodeTrust.emptyStore();
        store.setKeyEntry(
                "client",
                identity.key(),
                NO_PASSWORD,
                identity.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    /// Makes the engine of one connection.
    ///
    /// @param address the node's
    /// @param protocols offered by ALPN, none to offer nothing
    SSLEngine engine(NodeAddress address, List<String> protocols) {
        String name = sni != null ? sni : address.name();
        int port = address instanceof NodeAddress.Tcp tcp ? tcp.port() : 0;
        // The trust manager finds the name there; sessions are resumed by name and port.
        SSLEngine engine = context.createSSLEngine(name, port);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setServerNames(isName(name) ? List.of(serverName(name)) : List.of());
        if (!protocols.isEmpty())
            parameters.setApplicationProtocols(protocols.toArray(String[]::new));
        engine.setSSLParameters(parameters);
        return engine;
    }

    /// RFC 6066 §3: literals are not sent, nor is the dot of a name's end.
    private static SNIHostName serverName(String name) {
        String rest = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        return new SNIHostName(IDN.toASCII(rest).getBytes(StandardCharsets.US_ASCII));
    }

    private static boolean isName(String name) {
        if (name.isEmpty()) return false;
        try {
            InetAddress.ofLiteral(name);
            return false;
        } catch (IllegalArgumentException e) {
            return true;
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof NodeTls tls
                && Objects.equals(sni, tls.sni)
                && trust.equals(tls.trust)
                && Objects.equals(identity, tls.identity);
    }

    @Override
    public int hashCode() {
        return Objects.hash(sni, trust, identity);
    }
}
