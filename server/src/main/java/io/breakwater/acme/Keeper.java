package io.breakwater.acme;

import io.breakwater.config.AcmeConfig;
import io.breakwater.config.CertificateConfig;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// When the next order for one object is due. Guarded by the lock of its [Acme].
final class Keeper {
    private final CertificateConfig certificate;
    private final AcmeConfig config;
    private Instant due;
    private int failures;
    private long orders;
    private @Nullable Story story;
    private @Nullable Thread thread;

    /// @param due when the first order is
    /// @param failures orders that failed in a row before
    /// @param orders the number of the last order
    Keeper(
            CertificateConfig certificate,
            AcmeConfig config,
            Instant due,
            int failures,
            long orders) {
        this.certificate = certificate;
        this.config = config;
        this.due = due;
        this.failures = failures;
        this.orders = orders;
    }

    CertificateConfig certificate() {
        return certificate;
    }

    AcmeConfig config() {
        return config;
    }

    List<String> domains() {
        return certificate.domains();
    }

    Instant due() {
        return due;
    }

    int failures() {
        return failures;
    }

    /// The order in flight.
    ///
    /// @return null when there is none
    @Nullable Story story() {
        return story;
    }

    boolean isReady(Instant now) {
        return thread == null && !due.isAfter(now);
    }

    boolean sharesNames(Keeper other) {
        return !Collections.disjoint(domains(), other.domains());
    }

    /// The number of the last order.
    long orders() {
        return orders;
    }

    long nextNumber() {
        return ++orders;
    }

    void begin(Story story, Thread thread) {
        this.story = story;
        this.thread = thread;
    }

    /// What follows from the order in flight, before anybody can see that it has ended.
    void follow(Instant next, int failures) {
        this.due = next;
        this.failures = failures;
    }

    void end() {
        this.story = null;
        this.thread = null;
    }

    void want(Instant now) {
        due = now;
    }

    /// Gives the order in flight up.
    ///
    /// @return its thread, null when there is none
    @Nullable Thread cancel() {
        Thread running = thread;
        if (running != null) running.interrupt();
        return running;
    }
}
