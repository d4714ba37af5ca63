package io.breakwater.acme;

import io.breakwater.config.Configuration;
import io.breakwater.control.AcmeView;
import io.breakwater.tls.Identity;
import org.jspecify.annotations.Nullable;

/// Where certificates come from that are obtained and not configured. Any thread; may block on the
/// store, not on authorities.
public interface CertificateSource {
    /// Has none.
    CertificateSource NONE =
            new CertificateSource() {
                @Override
                public @Nullable Identity identity(String name) {
                    return null;
                }

                @Override
                public void configured(Configuration next) {
                    // there is nothing to keep
                }

                @Override
                public @Nullable AcmeView view(String name) {
                    return null;
                }

                @Override
                public boolean renew(String name) {
                    return false;
                }
            };

    /// The certificate of an object.
    ///
    /// @param name the object's name
    /// @return the same one until there is another; null when there is none yet
    @Nullable Identity identity(String name);

    /// Takes notice of what is in force: what it names is obtained, what it does not is given up.
    ///
    /// @param next the configuration
    void configured(Configuration next);

    /// How it is about a certificate.
    ///
    /// @param name the object's name
    /// @return null when it is not obtained and never was
    @Nullable AcmeView view(String name);

    /// Has a certificate ordered now, whatever is known of it.
    ///
    /// @param name the object's name
    /// @return false when no such object is obtained and on
    boolean renew(String name);
}
