package io.breakwater.config;

import org.jspecify.annotations.Nullable;

/// How TLS to nodes is spoken. Certificates and keys are PEM texts or absolute paths of files.
///
/// @param on whether it is
/// @param sni the name that is asked for and verified, null for the node's host
/// @param verify whether the nodes' certificates have to be good
/// @param ca who may have issued them, null for those that the machine trusts
/// @param clientCert what nodes are shown, null for nothing
/// @param clientKey its key, null for none
public record TlsConfig(
        boolean on,
        @Nullable String sni,
        boolean verify,
        @Nullable String ca,
        @Nullable String clientCert,
        @Nullable String clientKey) {
    /// Without the key.
    @Override
    public String toString() {
        return "TlsConfig[on=" + on + ", sni=" + sni + ", verify=" + verify + "]";
    }
}
