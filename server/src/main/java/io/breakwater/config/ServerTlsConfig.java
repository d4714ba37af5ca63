package io.breakwater.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// How TLS with clients is spoken.
///
/// @param on whether it is
/// @param minVersion the oldest version
/// @param ciphers cipher suites by their standard names, the preferred ones first; empty for the
///   built-in choice
/// @param clientAuth whether clients have to show a certificate
/// @param clientCa who may have issued clients' certificates: PEM text or the absolute path of a
///   file, null when they are not asked for one
public record ServerTlsConfig(
        boolean on,
        Version minVersion,
        List<String> ciphers,
        ClientAuth clientAuth,
        @Nullable String clientCa) {
    /// Copies the list.
    public ServerTlsConfig {
        ciphers = List.copyOf(ciphers);
    }

    /// A version of TLS.
    public enum Version {
        /// TLS 1.2 (RFC 5246).
        TLS12("1.2"),
        /// TLS 1.3 (RFC 8446).
        TLS13("1.3");

        private final String number;

        Version(String number) {
            this.number = number;
        }

        /// As configuration writes it.
        ///
        /// @return `1.2` or `1.3`
        public String number() {
            return number;
        }
    }

    /// Whether clients have to show a certificate.
    public enum ClientAuth {
        /// They are not asked.
        NONE,
        /// One that is shown has to be good.
        OPTIONAL,
        /// Without a good one there is no connection.
        REQUIRE
    }
}
