package io.breakwater.config;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a certificate is obtained from an authority (ACME, RFC 8555). Keys and defaults: the setting
/// table (`Settings`).
///
/// @param directory where the authority's directory is
/// @param email whom the authority writes to, null for nobody
/// @param challenge how it finds out that the names are ours
/// @param dnsHook program and arguments that publish records, for [Challenge#DNS_01]; else empty
/// @param eabKid the account's key id at the authority, null without external account binding
/// @param eabHmac the key that goes with it, in base64url, or the absolute path of a file with it
/// @param keyType of the certificate's key
/// @param ca who is trusted for the directory's own TLS: PEM text or the absolute path of a file,
///   null for those that the runtime trusts
/// @param renewBefore how long before its end it is renewed, null for a third of its lifetime
public record AcmeConfig(
        URI directory,
        @Nullable String email,
        Challenge challenge,
        List<String> dnsHook,
        @Nullable String eabKid,
        @Nullable String eabHmac,
        KeyType keyType,
        @Nullable String ca,
        @Nullable Duration renewBefore) {
    /// Copies the list.
    public AcmeConfig {
        dnsHook = List.copyOf(dnsHook);
    }

    /// How the authority finds out that a name is ours.
    public enum Challenge {
        /// It asks the name's port 80 for a file (RFC 8555 §8.3).
        HTTP_01,
        /// It asks the name's port 443 for a certificate (RFC 8737).
        TLS_ALPN_01,
        /// It asks DNS for a record of the name (RFC 8555 §8.4).
        DNS_01
    }

    /// The kind of a private key.
    public enum KeyType {
        /// EC on P-256.
        EC256("EC", 256),
        /// EC on P-384.
        EC384("EC", 384),
        /// RSA of 2048 bits.
        RSA2048("RSA", 2048),
        /// RSA of 3072 bits.
        RSA3072("RSA", 3072),
        /// RSA of 4096 bits.
        RSA4096("RSA", 4096);

        private final String algorithm;
        private final int bits;

        KeyType(String algorithm, int bits) {
            this.algorithm = algorithm;
            this.bits = bits;
        }

        /// The algorithm's standard name.
        ///
        /// @return `EC` or `RSA`
        public String algorithm() {
            return algorithm;
        }

        /// The key's size.
        ///
        /// @return in bits
        public int bits() {
            return bits;
        }
    }

    /// Without the key of the account.
    @Override
    public String toString() {
        return "AcmeConfig[directory=" + directory + ", challenge=" + challenge + "]";
    }
}
