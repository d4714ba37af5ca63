package io.breakwater.acme;

import io.breakwater.control.CertificateOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What outlives the process: accounts, certificates, stories of orders. Any thread; blocks. What
/// is kept is on disk when the call returns; keys are sealed there.
public interface AcmeStore {
    /// Finds an account.
    ///
    /// @param id what it is known by
    /// @return null when there is none
    @Nullable Account account(String id);

    /// Keeps an account in place of what was kept by its id.
    ///
    /// @param account the account
    void keep(Account account);

    /// Finds what was obtained for an object.
    ///
    /// @param name the object's name
    /// @return null when there is none
    @Nullable Obtained obtained(String name);

    /// Keeps what was obtained in place of what was for the same object.
    ///
    /// @param name the object's name
    /// @param obtained certificate and key
    void keep(String name, Obtained obtained);

    /// The latest orders for an object.
    ///
    /// @param name the object's name
    /// @return at most 20, newest first
    List<CertificateOrder> orders(String name);

    /// Keeps the story of an order that has ended.
    ///
    /// @param order the story
    void keep(CertificateOrder order);

    /// An account at an authority.
    ///
    /// @param id what it is known by here
    /// @param location its URL at the authority
    /// @param publicKey its public key, X.509 in DER
    /// @param privateKey its private key, PKCS #8 in DER
    record Account(String id, String location, byte[] publicKey, byte[] privateKey) {
        /// Without the keys.
        @Override
        public String toString() {
            return "Account[location=" + location + "]";
        }
    }

    /// A certificate that was obtained.
    ///
    /// @param order what it was obtained for, as a digest
    /// @param chain PEM text, its own first
    /// @param key PEM text
    /// @param atMillis when, milliseconds since 1970
    record Obtained(String order, String chain, String key, long atMillis) {
        /// Without the key.
        @Override
        public String toString() {
            return "Obtained[atMillis=" + atMillis + "]";
        }
    }
}
