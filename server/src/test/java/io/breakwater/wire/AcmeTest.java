package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.breakwater.acme.Acme;
import io.breakwater.acme.Backoff;
import io.breakwater.config.store.Store;
import io.breakwater.control.AcmeView;
import io.breakwater.control.CertificateOrder;
import io.breakwater.control.CertificateOrder.Outcome;
import io.breakwater.control.CertificateOrder.Part;
import io.breakwater.testing.Pebble;
import io.breakwater.testing.Pki;
import io.breakwater.testing.Setup;
import io.breakwater.testing.ShiftedClock;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.TlsClient;
import io.breakwater.testing.WireTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Certificates that are obtained from a real authority, which rejects a fifth of all nonces.
@WireTest
class AcmeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @TempDir static Path shared;
    private static Pki pki;

    @TempDir Path folder;
    private final ShiftedClock clock = new ShiftedClock();
    private Store store;

    @BeforeAll
    static void issue() throws Exception {
        pki = Pki.in(shared).issue("other", "DNS:other.test");
    }

    @BeforeEach
    void openStore() {
        store = open();
    }

    @AfterEach
    void closeStore() {
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
                    assertThat(breakwater.acme().view("shop").inFlight()).isFalse();
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
            assertThat(pebble.log()).contains("Rejecting");
        }
    }
}
