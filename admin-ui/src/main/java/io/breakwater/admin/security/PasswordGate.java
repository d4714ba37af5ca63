package io.breakwater.admin.security;

import io.breakwater.control.Accounts;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Password checks, throttled by account and by address. One check runs at a time, because each
/// takes much memory and processor time on purpose; so a flood of tries cannot starve the proxy,
/// and tries made side by side cannot slip past the throttle.
public final class PasswordGate {
    private static final Logger LOG = LoggerFactory.getLogger(PasswordGate.class);
    private static final int FREE_PER_ACCOUNT = 5;
    private static final int FREE_PER_ADDRESS = 10;
    // An account's wait is short, or a stranger could keep its owner out.
    private static final Duration LONGEST_PER_ACCOUNT = Duration.ofMinutes(1);
    private static final Duration LONGEST_PER_ADDRESS = Duration.ofMinutes(15);
    private static final long QUEUE_SECONDS = 5;
    private static final int MAX_USER_CHARS = 100;
    private static final int MAX_PASSWORD_CHARS = 1_000;
    private static final int MAX_VERIFIED = 256;
    private static final long VERIFIED_MILLIS = Duration.ofMinutes(1).toMillis();

    private final Accounts accounts;
    private final InstantSource clock;
    private final Throttle byAccount;
    private final Throttle byAddress;
    private final ReentrantLock oneCheck = new ReentrantLock(true);
    private final SecretKeySpec key;

    /// Proofs of passwords found right lately, and until when they hold.
    private final Map<String, Long> verified = new ConcurrentHashMap<>();

    /// Makes a gate.
    ///
    /// @param accounts knows the passwords
    /// @param clock the time
    public PasswordGate(Accounts accounts, InstantSource clock) {
        this.accounts = accounts;
        this.clock = clock;
        this.byAccount = new Throttle(FREE_PER_ACCOUNT, LONGEST_PER_ACCOUNT, clock);
        this.byAddress = new Throttle(FREE_PER_ADDRESS, LONGEST_PER_ADDRESS, clock);
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        this.key = new SecretKeySpec(secret, "HmacSHA256");
    }

    /// Checks a password. Blocks.
    ///
    /// @param user what was typed
    /// @param password what was typed
    /// @param address the client's address
    /// @return the verdict
    public Verdict check(String user, String password, String address) {
        String network = network(address);
        long wait = waitSeconds(user, network);
        if (wait > 0) {
            return new Verdict.Wait(wait);
        }
        try {
            if (!oneCheck.tryLock(QUEUE_SECONDS, TimeUnit.SECONDS)) {
                return new Verdict.Wait(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Verdict.Wait(1);
        }
        try {
            return checkAlone(user, password, address);
        } finally {
            oneCheck.unlock();
        }
    }

    /// As [#check], but a pair that was right within the last minute is right at once, as long as
    /// the password has not changed: scripts send it with each request. Only a keyed hash of it is
    /// held.
    ///
    /// @param user what was sent
    /// @param password what was sent
    /// @param address the client's address
    /// @return the verdict
    public Verdict checkRepeated(String user, String password, String address) {
        String proof = proof(user, password, accounts.passwordVersion(user));
        Long until = verified.get(proof);
        if (until != null && clock.millis() < until) {
            return new Verdict.Right();
        }
        Verdict verdict = check(user, password, address);
        if (verdict instanceof Verdict.Right) {
            long now = clock.millis();
            verified.values().removeIf(end -> end <= now);
            if (verified.size() < MAX_VERIFIED) {
                verified.put(proof, now + VERIFIED_MILLIS);
            }
        }
        return verdict;
    }

    private Verdict checkAlone(String user, String password, String address) {
        String network = network(address);
        // Again: others may have failed while this one queued.
        long wait = waitSeconds(user, network);
        if (wait > 0) {
            return new Verdict.Wait(wait);
        }
        boolean plausible =
                user.length() <= MAX_USER_CHARS && password.length() <= MAX_PASSWORD_CHARS;
        if (plausible && accounts.signIn(user, password)) {
            byAccount.succeeded(user);
            return new Verdict.Right();
        }
        byAccount.failed(accountKey(user));
        byAddress.failed(network);
        LOG.warn("wrong password for {} from {}", printable(accountKey(user)), address);
        return new Verdict.Wrong();
    }

    private long waitSeconds(String user, String network) {
        return Math.max(byAccount.waitSeconds(accountKey(user)), byAddress.waitSeconds(network));
    }

    private static String accountKey(String user) {
        return user.length() <= MAX_USER_CHARS ? user : user.substring(0, MAX_USER_CHARS);
    }

    /// What was typed cannot forge a line of the log.
    private static String printable(String user) {
        return user.replaceAll("[^\\p{Graph}]", "?");
    }

    /// An IPv6 client owns a whole /64, so that is what counts.
    private static String network(String address) {
        if (address.indexOf(':') < 0) {
            return address;
        }
        try {
            byte[] bytes = InetAddress.ofLiteral(address).getAddress();
            return bytes.length == 16
                    ? Base64.getEncoder().encodeToString(Arrays.copyOf(bytes, 8))
                    : address;
        } catch (IllegalArgumentException e) {
            return address;
        }
    }

    private String proof(String user, String password, long version) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            // Lengths first, so that no two triples give the same text.
            String text =
                    user.length() + ":" + password.length() + ":" + version + ":" + user + password;
            return Base64.getEncoder()
                    .encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256 is part of every Java", e);
        }
    }

    /// The outcome of a check.
    public sealed interface Verdict {
        /// The password is right.
        record Right() implements Verdict {}

        /// The name or the password is wrong.
        record Wrong() implements Verdict {}

        /// Too many failures or too many checks at once; nothing was checked.
        ///
        /// @param seconds how long to wait, 1 or more
        record Wait(long seconds) implements Verdict {}
    }
}
