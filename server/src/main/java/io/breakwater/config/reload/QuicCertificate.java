package io.breakwater.config.reload;

import io.breakwater.config.CertificateConfig;
import io.breakwater.config.Configuration;
import io.breakwater.config.Kind;
import io.breakwater.config.Problem;
import io.breakwater.config.ServerConfig;
import io.breakwater.config.ServerConfig.Protocol;
import io.breakwater.tls.CertificateIndex.Shown;
import io.breakwater.tls.Identity;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Finds the one certificate that HTTP/3 shows to every client, whatever host it asks for: the
/// default one, or the only one.
final class QuicCertificate {
    private QuicCertificate() {}

    /// Finds it.
    ///
    /// @param next the configuration
    /// @param known its certificates by name
    /// @param problems told when there are several to choose from
    /// @return null when nobody needs one, or it is not there yet
    static @Nullable Identity of(
            Configuration next, Map<String, Certificates.Known> known, List<Problem> problems) {
        List<ServerConfig> wanting =
                new TreeMap<>(next.servers())
                        .values().stream()
                                .filter(server -> server.protocols().contains(Protocol.H3))
                                .toList();
        if (wanting.isEmpty()) return null;
        List<CertificateConfig> enabled =
                new TreeMap<>(next.certificates())
                        .values().stream().filter(CertificateConfig::enabled).toList();
        List<CertificateConfig> defaults =
                enabled.stream().filter(CertificateConfig::isDefault).toList();
        List<CertificateConfig> candidates = defaults.isEmpty() ? enabled : defaults;
        if (defaults.isEmpty() && enabled.size() > 1) {
            for (ServerConfig server : wanting)
                problems.add(
                        new Problem(
                                Kind.SERVER.key() + "/" + server.name(),
                                "protocols",
                                "h3",
                                "protocols without h3, or a certificate with default = true: h3"
                                        + " shows one certificate to every client"));
            return null;
        }
        // Of several defaults, such as one for each kind of key, the one that is valid longest.
        Shown best = null;
        for (CertificateConfig config : candidates) {
            Certificates.Known each = known.get(config.name());
            Shown shown = each == null ? null : each.shown();
            if (shown != null && (best == null || end(shown).compareTo(end(best)) > 0))
                best = shown;
        }
        return best == null ? null : best.identity();
    }

    private static Instant end(Shown shown) {
        return shown.identity().chain().getFirst().getNotAfter().toInstant();
    }
}
