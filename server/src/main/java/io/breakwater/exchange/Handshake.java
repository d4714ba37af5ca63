package io.breakwater.exchange;

import java.util.Locale;

/// How TLS with a client began, or why it did not.
///
/// @param server the server object's name
/// @param peer the client's address, `-` when it is not known any more
/// @param outcome what came of it
/// @param words the version that was agreed upon, or what happened
public record Handshake(String server, String peer, Outcome outcome, String words) {
    /// What came of it, in kinds that can be counted.
    public enum Outcome {
        /// There is a connection.
        DONE,
        /// No certificate is for the host that was asked for.
        UNKNOWN_HOST,
        /// It does not speak TLS.
        NOT_TLS,
        /// No version, cipher suite or protocol in common.
        NOTHING_IN_COMMON,
        /// The client's certificate is missing or not good.
        CLIENT_CERTIFICATE,
        /// The client does not like ours, or says that something else is wrong.
        REFUSED_BY_CLIENT,
        /// It took longer than `header-timeout`.
        TIMEOUT,
        /// The client left.
        CLIENT_LEFT,
        /// Something else.
        OTHER;

        /// As metrics write it.
        ///
        /// @return in lower case, with dashes
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
