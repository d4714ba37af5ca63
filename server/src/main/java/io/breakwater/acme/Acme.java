package io.breakwater.acme;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.breakwater.acme.Holdings.Held;
import io.breakwater.config.AcmeConfig;
import io.breakwater.config.CertificateConfig;
import io.breakwater.config.Configuration;
import io.breakwater.config.InvalidConfigException;
import io.breakwater.control.AcmeView;
import io.breakwater.control.CertificateOrder;
import io.breakwater.control.CertificateOrder.Outcome;
import io.breakwater.control.CertificateOrder.Part;
import io.breakwater.tls.Identity;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the certificates that are obtained by ACME: orders what is missing, renews what ends, and
/// tries again what failed. One order at a time for each object and for each name. Any thread.
///
/// What is due is found by looking at the clock again and again, so a clock that is put right or a
/// machine that has slept changes nothing.
public final class Acme implements CertificateSource, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Acme.class);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

    private final AcmeStore store;
    private final Challenges challenges;
    private final InForce inForce;
    private final Pace pace;
    private final Holdings holdings;
    private final Accounts accounts;

    @GuardedBy("this")
    private final Map<String, Keeper> keepers = new HashMap<>();

    /// Those with an order in flight, also when they are no longer among the others.
    @GuardedBy("this")
    private final Set<Keeper> running = new HashSet<>();

    @GuardedBy("this")
    private boolean configured;

    @GuardedBy("this")
    private @Nullable Thread looking;

    @GuardedBy("this")
    private boolean closed;

    /// Makes it; nothing runs before the first configuration.
    ///
    /// @param store what outlives the process
    /// @param challenges what authorities are answered
    /// @param inForce puts a certificate that was obtained in force
    /// @param pace how fast it goes
    public Acme(AcmeStore store, Challenges challenges, InForce inForce, Pace pace) {
        this.store = new SteadyStore(store);
        this.challenges = challenges;
        this.inForce = inForce;
        this.pace = pace;
        this.holdings = new Holdings(this.store);
        this.accounts = new Accounts(this.store);
    }

    /// Puts certificates that were obtained in force.
    @FunctionalInterface
    public interface InForce {
        /// Puts the configuration in force again.
        ///
        /// @throws InvalidConfigException when it cannot be any more; then nothing has changed
        void apply() throws InvalidConfigException;
    }

    /// How fast it goes.
    ///
    /// @param clock tells what is due
    /// @param look time between two looks at it
    /// @param backoff after failures
    /// @param httpPort where authorities ask for files
    public record Pace(InstantSource clock, Duration look, Backoff backoff, int httpPort) {
        /// For public authorities.
        ///
        /// @return the usual one
        public static Pace usual() {
            return new Pace(InstantSource.system(), Duration.ofSeconds(5), Backoff.usual(), 80);
        }
    }

    @Override
    public @Nullable Identity identity(String name) {
        Held held = holdings.of(name);
        return held == null ? null : held.identity();
    }

    @Override
    public synchronized void configured(Configuration next) {
        if (closed) return;
        Map<String, Keeper> before = new HashMap<>(keepers);
        keepers.clear();
        for (CertificateConfig certificate : next.certificates().values()) {
            AcmeConfig config = certificate.acme();
            if (config == null || !certificate.enabled()) continue;
            Keeper known = before.get(certificate.name());
            if (known != null
                    && known.config().equals(config)
                    && known.domains().equals(certificate.domains())) {
                keepers.put(certificate.name(), known);
                before.remove(certificate.name());
            } else keepers.put(certificate.name(), keeper(certificate, config, known));
        }
        configured = true;
        for (Keeper gone : before.values()) gone.cancel();
        if (keepers.isEmpty()) return;
        if (looking == null)
            looking = Thread.ofVirtual().name("bw-acme").start(this::lookAgainAndAgain);
        notifyAll();
    }

    /// After a start the pauses after failures go on; another configuration is tried at once.
    @GuardedBy("this")
    private Keeper keeper(
            CertificateConfig certificate, AcmeConfig config, @Nullable Keeper known) {
        Instant now = pace.clock().instant();
        List<CertificateOrder> orders = store.orders(certificate.name());
        long last = orders.isEmpty() ? 0 : orders.getFirst().number();
        if (known != null) last = Math.max(last, known.orders());
        int failures = 0;
        while (!configured
                && failures < orders.size()
                && orders.get(failures).outcome() == Outcome.FAILED) failures++;
        Instant due = now;
        Held held = holdings.of(certificate.name());
        if (failures > 0) due = Instant.ofEpochMilli(orders.getFirst().nextMillis());
        else if (held != null && held.order().equals(Holdings.digest(certificate, config)))
            due = Renewal.due(config, held.certificate(), held.at());
        return new Keeper(certificate, config, due, failures, last);
    }

    private void lookAgainAndAgain() {
        try {
            while (true) {
                synchronized (this) {
                    if (closed) return;
                    beginWhatIsDue();
                    wait(pace.look().toMillis());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the process stops
        }
    }

    @GuardedBy("this")
    private void beginWhatIsDue() {
        Instant now = pace.clock().instant();
        for (Keeper keeper : keepers.values()) {
            if (!keeper.isReady(now)) continue;
            if (running.stream().anyMatch(keeper::sharesNames)) continue;
            String name = keeper.certificate().name();
            Story story =
                    new Story(
                            pace.clock(),
                            name,
                            keeper.nextNumber(),
                            keeper.config().directory().toString(),
                            keeper.domains());
            Thread thread =
                    Thread.ofVirtual().name("bw-acme-" + name).unstarted(() -> run(keeper, story));
            keeper.begin(story, thread);
            running.add(keeper);
            thread.start();
        }
    }

    private void run(Keeper keeper, Story story) {
        String name = keeper.certificate().name();
        LOG.info("certificate {}: an order for {} begins", name, keeper.domains());
        try {
            Identity identity =
                    new Ordering(
                                    keeper.certificate(),
                                    keeper.config(),
                                    accounts,
                                    challenges,
                                    new Reach(challenges, pace.httpPort()),
                                    story)
                            .run();
            obtained(keeper, story, identity);
        } catch (InterruptedException e) {
            end(keeper, story, Outcome.CANCELLED, Instant.MAX, 0);
        } catch (OrderFailedException e) {
            failed(keeper, story, e);
        } catch (RuntimeException | GeneralSecurityException e) {
            LOG.error("certificate {}: an order went wrong", name, e);
            failed(keeper, story, new OrderFailedException(Part.ORDER, e.toString()));
        }
    }

    private void obtained(Keeper keeper, Story story, Identity identity)
            throws GeneralSecurityException, InterruptedException {
        String name = keeper.certificate().name();
        Instant now = pace.clock().instant();
        Held held = new Held(Holdings.digest(keeper.certificate(), keeper.config()), identity, now);
        Instant end = held.certificate().getNotAfter().toInstant();
        synchronized (this) {
            if (keepers.get(name) != keeper) throw new InterruptedException();
            holdings.keep(name, held);
        }
        story.tell(
                Part.CERTIFICATE,
                "obtained from "
                        + held.certificate().getIssuerX500Principal()
                        + ", valid until "
                        + end);
        putInForce(story, name, end);
        Instant due = Renewal.due(keeper.config(), held.certificate(), now);
        story.tell(Part.NEXT, "it is renewed at " + due.truncatedTo(ChronoUnit.SECONDS));
        end(keeper, story, Outcome.OBTAINED, due, 0);
    }

    private void putInForce(Story story, String name, Instant end) {
        try {
            Apart.call(() -> {
                inForce.apply();
                return true;
            });
            story.tell(Part.CERTIFICATE, "in force for new connections");
            LOG.info("certificate {}: obtained and in force, valid until {}", name, end);
        } catch (ExecutionException e) {
            // It is in force with the next change that can be.
            story.warn(Part.CERTIFICATE, "not in force yet, since " + e.getCause());
            LOG.error("certificate {}: obtained, but not in force", name, e.getCause());
        }
    }

    private void failed(Keeper keeper, Story story, OrderFailedException failure) {
        int failures;
        synchronized (this) {
            failures = keeper.failures() + 1;
        }
        Instant next = pace.clock().instant().plus(pace.backoff().after(failures));
        Instant notBefore = failure.notBefore();
        if (notBefore != null && notBefore.isAfter(next)) next = notBefore;
        story.warn(failure.part(), failure.text());
        story.tell(Part.NEXT, "it is tried again at " + next.truncatedTo(ChronoUnit.SECONDS));
        LOG.warn(
                "certificate {}: the order failed, the next try is at {}: {}",
                keeper.certificate().name(),
                next.truncatedTo(ChronoUnit.SECONDS),
                // Authorities and hooks could forge lines of the log.
                failure.text().replaceAll("\\p{Cntrl}+", " "));
        end(keeper, story, Outcome.FAILED, next, failures);
    }

    /// @param next [Instant#MAX] for never
    private void end(Keeper keeper, Story story, Outcome outcome, Instant next, int failures) {
        long nextMillis = next.equals(Instant.MAX) ? 0 : next.toEpochMilli();
        synchronized (this) {
            keeper.follow(next, failures);
        }
        CertificateOrder told = story.end(outcome, nextMillis);
        try {
            store.keep(told);
        } catch (RuntimeException e) {
            LOG.error("certificate {}: a story could not be kept", told.certificate(), e);
        }
        synchronized (this) {
            keeper.end();
            running.remove(keeper);
            notifyAll();
        }
    }

    @Override
    public synchronized boolean renew(String name) {
        Keeper keeper = keepers.get(name);
        if (keeper == null) return false;
        // An order in flight is what is asked for.
        if (keeper.story() == null) keeper.want(pace.clock().instant());
        notifyAll();
        return true;
    }

    @Override
    public @Nullable AcmeView view(String name) {
        List<CertificateOrder> orders = new ArrayList<>(store.orders(name));
        Held held = holdings.of(name);
        long end = held == null ? 0 : held.certificate().getNotAfter().toInstant().toEpochMilli();
        synchronized (this) {
            Keeper keeper = keepers.get(name);
            if (keeper == null)
                return orders.isEmpty()
                        ? null
                        : new AcmeView(name, false, false, end, 0, 0, orders);
            Story story = keeper.story();
            if (story != null) {
                CertificateOrder now = story.soFar();
                orders.removeIf(order -> order.number() == now.number());
                orders.addFirst(now);
            }
            long next = story != null ? 0 : keeper.due().toEpochMilli();
            return new AcmeView(name, true, story != null, end, next, keeper.failures(), orders);
        }
    }

    /// Gives up the orders in flight. Blocks for some seconds at the most.
    @Override
    public void close() {
        List<Thread> threads = new ArrayList<>();
        synchronized (this) {
            closed = true;
            notifyAll();
            for (Keeper keeper : running) {
                Thread thread = keeper.cancel();
                if (thread != null) threads.add(thread);
            }
        }
        try {
            for (Thread thread : threads) thread.join(STOP_PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
