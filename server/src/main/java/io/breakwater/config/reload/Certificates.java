package io.breakwater.config.reload;

import io.breakwater.config.CertificateConfig;
import io.breakwater.config.Configuration;
import io.breakwater.config.Kind;
import io.breakwater.config.Problem;
import io.breakwater.config.ServerConfig;
import io.breakwater.config.ServerConfig.Protocol;
import io.breakwater.config.ServerTlsConfig;
import io.breakwater.tls.CertificateIndex;
import io.breakwater.tls.CertificateIndex.Shown;
import io.breakwater.tls.CertificateNames;
import io.breakwater.tls.Identity;
import io.breakwater.tls.PemReader;
import io.breakwater.tls.ServerTls;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Compiles the TLS of listeners: reads and checks the certificates that are new or whose files
/// have changed, and keeps the others and what is made of them. Blocks on files.
final class Certificates {
    private final Compiled before;
    private final List<Problem> problems;
    private final Map<X509Certificate, X509Certificate> shared = new HashMap<>();

    private Certificates(Compiled before, List<Problem> problems) {
        this.before = before;
        this.problems = problems;
        for (Known known : before.known().values())
            if (known.shown != null) share(known.shown.identity().chain());
    }

    /// What was compiled.
    ///
    /// @param known certificates by name
    /// @param index of the enabled ones
    /// @param servers TLS of the enabled servers that speak it, by name
    /// @param files that it was made of, as they were
    record Compiled(
            Map<String, Known> known,
            CertificateIndex index,
            Map<String, ServerTls> servers,
            FileStamps files) {
        static final Compiled NONE =
                new Compiled(Map.of(), new CertificateIndex(List.of()), Map.of(), FileStamps.NONE);
    }

    /// A certificate that was read.
    ///
    /// @param config as configured
    /// @param files that it was read from, as they were
    /// @param shown null when something is wrong with it
    record Known(CertificateConfig config, FileStamps files, @Nullable Shown shown) {}

    /// Compiles.
    ///
    /// @param next the configuration
    /// @param before what was compiled last
    /// @param problems gets everything that is wrong
    static Compiled compile(Configuration next, Compiled before, List<Problem> problems) {
        return new Certificates(before, problems).compile(next);
    }

    private Compiled compile(Configuration next) {
        Map<String, Known> known = new HashMap<>();
        List<Shown> shown = new ArrayList<>();
        List<String> files = new ArrayList<>();
        for (CertificateConfig config : new TreeMap<>(next.certificates()).values()) {
            Known each = known(config);
            known.put(config.name(), each);
            files.add(config.certificate());
            files.add(config.key());
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
        return new Compiled(known, index, servers, FileStamps.of(files));
    }

    private Known known(CertificateConfig config) {
        FileStamps files = FileStamps.of(List.of(config.certificate(), config.key()));
        Known known = before.known().get(config.name());
        if (known != null
                && known.shown != null
                && known.config.equals(config)
                && known.files.equals(files)) return known;
        return new Known(config, files, read(config));
    }

    private @Nullable Shown read(CertificateConfig config) {
        PemReader pem = new PemReader(Kind.CERTIFICATE.key() + "/" + config.name(), problems);
        Identity read = pem.identity("certificate", config.certificate(), "key", config.key());
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
            return new ServerTls(index, settings);
        } catch (GeneralSecurityException e) {
            pem.problem("tls", "on", "certificates that can be used", e);
            return null;
        }
    }
}
