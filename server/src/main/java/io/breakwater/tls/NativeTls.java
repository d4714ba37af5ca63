package io.breakwater.tls;

import io.breakwater.tls.ClientHello.Listed;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.conscrypt.Conscrypt;

/// TLS by the native library, for clients that it can be told beforehand to agree with. It shows
/// one certificate, so that is chosen here, from what the client says first. All others, and those
/// who have to be told why not, are the runtime's.
final class NativeTls {
    private static final int[] TLS_1_2 = {0x0303};
    private static final int[] TLS_1_3 = {0x0304};

    /// The ones of [#GROUPS]. The first is X25519 together with ML-KEM-768
    /// (draft-ietf-tls-ecdhe-mlkem): who writes down what is said today cannot read it with a
    /// quantum computer of tomorrow.
    private static final int[] KNOWN_GROUPS = {0x11EC, 0x1D, 0x17, 0x18, 0x19};

    private static final String[] GROUPS = {
        "X25519MLKEM768", "x25519", "secp256r1", "secp384r1", "secp521r1"
    };
    private static final int[] SUITES = {0x1301, 0x1302, 0x1303};
    private static final int[] EC_SUITES = {0xC02B, 0xC02C, 0xCCA9};
    private static final int[] RSA_SUITES = {0xC02F, 0xC030, 0xCCA8};

    /// `rsa_pss_rsae_*`, of either version.
    private static final int[] PSS = {0x0804, 0x0805, 0x0806};

    private static final int[] PKCS1 = {0x0401, 0x0501, 0x0601};
    private static final int LEAST_RSA_BITS = 2048;
    private static final List<String> ALGORITHMS = List.of("EC", "RSA");

    private static final ThreadBuffers BUFFERS = new ThreadBuffers();

    private final CertificateIndex certificates;
    private final ServerTls.Settings settings;
    private final SSLContext context;
    private final SSLParameters parameters;

    /// Makes the context.
    ///
    /// @param provider the library's
    /// @param trust of clients' certificates
    NativeTls(
            Provider provider,
            CertificateIndex certificates,
            ServerTls.Settings settings,
            TrustManager[] trust)
            throws GeneralSecurityException {
        this.certificates = certificates;
        this.settings = settings;
        this.context = SSLContext.getInstance("TLS", provider);
        context.init(new KeyManager[] {new NativeKeys(provider, certificates)}, trust, null);
        // Tickets hold the sessions; what the library keeps beside them is never looked at.
        context.getServerSessionContext().setSessionCacheSize(1);
        context.getServerSessionContext().setSessionTimeout(ServerTls.SESSION_SECONDS);
        this.parameters = parameters();
    }

    /// Chooses the certificate that a client is shown.
    ///
    /// @param hello what it says
    /// @return its number; -1 when the runtime has to see to it
    int choose(ClientHello hello) {
        if (!agrees(hello.protocols(), settings.protocols())) return -1;
        if (!hello.hasAny(Listed.GROUPS, KNOWN_GROUPS)) return -1;
        boolean tls13 = hello.hasAny(Listed.VERSIONS, TLS_1_3);
        if (tls13) {
            if (!hello.hasAny(Listed.CIPHERS, SUITES)) return -1;
        } else if (!hello.hasAny(Listed.VERSIONS, TLS_1_2) || settings.versions().size() == 1) {
            return -1;
        }
        for (String algorithm : ALGORITHMS) {
            int number = certificates.find(hello.host(), algorithm);
            if (number >= 0 && fits(number, hello, tls13)) return number;
        }
        return -1;
    }

    private static boolean agrees(List<String> offered, List<String> spoken) {
        return !offered.contains(AlpnChallenges.PROTOCOL)
                && (offered.isEmpty() || !Collections.disjoint(offered, spoken));
    }

    private boolean fits(int number, ClientHello hello, boolean tls13) {
        PublicKey key = certificates.identity(number).chain().getFirst().getPublicKey();
        if (key instanceof ECPublicKey ec) {
            // RFC 8446 §4.2.3: a scheme for each curve; there, too, with TLS 1.2 (RFC 8422 §5.1.1).
            int bits = ec.getParams().getOrder().bitLength();
            int scheme = bits == 256 ? 0x0403 : 0x0503;
            int curve = bits == 256 ? 0x17 : 0x18;
            return (bits == 256 || bits == 384)
                    && hello.hasAny(Listed.SCHEMES, scheme)
                    && (tls13
                            || hello.hasAny(Listed.GROUPS, curve)
                                    && hello.hasAny(Listed.CIPHERS, EC_SUITES));
        }
        return key instanceof RSAPublicKey rsa
                && rsa.getModulus().bitLength() >= LEAST_RSA_BITS
                && (hello.hasAny(Listed.SCHEMES, PSS)
                        || !tls13 && hello.hasAny(Listed.SCHEMES, PKCS1))
                && (tls13 || hello.hasAny(Listed.CIPHERS, RSA_SUITES));
    }

    /// Makes the engine of one connection.
    ///
    /// @param number of the certificate that is shown
    SSLEngine engine(int number) {
        // The library asks for the certificate's key by the engine.
        SSLEngine engine = context.createSSLEngine(NativeKeys.CERTIFICATE, number);
        engine.setUseClientMode(false);
        engine.setSSLParameters(parameters);
        Conscrypt.setUseSessionTickets(engine, true);
        Conscrypt.setBufferAllocator(engine, BUFFERS);
        return engine;
    }

    /// Encrypts; see [ServerTls#wrap].
    static SSLEngineResult wrap(SSLEngine engine, ByteBuffer[] input, ByteBuffer output)
            throws SSLException {
        int pieces = 0;
        for (ByteBuffer piece : input) if (piece.hasRemaining()) pieces++;
        return pieces > 1 && Conscrypt.isConscrypt(engine)
                ? BUFFERS.wrap(engine, input, output)
                : engine.wrap(input, output);
    }

    private SSLParameters parameters() {
        SSLParameters made = context.getDefaultSSLParameters();
        made.setProtocols(settings.versions().toArray(String[]::new));
        made.setCipherSuites(ServerTls.CIPHERS.toArray(String[]::new));
        made.setUseCipherSuitesOrder(true);
        made.setNamedGroups(GROUPS);
        made.setApplicationProtocols(settings.protocols().toArray(String[]::new));
        if (settings.clients() == ServerTls.Clients.ASKED) made.setWantClientAuth(true);
        if (settings.clients() == ServerTls.Clients.KNOWN) made.setNeedClientAuth(true);
        return made;
    }
}
