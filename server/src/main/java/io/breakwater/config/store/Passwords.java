package io.breakwater.config.store;

import com.password4j.Argon2Function;
import com.password4j.Hash;
import com.password4j.Password;
import com.password4j.types.Argon2;
import java.security.SecureRandom;
import java.util.concurrent.Semaphore;

/// Password hashes: argon2id with 12 MiB, 3 passes, 1 lane (one of the settings that OWASP's
/// password storage cheat sheet holds equal), about 60 ms. Each hash needs its 12 MiB of heap, so
/// only two are computed at a time.
final class Passwords {
    private static final int MEMORY_KIB = 12 * 1024;
    private static final int PASSES = 3;
    private static final int LANES = 1;
    private static final int HASH_BYTES = 32;
    private static final int SALT_BYTES = 16;
    private static final int CONCURRENT = 2;

    // The hash of a text nobody knows: checked for unknown users, so that they take as long.
    static final String NOBODY =
            "$argon2id$v=19$m=12288,t=3,p=1$c29tZXRoaW5nIHNhbHR5IQ$"
                    + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    // No 0 O 1 l I: the text is read from a screen and typed.
    private static final String ALPHABET =
            "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    private static final int GENERATED_LENGTH = 20;

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Semaphore PERMITS = new Semaphore(CONCURRENT, true);

    private Passwords() {}

    static String hash(String password) {
        byte[] salt = randomBytes(SALT_BYTES);
        Argon2Function function =
                Argon2Function.getInstance(MEMORY_KIB, PASSES, LANES, HASH_BYTES, Argon2.ID);
        PERMITS.acquireUninterruptibly();
        try {
            Hash hash = Password.hash(password).addSalt(salt).with(function);
            return hash.getResult();
        } finally {
            PERMITS.release();
        }
    }

    static boolean matches(String password, String hash) {
        PERMITS.acquireUninterruptibly();
        try {
            return Password.check(password, hash).with(Argon2Function.getInstanceFromHash(hash));
        } finally {
            PERMITS.release();
        }
    }

    static String generated() {
        StringBuilder text = new StringBuilder(GENERATED_LENGTH);
        for (int i = 0; i < GENERATED_LENGTH; i++)
            text.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        return text.toString();
    }

    static byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        RANDOM.nextBytes(bytes);
        return bytes;
    }
}
