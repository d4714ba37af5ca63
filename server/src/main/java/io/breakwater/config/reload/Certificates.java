package io.breakwater.config.reload;

import io.breakwater.config.AcmeConfig;
import io.breakwater.config.CertificateConfig;
import io.breakwater.config.Configuration;
import io.breakwater.config.Kind;
import io.breakwater.config.Problem;
import io.breakwater.config.ServerConfig;
import io.breakwater.config.ServerConfig.Protocol;
import io.breakwater.config.ServerTlsConfig;
import io.breakwater.tls.AlpnChallenges;
import io.breakwater.tls.CertificateIndex;
import io.breakwater.tls.CertificateIndex.Shown;
import io.breakwater.tls.CertificateNames;
import io.breakwater.tls.Identity;
import io.breakwater.tls.PemReader;
import io.breakwater.tls.ServerTls;
import io.breakwater.tls.TlsLibrary;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Compiles the TLS of listeners: reads and checks the certificates that are new or whose files
/// have changed, and keeps the others and what is made of them. Blocks on files.
final class Certificates {
    private final Compiled before;
    private final Means means;
    private final List<Problem> problems;
    private final Map<X509Certificate, X509Certificate> shared = new HashMap<>();

    private Certificates(Compiled before, Means means, List<Problem> problems) {
        this.before = before;
        this.means = means;
        this.problems = problems;
        for (Known known : before.known().values())
            if (known.shown != null) share(known.shown.identity().chain());
    }

    /// What was compiled.
    ///
    /// @param known certificates by name
    /// @param index of the enabled ones
    /// @param servers TLS of the enabled servers that speak it, by name
    /// @param quic what HTTP/3 shows to every client, null while there is none
    /// @param files that it was made of, as they were
    record Compiled(
            Map<String, Known> known,
            CertificateIndex index,
            Map<String, ServerTls> servers,
            @Nullable Identity quic,
            FileStamps files) {
        static final Compiled NONE =
                new Compiled(
                        Map.of(), new CertificateIndex(List.of()), Map.of(), null, FileStamps.NONE);
    }

    /// A certificate that was read.
    ///
    /// @param config as configured
    /// @param files that it was read from, as they were
    /// @param from what was obtained, null when it was read or there is none yet
    /// @param shown null when something is wrong with it or there is none yet
    record Known(
            CertificateConfig config,
            FileStamps files,
            @Nullable Identity from,
            @Nullable Shown shown) {}

    /// What it takes beside the configuration.
    ///
    /// @param identities certificates that ACME obtained, by the object's name; null for none yet
    /// @param challenges what authorities are shown that ask
    /// @param library speaks TLS where it can
    record Means(
            Function<String, @Nullable Identity> identities,
            AlpnChallenges challenges,
            TlsLibrary library) {}

    /// Compiles.
    ///
    /// @param next the configuration
    /// @param before what was compiled last
    /// @param means beside it
    /// @param problems gets everything that is wrong
    static Compiled compile(
            Configuration next, Compiled before, Means means, List<Problem> problems) {
        return new Certificates(before, means, problems).compile(next);
    }

    private Compiled compile(Configuration next) {
        Map<String, Known> known = new HashMap<>();
        List<Shown> shown = new ArrayList<>();
        List<String> files = new ArrayList<>();
        for (CertificateConfig config : new TreeMap<>(next.certificates()).values()) {
            Known each = known(config);
            known.put(config.name(), each);
            files.addAll(files(config));
            if (each.shown != null && config.enabled()) shown.add(each.shown);
        }
        CertificateIndex index = new CertificateIndex(shown);
        if (index.all().equals(before.index().all())) index = before.index();
        Map<String, ServerTls> servers = new HashMap<>();
        for (ServerConfig server : new TreeMap<>(next.servers()).values()) {
            if (!server.tls().on()) continue;
            String ca = server.tls().clientCa();
            if (ca != null) files.add(ca);
            ServerTls tls = serverTls(server, index);
            if (tls != null && server.enabled()) servers.put(server.name(), tls);
        }
        return new Compiled(
                known,
                index,
                servers,
                QuicCertificate.of(next, known, problems),
                FileStamps.of(files));
    }

    private static List<String> files(CertificateConfig config) {
        return Stream.of(config.certificate(), config.key()).filter(Objects::nonNull).toList();
    }

    @SuppressWarnings("ReferenceEquality") // what is obtained is made anew each time
    private Known known(CertificateConfig config) {
        FileStamps files = FileStamps.of(files(config));
        Identity from = config.acme() == null ? null : means.identities().apply(config.name());
        Known known = before.known().get(config.name());
        if (known != null
                && known.shown != null
                && known.config.equals(config)
                && known.from == from
                && known.files.equals(files)) return known;
        return new Known(config, files, from, read(config, from));
    }

    private @Nullable Shown read(CertificateConfig config, @Nullable Identity from) {
        PemReader pem = new PemReader(Kind.CERTIFICATE.key() + "/" + config.name(), problems);
        AcmeConfig acme = config.acme();
        if (acme != null) pem.certificates("acme.ca", acme.ca());
        Identity read =
                acme != null
                        ? from
                        : pem.identity("certificate", config.certificate(), "key", config.key());
        if (read == null) return null;
        List<X509Certificate> chain = read.chain();
        List<String> domains;
        try {
            domains = domains(config, new CertificateNames(chain.getFirst()));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            pem.problem("certificate", "PEM text", "a certificate whose names can be read", e);
            return null;
        }
        return new Shown(
                config.name(), new Identity(share(chain), read.key()), domains, config.isDefault());
    }

    /// What it is shown for: names that it is not valid for would be refused by clients.
    private List<String> domains(CertificateConfig config, CertificateNames names) {
        String object = Kind.CERTIFICATE.key() + "/" + config.name();
        List<String> valid = names.hosts();
        if (config.domains().isEmpty()) {
            if (valid.isEmpty() && !config.isDefault())
                problems.add(
                        new Problem(
                                object,
                                "certificate",
                                names.toString(),
                                "a certificate that is valid for a host name (subjectAltName), or"
                                        + " default = true"));
            return valid;
        }
        // One that was obtained before `domains` changed is good for the others until the next is
        // there.
        if (config.acme() != null)
            return config.domains().stream()
                    .filter(domain ->
                            valid.contains(domain) || !domain.startsWith("*.") && names.fit(domain))
                    .toList();
        for (String domain : config.domains())
            if (!valid.contains(domain) && (domain.startsWith("*.") || !names.fit(domain)))
                problems.add(
                        new Problem(
                                object,
                                "domains",
                                domain,
                                "names that the certificate is valid for: " + names));
        return config.domains();
    }

    /// Certificates of authorities are kept once, however many chains they are in.
    private List<X509Certificate> share(List<X509Certificate> chain) {
        List<X509Certificate> copy = new ArrayList<>(chain);
        for (int i = 1; i < copy.size(); i++) {
            X509Certificate known = shared.putIfAbsent(copy.get(i), copy.get(i));
            if (known != null) copy.set(i, known);
        }
        return copy;
    }

    private @Nullable ServerTls serverTls(ServerConfig server, CertificateIndex index) {
        PemReader pem = new PemReader(Kind.SERVER.key() + "/" + server.name(), problems);
        ServerTlsConfig config = server.tls();
        List<X509Certificate> authorities = pem.certificates("client-ca", config.clientCa());
        List<String> protocols = new ArrayList<>();
        if (server.protocols().contains(Protocol.H2)) protocols.add("h2");
        if (server.protocols().contains(Protocol.HTTP1)) protocols.add("http/1.1");
        ServerTls.Settings settings =
                new ServerTls.Settings(
                        config.minVersion() == ServerTlsConfig.Version.TLS13
                                ? List.of("TLSv1.3")
                                : List.of("TLSv1.3", "TLSv1.2"),
                        config.ciphers(),
                        protocols,
                        switch (config.clientAuth()) {
                            case NONE -> ServerTls.Clients.UNKNOWN;
                            case OPTIONAL -> ServerTls.Clients.ASKED;
                            case REQUIRE -> ServerTls.Clients.KNOWN;
                        },
                        authorities);
        ServerTls known = before.servers().get(server.name());
        if (known != null && known.is(index, settings)) return known;
        try {
            return new ServerTls(index, means.challenges(), settings, means.library());
        } catch (GeneralSecurityException e) {
            pem.problem("tls", "on", "certificates that can be used", e);
            return null;
        }
    }
}
