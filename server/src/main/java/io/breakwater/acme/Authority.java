package io.breakwater.acme;

import io.breakwater.config.AcmeConfig;
import io.breakwater.control.CertificateOrder.Part;
import io.breakwater.tls.Pem;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.connector.NetworkSettings;
import org.shredzone.acme4j.provider.GenericAcmeProvider;

/// The way to an authority: any directory, with trust of its own where the configuration says so.
final class Authority extends GenericAcmeProvider {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final @Nullable SSLContext trust;

    private Authority(@Nullable SSLContext trust) {
        this.trust = trust;
    }

    /// Makes a session; nothing is sent yet.
    ///
    /// @throws OrderFailedException when the configured trust cannot be used
    static Session session(AcmeConfig config) throws OrderFailedException {
        String ca = config.ca();
        Session session =
                new Session(config.directory(), new Authority(ca == null ? null : trust(ca)));
        session.networkSettings().setTimeout(PATIENCE);
        session.setLocale(Locale.ENGLISH); // problems are shown as they come
        return session;
    }

    private static SSLContext trust(String ca) throws OrderFailedException {
        try {
            String text = ca.startsWith("/") ? Files.readString(Path.of(ca)) : ca;
            List<X509Certificate> authorities = Pem.certificates(text);
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (int i = 0; i < authorities.size(); i++)
                store.setCertificateEntry("ca" + i, authorities.get(i));
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new OrderFailedException(Part.ORDER, "acme.ca cannot be used: " + e, null, e);
        }
    }

    @Override
    public boolean accepts(URI uri) {
        return "https".equals(uri.getScheme());
    }

    @Override
    public HttpClient createHttpClient(NetworkSettings settings) {
        HttpClient.Builder builder =
                HttpClient.newBuilder()
                        .followRedirects(HttpClient.Redirect.NORMAL)
                        .connectTimeout(settings.getTimeout());
        return trust == null ? builder.build() : builder.sslContext(trust).build();
    }
}
