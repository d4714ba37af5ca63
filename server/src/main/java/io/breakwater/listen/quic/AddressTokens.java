package io.breakwater.listen.quic;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// The tokens by which clients show that they are where they say (RFC 9000 §8.1.2): each first
/// packet is answered with one, and the connection begins with the packet that brings it back.
/// Without them, whoever gives a false address would have large answers sent there. Jetty's own can
/// be made by anybody.
///
/// | offset | bytes | meaning |
/// |---|---|---|
/// | 0 | 4 | when it was made, seconds of this process's clock |
/// | 4 | 16 | the first bytes of HMAC-SHA256 over time, address, port and connection id |
/// | 20 | up to 20 | the connection id that the client began with |
final class AddressTokens {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int TIME_BYTES = 4;
    private static final int MAC_BYTES = 16;
    private static final int LIFE_SECONDS = 30;

    private final SecretKeySpec key;

    /// Makes a key that lives as long as this.
    AddressTokens() {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        this.key = new SecretKeySpec(secret, ALGORITHM);
    }

    /// Makes a token.
    ///
    /// @param client where it is sent
    /// @param id the connection id that the client began with
    byte[] mint(InetSocketAddress client, byte[] id) {
        int now = now();
        return ByteBuffer.allocate(TIME_BYTES + MAC_BYTES + id.length)
                .putInt(now)
                .put(mac(now, client, id))
                .put(id)
                .array();
    }

    /// Looks at a token.
    ///
    /// @param client where it comes from
    /// @param token as it came
    /// @return the connection id that the client began with; null when it is not one of ours, or
    ///   old
    byte @Nullable [] validate(InetSocketAddress client, byte[] token) {
        if (token.length <= TIME_BYTES + MAC_BYTES) return null;
        int made = ByteBuffer.wrap(token).getInt();
        byte[] mac = Arrays.copyOfRange(token, TIME_BYTES, TIME_BYTES + MAC_BYTES);
        byte[] id = Arrays.copyOfRange(token, TIME_BYTES + MAC_BYTES, token.length);
        if (!MessageDigest.isEqual(mac, mac(made, client, id))) return null;
        return now() - made > LIFE_SECONDS ? null : id;
    }

    private static int now() {
        return (int) TimeUnit.NANOSECONDS.toSeconds(System.nanoTime());
    }

    private byte[] mac(int time, InetSocketAddress client, byte[] id) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(ByteBuffer.allocate(TIME_BYTES).putInt(time).flip());
            mac.update(client.getAddress().getAddress());
            mac.update((byte) (client.getPort() >> 8));
            mac.update((byte) client.getPort());
            mac.update(id);
            return Arrays.copyOf(mac.doFinal(), MAC_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this runtime has no " + ALGORITHM, e);
        }
    }
}
