package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.breakwater.acme.Acme;
import io.breakwater.acme.Backoff;
import io.breakwater.config.store.Store;
import io.breakwater.control.AcmeView;
import io.breakwater.control.CertificateOrder;
import io.breakwater.control.CertificateOrder.Outcome;
import io.breakwater.control.CertificateOrder.Part;
import io.breakwater.testing.Pebble;
import io.breakwater.testing.Pki;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.ShiftedClock;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.TlsClient;
import io.breakwater.testing.WireTest;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.shredzone.acme4j.connector.DefaultConnection;
import org.slf4j.LoggerFactory;

/// Certificates that are obtained from a real authority, which rejects a quarter of all nonces.
@WireTest
class AcmeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @TempDir static Path shared;
    private static Pki pki;

    @TempDir Path folder;
    private final ShiftedClock clock = new ShiftedClock();
    private final ListAppender<ILoggingEvent> nonces = new ListAppender<>();
    private Store store;

    @BeforeAll
    static void issue() throws Exception {
        pki = Pki.in(shared).issue("other", "DNS:other.test");
    }

    @BeforeEach
    void begin() {
        store = open();
        Logger logger = (Logger) LoggerFactory.getLogger(DefaultConnection.class);
        logger.setLevel(Level.INFO);
        nonces.start();
        logger.addAppender(nonces);
    }

    @AfterEach
    void close() {
        ((Logger) LoggerFactory.getLogger(DefaultConnection.class)).detachAppender(nonces);
        store.close();
    }

    private Store open() {
        return Store.open("jdbc:h2:file:" + folder.resolve("config"), folder.resolve("key"));
    }

    /// Servers with and without TLS, and a certificate for another host.
    private static Setup setup() {
        return Setup.answering("hello")
                .more(
                        """
                        [servers.secure]
                        listen = ["127.0.0.1:0"]
                        locations = ["all"]
                        tls = true
                        [certificates.other]
                        certificate = "%s"
                        key = "%s"
                        """
                                .formatted(pki.path("other.pem"), pki.path("other.key")));
    }

    private static String shop(Pebble pebble, String acme) {
        return shop(pebble.directory(), pebble, "[\"shop.test\"]", acme);
    }

    private static String shop(String directory, Pebble pebble, String domains, String acme) {
        return """
        [certificates.shop]
        domains = %s
        [certificates.shop.acme]
        directory = "%s"
        ca = "%s"
        %s
        """
                .formatted(domains, directory, pebble.ca(), acme);
    }

    private TestBreakwater start() throws Exception {
        return start(setup());
    }

    private TestBreakwater start(Setup setup) throws Exception {
        Backoff backoff =
                new Backoff(
                        Duration.ofMillis(200),
                        Duration.ofMillis(600),
                        RandomGenerator.getDefault());
        return TestBreakwater.startObtaining(
                setup.toml(),
                store.acme(),
                new Acme.Pace(clock, Duration.ofMillis(50), backoff, 80));
    }

    private Pebble authority(TestBreakwater breakwater, String more) throws Exception {
        return Pebble.start(
                Files.createDirectory(folder.resolve("pebble")),
                breakwater.port(),
                breakwater.port("secure"),
                more);
    }

    /// Waits until so many orders have ended.
    private static CertificateOrder ended(TestBreakwater breakwater, int orders) {
        await().atMost(PATIENCE)
                .until(() -> {
                    AcmeView view = breakwater.acme().view("shop");
                    return view != null
                            && view.orders().stream().filter(each -> each.endMillis() > 0).count()
                                    >= orders;
                });
        return view(breakwater).orders().stream()
                .filter(each -> each.number() == orders)
                .findFirst()
                .orElseThrow();
    }

    private static AcmeView view(TestBreakwater breakwater) {
        return Objects.requireNonNull(breakwater.acme().view("shop"));
    }

    private static TlsClient connect(TestBreakwater breakwater, Pebble pebble) throws Exception {
        return TlsClient.to(breakwater.port("secure"), "shop.test", pebble.root());
    }

    private static String told(CertificateOrder order, Part part) {
        return order.steps().stream()
                .filter(step -> step.part() == part)
                .map(CertificateOrder.Step::text)
                .toList()
                .toString();
    }

    @Test
    void aCertificateIsObtainedServedAndRenewed() throws Exception {
        try (TestBreakwater breakwater = start();
                Pebble pebble = authority(breakwater, "")) {
            assertThatThrownBy(() -> connect(breakwater, pebble))
                    .hasMessageContaining("unrecognized_name");
            breakwater.apply(setup().more(shop(pebble, "email = \"me@shop.test\"")).toml());
            CertificateOrder first = ended(breakwater, 1);
            assertThat(first.outcome()).as(first::toString).isEqualTo(Outcome.OBTAINED);
            assertThat(told(first, Part.ACCOUNT)).contains("was made");
            // The test's names are known to the authority only.
            assertThat(told(first, Part.REACHABILITY)).contains("does not reach us from here");
            assertThat(told(first, Part.AUTHORIZATION)).contains("shop.test is seen to be ours");
            assertThat(told(first, Part.CERTIFICATE)).contains("Pebble Intermediate");
            try (TlsClient before = connect(breakwater, pebble)) {
                assertThat(before.get("/")).endsWith("hello");
                String serial = before.serial();
                for (int order = 2; order <= 4; order++) {
                    assertThat(view(breakwater).inFlight()).isFalse();
                    clock.forward(Duration.ofDays(5 * 365));
                    CertificateOrder next = ended(breakwater, order);
                    assertThat(next.outcome()).as(next::toString).isEqualTo(Outcome.OBTAINED);
                    assertThat(told(next, Part.ACCOUNT)).contains("is used");
                    try (TlsClient after = connect(breakwater, pebble)) {
                        assertThat(after.serial()).isNotEqualTo(serial);
                        assertThat(after.get("/")).endsWith("hello");
                        serial = after.serial();
                    }
                }
                assertThat(before.get("/")).endsWith("hello");
            }
        }
        assertThat(nonces.list)
                .anySatisfy(event ->
                        assertThat(event.getMessage()).contains("Bad Replay Nonce, trying again"));
    }

    @Test
    void whatCannotBeReachedIsToldAndTriedAgain() throws Exception {
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        try (TestBreakwater breakwater = start();
                Pebble pebble =
                        Pebble.start(
                                Files.createDirectory(folder.resolve("pebble")),
                                closed,
                                closed,
                                "")) {
            Setup asked = setup().more(shop(pebble, ""));
            breakwater.apply(asked.toml());
            CertificateOrder failed = ended(breakwater, 1);
            assertThat(failed.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(told(failed, Part.AUTHORIZATION))
                    .contains("the authority does not see that shop.test is ours")
                    .contains("connection refused")
                    .contains("(connection)");
            assertThat(failed.nextMillis()).isGreaterThan(failed.endMillis());
            CertificateOrder again = ended(breakwater, 2);
            assertThat(again.beginMillis()).isGreaterThanOrEqualTo(failed.nextMillis());
            assertThat(view(breakwater).failures()).isGreaterThanOrEqualTo(2);
            assertThat(view(breakwater).endMillis()).isZero();
            // The listener that was missing; what waits for its next try goes on waiting.
            breakwater.apply(
                    asked.more(
                                    "[servers.found]\nlisten = [\"127.0.0.1:"
                                            + closed
                                            + "\"]\n"
                                            + "locations = [\"all\"]\n"
                                            + "https-redirect = \"308\"")
                            .toml());
            await().atMost(PATIENCE).until(() -> view(breakwater).endMillis() > 0);
            try (TlsClient client = connect(breakwater, pebble)) {
                assertThat(client.get("/")).endsWith("hello");
            }
            await().untilAsserted(() -> assertThat(view(breakwater).failures()).isZero());
        }
    }

    @Test
    void aLimitIsKeptUntilItIsOver() throws Exception {
        try (TestBreakwater breakwater = start();
                Pebble pebble = authority(breakwater, "");
                TestBreakwater front = toPebble(pebble, "[\"limit\", \"all\"]", LIMITED).start()) {
            String directory = "https://localhost:" + front.port("front") + "/dir";
            breakwater.apply(setup().more(shop(directory, pebble, "[\"shop.test\"]", "")).toml());
            CertificateOrder limited = ended(breakwater, 1);
            assertThat(limited.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(told(limited, Part.ORDER))
                    .contains("the authority's limit is reached: too many orders (rateLimited)");
            assertThat(limited.nextMillis() - limited.beginMillis())
                    .isBetween(3500_000L, 3700_000L);
            front.apply(toPebble(pebble, "[\"all\"]", "").toml());
            assertThat(view(breakwater).nextMillis()).isEqualTo(limited.nextMillis());
            clock.forward(Duration.ofHours(2));
            CertificateOrder later = ended(breakwater, 2);
            assertThat(later.outcome()).as(later::toString).isEqualTo(Outcome.OBTAINED);
        }
    }

    /// What stands in front of the authority.
    private static Setup toPebble(Pebble pebble, String locations, String more) {
        String front =
                """
                [servers.front]
                listen = ["127.0.0.1:0"]
                locations = %s
                tls = true
                [certificates.front]
                certificate = "%s"
                key = "%s"
                %s
                """
                        .formatted(
                                locations,
                                pebble.ca().replace("ca.pem", "authority.pem"),
                                pebble.ca().replace("ca.pem", "authority.key"),
                                more);
        return Setup.to("https://" + pebble.address())
                .upstream("ca = \"" + pebble.ca() + "\"")
                .more(front);
    }

    private static final String LIMITED =
            """
            [locations.limit]
            path = "/order-plz"
            [locations.limit.respond]
            status = 429
            body = '{"type": "urn:ietf:params:acme:error:rateLimited", "detail": "too many orders"}'
            headers = { Content-Type = "application/problem+json", Retry-After = "3600" }
            """;

    @Test
    void wildcardsAreProvedByDns() throws Exception {
        Path hook = folder.resolve("hook");
        try (TestBreakwater breakwater = start();
                Pebble pebble = authority(breakwater, "")) {
            Files.writeString(
                    hook,
                    """
                    #!/bin/sh
                    [ "$2" = present ] && what=set-txt || what=clear-txt
                    curl -sS --fail -d "{\\"host\\": \\"$4.\\", \\"value\\": \\"$5\\"}" "$1/$what"
                    echo "$what $4"
                    """);
            Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwx------"));
            String acme =
                    "challenge = \"dns-01\"\nkey-type = \"rsa2048\"\ndns-hook = [\"%s\", \"%s\"]"
                            .formatted(hook, pebble.names());
            String domains = "[\"shop.test\", \"*.shop.test\"]";
            breakwater.apply(setup().more(shop(pebble.directory(), pebble, domains, acme)).toml());
            CertificateOrder order = ended(breakwater, 1);
            assertThat(order.outcome()).as(order::toString).isEqualTo(Outcome.OBTAINED);
            assertThat(told(order, Part.HOOK))
                    .contains("present shop.test is done: set-txt _acme-challenge.shop.test")
                    .contains("cleanup shop.test is done: clear-txt _acme-challenge.shop.test");
            assertThat(told(order, Part.AUTHORIZATION)).contains("*.shop.test is seen to be ours");
            for (String host : new String[] {"shop.test", "www.shop.test"})
                TlsClient.to(breakwater.port("secure"), host, pebble.root()).close();
            Files.writeString(hook, "#!/bin/sh\necho no such zone\nexit 3\n");
            clock.forward(Duration.ofDays(5 * 365));
            CertificateOrder broken = ended(breakwater, 2);
            assertThat(broken.outcome()).as(broken::toString).isEqualTo(Outcome.FAILED);
            assertThat(told(broken, Part.HOOK)).contains("exit code 3: no such zone");
            TlsClient.to(breakwater.port("secure"), "shop.test", pebble.root()).close();
        }
    }

    @Test
    void anOrderIsGivenUpWithItsObject() throws Exception {
        Path hook = folder.resolve("hook");
        Path running = folder.resolve("running");
        Files.writeString(hook, "#!/bin/sh\necho $$ > " + running + "\nexec tail -f /dev/null\n");
        Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwx------"));
        try (TestBreakwater breakwater = start();
                Pebble pebble = authority(breakwater, "")) {
            String acme = "challenge = \"dns-01\"\ndns-hook = \"" + hook + "\"";
            breakwater.apply(setup().more(shop(pebble, acme)).toml());
            await().atMost(PATIENCE).until(() -> Files.exists(running) && Files.size(running) > 0);
            assertThat(view(breakwater).inFlight()).isTrue();
            long process = Long.parseLong(Files.readString(running).strip());
            breakwater.apply(setup().toml());
            CertificateOrder order = ended(breakwater, 1);
            assertThat(order.outcome()).isEqualTo(Outcome.CANCELLED);
            assertThat(view(breakwater).watched()).isFalse();
            await().until(() -> ProcessHandle.of(process).filter(ProcessHandle::isAlive).isEmpty());
            // What was interrupted was not the store.
            assertThat(store.secret("some", 8)).hasSize(8);
        }
    }

    @Test
    void namesAreProvedOverTls() throws Exception {
        try (TestBreakwater breakwater = start();
                Pebble pebble = authority(breakwater, "")) {
            breakwater.apply(setup().more(shop(pebble, "challenge = \"tls-alpn-01\"")).toml());
            CertificateOrder order = ended(breakwater, 1);
            assertThat(order.outcome()).as(order::toString).isEqualTo(Outcome.OBTAINED);
            assertThat(told(order, Part.CHALLENGE)).contains("by tls-alpn-01");
            try (TlsClient client = connect(breakwater, pebble)) {
                assertThat(client.get("/")).endsWith("hello");
            }
        }
    }

    @Test
    void anExternalAccountIsBound() throws Exception {
        String hmac = "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W";
        String required =
                ", \"externalAccountBindingRequired\": true, \"externalAccountMACKeys\":"
                        + " {\"kid-1\": \""
                        + hmac
                        + "\"}";
        Path file = Files.writeString(folder.resolve("hmac"), hmac + "\n");
        try (TestBreakwater breakwater = start();
                Pebble pebble = authority(breakwater, required)) {
            breakwater.apply(setup().more(shop(pebble, "")).toml());
            CertificateOrder without = ended(breakwater, 1);
            assertThat(without.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(told(without, Part.ACCOUNT)).contains("set acme.eab-kid and acme.eab-hmac");
            breakwater.apply(
                    setup().more(shop(pebble, "eab-kid = \"kid-1\"\neab-hmac = \"" + file + "\""))
                            .toml());
            await().atMost(PATIENCE).until(() -> view(breakwater).endMillis() > 0);
        }
    }

    @Test
    void aRestartKeepsAccountAndCertificate() throws Exception {
        Pebble pebble;
        String serial;
        String shop;
        try (TestBreakwater breakwater = start()) {
            pebble = authority(breakwater, "");
            shop = shop(pebble, "");
            breakwater.apply(setup().more(shop).toml());
            assertThat(ended(breakwater, 1).outcome()).isEqualTo(Outcome.OBTAINED);
            try (TlsClient client = connect(breakwater, pebble)) {
                serial = client.serial();
            }
        }
        store.close();
        store = open();
        try (pebble;
                TestBreakwater breakwater = start(setup().more(shop))) {
            try (TlsClient client = connect(breakwater, pebble)) {
                assertThat(client.serial()).isEqualTo(serial);
            }
            AcmeView view = view(breakwater);
            assertThat(view.inFlight()).isFalse();
            assertThat(view.orders()).hasSize(1);
            assertThat(view.nextMillis()).isEqualTo(view.orders().getFirst().nextMillis());
            // The authority asks at the old port; but who orders is known.
            assertThat(breakwater.acme().renew("shop")).isTrue();
            assertThat(told(ended(breakwater, 2), Part.ACCOUNT)).contains("is used");
            assertThat(pebble.log()).containsOnlyOnce("accounts in memory");
        }
    }

    @Test
    void filesAreForOrdersInFlightOnly() throws Exception {
        try (TestBreakwater breakwater = start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/.well-known/acme-challenge/none").response().text())
                    .isEqualTo("hello");
        }
    }
}
