package io.breakwater.testing;

import java.nio.file.Path;

/// What tests of HTTP/3 share: certificates, and configurations that speak it.
///
/// @param pki has `one` and `two`, both for 127.0.0.1 and `shop.test`
public record Http3Kit(Pki pki) {
    /// Makes the certificates.
    ///
    /// @param folder where they go
    /// @return the kit
    /// @throws Exception when openssl fails
    public static Http3Kit in(Path folder) throws Exception {
        String names = "IP:127.0.0.1,DNS:shop.test";
        return new Http3Kit(Pki.in(folder).issue("one", names).issue("two", names));
    }

    /// Has a configuration speak HTTP/1.1, HTTP/2 and HTTP/3.
    ///
    /// @param setup any without TLS
    /// @return the changed configuration
    public Setup speaking(Setup setup) {
        return speaking(setup, "one");
    }

    /// The same, with a certificate.
    ///
    /// @param setup any without TLS
    /// @param certificate its name
    /// @return the changed configuration
    public Setup speaking(Setup setup, String certificate) {
        return secure(setup, certificate).server("protocols = [\"http1\", \"h2\", \"h3\"]");
    }

    /// Has a configuration speak TLS.
    ///
    /// @param setup any without TLS
    /// @param certificate its name
    /// @return the changed configuration
    public Setup secure(Setup setup, String certificate) {
        return setup.server("tls = true")
                .more(
                        """
                        [certificates.shop]
                        certificate = "%s"
                        key = "%s"
                        """
                                .formatted(
                                        pki.path(certificate + ".pem"),
                                        pki.path(certificate + ".key")));
    }
}
