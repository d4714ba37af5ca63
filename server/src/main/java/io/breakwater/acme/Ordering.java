package io.breakwater.acme;

import io.breakwater.config.AcmeConfig;
import io.breakwater.config.CertificateConfig;
import io.breakwater.control.CertificateOrder.Part;
import io.breakwater.tls.Identity;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Order;
import org.shredzone.acme4j.PollableResource;
import org.shredzone.acme4j.Problem;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeRateLimitedException;
import org.shredzone.acme4j.exception.AcmeServerException;

/// One order, from the account to the certificate (RFC 8555 §7.1). A nonce that the authority
/// refuses is got anew by the library, up to ten times a request.
final class Ordering {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration LEAST_PAUSE = Duration.ofMillis(250);
    private static final Duration MOST_PAUSE = Duration.ofSeconds(5);
    private static final Duration MOST_WAIT = Duration.ofMinutes(1);
    private static final Set<Status> DECIDED =
            EnumSet.of(
                    Status.VALID,
                    Status.INVALID,
                    Status.REVOKED,
                    Status.DEACTIVATED,
                    Status.EXPIRED,
                    Status.CANCELED);
    private static final Set<Status> READY = EnumSet.copyOf(DECIDED);

    static {
        READY.add(Status.READY);
    }

    private final CertificateConfig certificate;
    private final AcmeConfig config;
    private final Accounts accounts;
    private final Challenges challenges;
    private final Reach reach;
    private final Story story;

    /// @param story is told what happens
    Ordering(
            CertificateConfig certificate,
            AcmeConfig config,
            Accounts accounts,
            Challenges challenges,
            Reach reach,
            Story story) {
        this.certificate = certificate;
        this.config = config;
        this.accounts = accounts;
        this.challenges = challenges;
        this.reach = reach;
        this.story = story;
    }

    /// Gets a certificate. Blocks, for minutes perhaps.
    ///
    /// @return with a new key
    /// @throws OrderFailedException saying why there is none
    /// @throws InterruptedException when it is not wanted any more
    Identity run() throws OrderFailedException, InterruptedException {
        Session session = Authority.session(config);
        try {
            Order order = order(session);
            prove(order);
            return obtain(order);
        } catch (AcmeException e) {
            if (Thread.interrupted() || e.getCause() instanceof InterruptedException)
                throw new InterruptedException();
            throw failed(e);
        } finally {
            session.getHttpClient().shutdownNow();
        }
    }

    private Order order(Session session)
            throws OrderFailedException, AcmeException, InterruptedException {
        Login login = accounts.login(session, config, story, false);
        Order order;
        try {
            order = order(login);
        } catch (AcmeServerException e) {
            if (!e.getType().toString().endsWith(":accountDoesNotExist")) throw e;
            story.warn(Part.ACCOUNT, "the authority does not know the account any more");
            order = order(accounts.login(session, config, story, true));
        }
        story.tell(Part.ORDER, "ordered for " + String.join(", ", certificate.domains()));
        return order;
    }

    private Order order(Login login) throws AcmeException {
        return login.newOrder().domains(certificate.domains()).create();
    }

    private void prove(Order order)
            throws OrderFailedException, AcmeException, InterruptedException {
        Proof proof =
                switch (config.challenge()) {
                    case HTTP_01 -> new Proof.Http(challenges, reach, story);
                    case TLS_ALPN_01 -> new Proof.Tls(challenges);
                    case DNS_01 -> new Proof.Dns(new DnsHook(config.dnsHook(), story));
                };
        List<Proof.Open> open = new ArrayList<>();
        try {
            // All are opened before the first is asked for: two names may share a DNS record.
            List<Authorization> asked = new ArrayList<>();
            for (Authorization authorization : order.getAuthorizations()) {
                if (authorization.getStatus() == Status.VALID) {
                    tellSeen(authorization, " was seen to be ours earlier");
                    continue;
                }
                open.add(proof.open(authorization));
                asked.add(authorization);
            }
            for (Proof.Open each : open) {
                each.challenge().trigger();
                story.tell(
                        Part.CHALLENGE,
                        "the authority was asked to look at "
                                + each.domain()
                                + " by "
                                + each.challenge().getType());
            }
            for (int i = 0; i < asked.size(); i++) decided(asked.get(i), open.get(i));
        } finally {
            close(open);
        }
    }

    private void decided(Authorization authorization, Proof.Open open)
            throws OrderFailedException, AcmeException, InterruptedException {
        Status status = await(authorization, DECIDED);
        if (status == Status.VALID) {
            tellSeen(authorization, " is seen to be ours");
            return;
        }
        open.challenge().fetch();
        throw new OrderFailedException(
                Part.AUTHORIZATION,
                "the authority does not see that "
                        + open.domain()
                        + " is ours: "
                        + open.challenge()
                                .getError()
                                .map(Ordering::words)
                                .orElse("the authorization is " + word(status)));
    }

    private void tellSeen(Authorization authorization, String text) {
        String wild = authorization.isWildcard() ? "*." : "";
        story.tell(Part.AUTHORIZATION, wild + authorization.getIdentifier().getDomain() + text);
    }

    private static void close(List<Proof.Open> open) throws InterruptedException {
        // What is open is taken away even when the order is given up.
        boolean interrupted = Thread.interrupted();
        for (Proof.Open each : open) each.close().run();
        if (interrupted) throw new InterruptedException();
    }

    private Identity obtain(Order order)
            throws OrderFailedException, AcmeException, InterruptedException {
        if (await(order, READY) == Status.READY) {
            KeyPair keys = keys();
            try {
                order.execute(keys);
                story.tell(Part.ORDER, "the certificate was asked for (finalize)");
                if (await(order, DECIDED) == Status.VALID) {
                    Identity identity =
                            new Identity(
                                    order.getCertificate().getCertificateChain(),
                                    keys.getPrivate());
                    identity.check();
                    return identity;
                }
            } catch (GeneralSecurityException e) {
                throw new OrderFailedException(
                        Part.CERTIFICATE, "what came cannot be used: " + e, null, e);
            }
        }
        throw new OrderFailedException(
                Part.ORDER,
                "the order is "
                        + word(order.getStatus())
                        + order.getError().map(problem -> ": " + words(problem)).orElse(""));
    }

    private KeyPair keys() throws OrderFailedException {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(config.keyType().algorithm());
            generator.initialize(config.keyType().bits());
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new OrderFailedException(Part.CERTIFICATE, "no key can be made: " + e, null, e);
        }
    }

    /// Asks again and again, as often as the authority says, or more and more seldom.
    private static Status await(PollableResource resource, Set<Status> wanted)
            throws OrderFailedException, AcmeException, InterruptedException {
        Instant end = Instant.now().plus(PATIENCE);
        Duration pause = LEAST_PAUSE;
        while (true) {
            Instant retryAfter = resource.fetch().orElse(null);
            Status status = resource.getStatus();
            if (wanted.contains(status)) return status;
            if (Instant.now().isAfter(end))
                throw new OrderFailedException(
                        Part.ORDER,
                        "the authority has not decided after "
                                + PATIENCE.toMinutes()
                                + " minutes: still "
                                + word(status));
            Thread.sleep(pause(retryAfter, pause));
            pause = pause.multipliedBy(2);
            if (pause.compareTo(MOST_PAUSE) > 0) pause = MOST_PAUSE;
        }
    }

    private static Duration pause(@Nullable Instant retryAfter, Duration otherwise) {
        if (retryAfter == null) return otherwise;
        Duration asked = Duration.between(Instant.now(), retryAfter);
        if (asked.compareTo(LEAST_PAUSE) < 0) return LEAST_PAUSE;
        return asked.compareTo(MOST_WAIT) > 0 ? MOST_WAIT : asked;
    }

    private static OrderFailedException failed(AcmeException e) {
        if (e instanceof AcmeRateLimitedException limited)
            return new OrderFailedException(
                    Part.ORDER,
                    "the authority's limit is reached: " + words(limited.getProblem()),
                    limited.getRetryAfter().orElse(null),
                    e);
        if (e instanceof AcmeServerException refused)
            return new OrderFailedException(
                    Part.ORDER, "the authority refuses: " + words(refused.getProblem()), null, e);
        Throwable deepest = e;
        while (deepest.getCause() != null) deepest = deepest.getCause();
        String why =
                deepest.getMessage() == null
                        ? deepest.getClass().getSimpleName()
                        : deepest.getMessage();
        return new OrderFailedException(
                Part.ORDER, "the authority cannot be asked: " + why, null, e);
    }

    private static String words(Problem problem) {
        StringBuilder words = new StringBuilder(problem.toString());
        for (Problem part : problem.getSubProblems()) words.append("; ").append(part);
        String type = problem.getType().toString();
        return words + " (" + type.substring(type.lastIndexOf(':') + 1) + ")";
    }

    private static String word(Status status) {
        return status.name().toLowerCase(Locale.ROOT);
    }
}
