package io.breakwater.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Provider;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// What a listener's TLS goes by. Immutable: connections keep the one that they began with, so a
/// change of certificates is for new ones, and sessions are resumed as long as it stays.
public final class ServerTls {
    /// TLS 1.3's (RFC 8446) and those of TLS 1.2 with forward secrecy and authenticated encryption,
    /// the ones that machines have instructions for first.
    static final List<String> CIPHERS =
            List.of(
                    "TLS_AES_128_GCM_SHA256",
                    "TLS_AES_256_GCM_SHA384",
                    "TLS_CHACHA20_POLY1305_SHA256",
                    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
                    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
                    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    /// Elliptic curves (RFC 8422, RFC 8446): with the finite fields that the runtime knows, too,
    /// one client could keep a core busy.
    private static final String[] GROUPS = {"x25519", "secp256r1", "secp384r1", "secp521r1"};

    private static final int MOST_SESSIONS = 20_000;
    static final int SESSION_SECONDS = 3600;

    static {
        // Tickets that hold the session are resumed by this runtime only with the default
        // certificate: it looks into them before it knows the host that is asked for. Sessions that
        // it keeps are resumed with any, by an id in TLS 1.2 and by tickets that hold one in 1.3.
        System.setProperty("jdk.tls.server.enableSessionTicketExtension", "false");
    }

    private final CertificateIndex certificates;
    private final AlpnChallenges challenges;
    private final Settings settings;
    private final SSLContext context;
    private final @Nullable NativeTls library;

    /// Makes the context.
    ///
    /// @param certificates what is shown
    /// @param challenges what authorities are shown that ask
    /// @param settings how
    /// @param library speaks it where it can
    /// @throws GeneralSecurityException when the runtime cannot do it
    public ServerTls(
            CertificateIndex certificates,
            AlpnChallenges challenges,
            Settings settings,
            TlsLibrary library)
            throws GeneralSecurityException {
        this.certificates = certificates;
        this.challenges = challenges;
        this.settings = settings;
        this.context = SSLContext.getInstance("TLS");
        TrustManager[] trust = trust(settings.authorities());
        context.init(new KeyManager[] {new ServerKeys(certificates, challenges)}, trust, null);
        context.getServerSessionContext().setSessionCacheSize(MOST_SESSIONS);
        context.getServerSessionContext().setSessionTimeout(SESSION_SECONDS);
        // Which suites of TLS 1.3 it takes cannot be said to the library.
        Provider provider = settings.ciphers().isEmpty() ? library.load() : null;
        this.library =
                provider == null ? null : new NativeTls(provider, certificates, settings, trust);
    }

    /// How TLS is spoken.
    ///
    /// @param versions spoken versions by their standard names
    /// @param ciphers cipher suites, the preferred ones first; empty for the built-in choice
    /// @param protocols offered by ALPN, the preferred one first
    /// @param clients whether clients show a certificate
    /// @param authorities who may have issued clients' certificates
    public record Settings(
            List<String> versions,
            List<String> ciphers,
            List<String> protocols,
            Clients clients,
            List<X509Certificate> authorities) {
        /// Copies the lists.
        public Settings {
            versions = List.copyOf(versions);
            ciphers = List.copyOf(ciphers);
            protocols = List.copyOf(protocols);
            authorities = List.copyOf(authorities);
        }
    }

    /// Whether clients show a certificate.
    public enum Clients {
        /// They are not asked.
        UNKNOWN,
        /// They are asked.
        ASKED,
        /// Without one there is no connection.
        KNOWN
    }

    private static TrustManager[] trust(List<X509Certificate> authorities)
            throws GeneralSecurityException {
        if (authorities.isEmpty()) return new TrustManager[0]; // nobody's certificate is good
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (int i = 0; i < authorities.size(); i++)
                store.setCertificateEntry("ca" + i, authorities.get(i));
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            return factory.getTrustManagers();
        } catch (IOException e) {
            throw new GeneralSecurityException("an empty store cannot be made", e);
        }
    }

    /// Makes the engine of one connection.
    ///
    /// @param hello what the client says first, null when that could not be read
    /// @return for the server's side
    public SSLEngine engine(@Nullable ClientHello hello) {
        NativeTls fast = library;
        int certificate = fast == null || hello == null ? -1 : fast.choose(hello);
        return fast == null || certificate < 0 ? engine() : fast.engine(certificate);
    }

    /// Encrypts like [SSLEngine#wrap(ByteBuffer[], ByteBuffer)], in what way is best for an engine
    /// of these.
    ///
    /// @param engine the connection's
    /// @param input what is advanced by what was encrypted
    /// @param output where records go
    /// @return what came of it
    /// @throws SSLException when the connection is to end
    public SSLEngineResult wrap(SSLEngine engine, ByteBuffer[] input, ByteBuffer output)
            throws SSLException {
        return library == null ? engine.wrap(input, output) : NativeTls.wrap(engine, input, output);
    }

    private SSLEngine engine() {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(settings.versions().toArray(String[]::new));
        List<String> ciphers = settings.ciphers().isEmpty() ? CIPHERS : settings.ciphers();
        parameters.setCipherSuites(ciphers.toArray(String[]::new));
        parameters.setUseCipherSuitesOrder(true);
        parameters.setNamedGroups(GROUPS);
        parameters.setSNIMatchers(List.of(new AskedHost(certificates, challenges)));
        List<String> protocols = new ArrayList<>(settings.protocols());
        if (!challenges.isEmpty()) protocols.add(AlpnChallenges.PROTOCOL);
        parameters.setApplicationProtocols(protocols.toArray(String[]::new));
        if (settings.clients() == Clients.ASKED) parameters.setWantClientAuth(true);
        if (settings.clients() == Clients.KNOWN) parameters.setNeedClientAuth(true);
        engine.setSSLParameters(parameters);
        return engine;
    }

    /// Whether it is what these would make.
    ///
    /// @param index certificates, compared by identity
    /// @param other settings
    /// @return true when it can stay
    @SuppressWarnings("ReferenceEquality") // an index is made anew whenever something in it changes
    public boolean is(CertificateIndex index, Settings other) {
        return certificates == index && settings.equals(other);
    }

    /// Whether connections that began with another one are not to go on as they are: they may not
    /// have shown what clients have to show now.
    ///
    /// @param before what they began with
    /// @return true when clients are asked for certificates, and it was not so or by others before
    public boolean outdates(ServerTls before) {
        return settings.clients() != Clients.UNKNOWN
                && !(settings.clients() == before.settings.clients()
                        && settings.authorities().equals(before.settings.authorities()));
    }

    /// The host that the client of a session asked for.
    ///
    /// @param session of a connection
    /// @return in lower case, null when it asked for none
    public static @Nullable String host(SSLSession session) {
        if (!(session instanceof ExtendedSSLSession extended)) return null;
        for (SNIServerName name : extended.getRequestedServerNames())
            if (name instanceof SNIHostName host)
                return host.getAsciiName().toLowerCase(Locale.ROOT);
        return null;
    }
}
