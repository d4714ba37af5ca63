package io.breakwater.boot;

import io.breakwater.tls.Identity;
import io.breakwater.tls.PemText;
import io.breakwater.tls.SelfSigned;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/// The part of a training run that is within TLS: HTTP/2, and handshakes, whose code is so large
/// that a young process is busy with it for a minute otherwise.
final class TlsTraining {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final int DAYS = 2;
    private static final int EC_BITS = 256;
    private static final int RSA_BITS = 2048;
    private static final int AT_ONCE = 40;

    private final Identity ec;
    private final Identity rsa;
    private final TrustManager[] trust;

    /// Makes certificates for `localhost`, of both kinds.
    ///
    /// @throws GeneralSecurityException when they cannot be made
    /// @throws IOException when they cannot be kept
    TlsTraining() throws GeneralSecurityException, IOException {
        List<String> names = List.of("localhost");
        ec = SelfSigned.server(names, DAYS, "EC", EC_BITS);
        rsa = SelfSigned.server(names, DAYS, "RSA", RSA_BITS);
        KeyStore known = KeyStore.getInstance("PKCS12");
        known.load(null, null);
        known.setCertificateEntry("ec", ec.chain().getFirst());
        known.setCertificateEntry("rsa", rsa.chain().getFirst());
        TrustManagerFactory trusting = TrustManagerFactory.getInstance("PKIX");
        trusting.init(known);
        trust = trusting.getTrustManagers();
    }

    /// Writes the certificates.
    ///
    /// @param folder gets files
    /// @return the certificate objects, TOML
    /// @throws GeneralSecurityException when they cannot be encoded
    /// @throws IOException when they cannot be written
    String certificates(Path folder) throws GeneralSecurityException, IOException {
        return certificate(folder, "ec", ec) + certificate(folder, "rsa", rsa);
    }

    private static String certificate(Path folder, String name, Identity identity)
            throws GeneralSecurityException, IOException {
        Path chain = folder.resolve(name + ".pem").toAbsolutePath();
        Path key = folder.resolve(name + ".key").toAbsolutePath();
        Files.writeString(chain, PemText.of(identity.chain()));
        Files.writeString(key, PemText.of(identity.key()));
        return """
        [certificates.%s]
        certificate = "%s"
        key = "%s"
        default = true
        """
                .formatted(name, chain, key);
    }

    /// Sends GETs over HTTP/2, many at once on one connection.
    ///
    /// @param port of 127.0.0.1
    /// @param path what to ask for
    /// @param count how often
    /// @throws GeneralSecurityException when there is no TLS
    void get(int port, String path, int count) throws GeneralSecurityException {
        try (HttpClient client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_2)
                        .connectTimeout(TIMEOUT)
                        .sslContext(context())
                        .build()) {
            URI uri = URI.create("https://localhost:" + port + path);
            HttpRequest request = HttpRequest.newBuilder(uri).timeout(TIMEOUT).build();
            for (int sent = 0; sent < count; sent += AT_ONCE) {
                Stream<CompletableFuture<HttpResponse<Void>>> answers =
                        IntStream.range(0, AT_ONCE)
                                .mapToObj(
                                        i -> client.sendAsync(request, BodyHandlers.discarding()));
                CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).join();
            }
        }
    }

    /// Opens connections, each with a handshake of its own, half of them for a certificate of EC.
    ///
    /// @param port of 127.0.0.1
    /// @param count how many
    /// @throws GeneralSecurityException when there is no TLS
    /// @throws IOException when a handshake fails
    void handshakes(int port, int count) throws GeneralSecurityException, IOException {
        for (int i = 0; i < count; i++) {
            try (SSLSocket socket =
                    (SSLSocket)
                            context()
                                    .getSocketFactory()
                                    .createSocket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoTimeout((int) TIMEOUT.toMillis());
                if (i % 2 == 1) {
                    var parameters = socket.getSSLParameters();
                    parameters.setSignatureSchemes(new String[] {"rsa_pss_rsae_sha256"});
                    socket.setSSLParameters(parameters);
                }
                socket.startHandshake();
            }
        }
    }

    /// A new one knows no session that it could resume.
    private SSLContext context() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust, null);
        return context;
    }
}
