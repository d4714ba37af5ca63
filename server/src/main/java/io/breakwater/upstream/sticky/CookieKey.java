package io.breakwater.upstream.sticky;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// The secret that cookies are signed with. Any thread.
public final class CookieKey {
    /// Length of a secret, in bytes.
    public static final int BYTES = 32;

    private static final String ALGORITHM = "HmacSHA256";
    private static final Base64.Encoder TEXT = Base64.getUrlEncoder().withoutPadding();

    private volatile byte @Nullable [] secret;
    private volatile @Nullable Mac keyed;

    /// Makes a key whose secret is a random one until another is given.
    public CookieKey() {}

    /// Signs with a secret that outlives the process and may be shared. Before the first cookie is
    /// made: those of another secret count as none.
    ///
    /// @param kept [#BYTES] bytes, copied
    public synchronized void use(byte[] kept) {
        if (kept.length != BYTES)
            throw new IllegalArgumentException(
                    "secret: " + kept.length + " (expected: " + BYTES + " bytes)");
        secret = kept.clone();
        keyed = null;
    }

    /// Signs a text.
    ///
    /// @param text any text
    /// @param bytes how much of the signature is wanted, 1 to 32
    /// @return the beginning of its HMAC-SHA256, as base64 for URLs
    String sign(String text, int bytes) {
        byte[] whole = mac().doFinal(text.getBytes(StandardCharsets.UTF_8));
        return TEXT.encodeToString(Arrays.copyOf(whole, bytes));
    }

    /// A copy of the keyed one, as each signs one text at a time.
    private Mac mac() {
        Mac prototype = keyed;
        if (prototype == null) prototype = keyed();
        try {
            return (Mac) prototype.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(ALGORITHM + " cannot be copied", e);
        }
    }

    /// Made when it is first needed: most configurations have no such cookie.
    private synchronized Mac keyed() {
        byte[] bytes = secret;
        if (bytes == null) {
            bytes = new byte[BYTES];
            new SecureRandom().nextBytes(bytes);
            secret = bytes;
        }
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(bytes, ALGORITHM));
            keyed = mac;
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(ALGORITHM + " is not available", e);
        }
    }
}
