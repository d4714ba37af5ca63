package io.breakwater.acme;

import io.breakwater.config.AcmeConfig;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// When a certificate is renewed: so long before its end as configured, or a third of its lifetime,
/// and up to a tenth of that earlier, so that certificates that were obtained at once are not
/// renewed at once. The moment stays the same for one certificate.
final class Renewal {
    private static final Duration LEAST_USE = Duration.ofHours(12);

    private Renewal() {}

    /// @param obtained when it was obtained; it is used for a while whatever clocks say
    static Instant due(AcmeConfig config, X509Certificate certificate, Instant obtained) {
        Instant end = certificate.getNotAfter().toInstant();
        Duration lifetime = Duration.between(certificate.getNotBefore().toInstant(), end);
        Duration before = before(config.renewBefore(), lifetime);
        long most = Math.max(1, before.toMillis() / 10);
        long earlier = new SplittableRandom(certificate.hashCode()).nextLong(most);
        Instant due = end.minus(before).minusMillis(earlier);
        Duration quarter = lifetime.dividedBy(4);
        Instant least = obtained.plus(quarter.compareTo(LEAST_USE) < 0 ? quarter : LEAST_USE);
        return due.isBefore(least) ? least : due;
    }

    private static Duration before(@Nullable Duration configured, Duration lifetime) {
        if (configured == null) return lifetime.dividedBy(3);
        Duration half = lifetime.dividedBy(2);
        return configured.compareTo(half) > 0 ? half : configured;
    }
}
