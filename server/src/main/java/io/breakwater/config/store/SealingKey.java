package io.breakwater.config.store;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// The key that secrets are sealed with before they are stored: AES-256 in GCM. A sealed text opens
/// only with its key and in the place that it was sealed for, so it can neither be changed nor put
/// elsewhere. Any thread.
///
/// A sealed text is `v1:` and, in base64:
///
/// | offset | bytes | meaning |
/// |---|---|---|
/// | 0 | 12 | nonce, random |
/// | 12 | n | what is sealed, encrypted |
/// | 12 + n | 16 | tag over it and the place in UTF-8 |
final class SealingKey {
    /// Length of a key, in bytes.
    static final int BYTES = 32;

    private static final String VERSION = "v1:";
    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;
    private static final int ID_BYTES = 8;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SecretKeySpec key;
    private final String id;

    /// @param bytes [#BYTES] random bytes
    SealingKey(byte[] bytes) {
        this.key = new SecretKeySpec(bytes, "AES");
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(bytes, "HmacSHA256"));
            byte[] all = mac.doFinal("id of a sealing key".getBytes(StandardCharsets.US_ASCII));
            this.id = HexFormat.of().formatHex(all, 0, ID_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
        }
    }

    /// What tells this key from others, and nothing of the key itself.
    String id() {
        return id;
    }

    String seal(byte[] clear, String place) {
        byte[] sealed = new byte[NONCE_BYTES + clear.length + TAG_BYTES];
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        System.arraycopy(nonce, 0, sealed, 0, NONCE_BYTES);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, nonce, place);
            cipher.doFinal(clear, 0, clear.length, sealed, NONCE_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES-256 in GCM", e);
        }
        return VERSION + Base64.getEncoder().encodeToString(sealed);
    }

    /// @throws StoreException when it was not sealed by this key for this place
    byte[] open(String text, String place) {
        if (!text.startsWith(VERSION))
            throw new StoreException(
                    "the secret " + place + " is sealed in a form of another version", null);
        try {
            byte[] sealed = Base64.getDecoder().decode(text.substring(VERSION.length()));
            byte[] nonce = Arrays.copyOf(sealed, NONCE_BYTES);
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, nonce, place);
            return cipher.doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new StoreException(
                    "the secret "
                            + place
                            + " is damaged, or was sealed with another key or for another place: "
                            + e,
                    e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String place) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
        cipher.updateAAD(place.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
