package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.breakwater.config.InvalidConfigException;
import io.breakwater.control.StatusView;
import io.breakwater.testing.BodyEngine;
import io.breakwater.testing.BodyReader;
import io.breakwater.testing.Ending;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.Head;
import io.breakwater.testing.Pattern;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The configuration changes while requests run, and no request notices.
@WireTest
class ReloadTest {
    private static final int APPLIES = 50;
    private static final int CLIENTS = 4;
    private static final long DOWNLOAD_BYTES = 4 << 20;

    @Test
    void fiftyAppliesFailNoRequest() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        try (FakeOrigin one = FakeOrigin.answering(FakeOrigin.ok("x"));
                FakeOrigin two = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater = Setup.to(one).start();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            int port = breakwater.port();
            List<Future<Integer>> clients = new ArrayList<>();
            for (int number = 0; number < CLIENTS; number++) {
                clients.add(threads.submit(() -> askUntil(done, port)));
            }
            for (int round = 0; round < APPLIES; round++) {
                breakwater.apply(round(one, two, round).toml());
                assertThat(breakwater.port()).isEqualTo(port);
            }
            done.set(true);
            int requests = 0;
            for (Future<Integer> client : clients) {
                requests += client.get(20, TimeUnit.SECONDS);
            }
            assertThat(requests).isGreaterThan(CLIENTS);
            assertThat(breakwater.stopAndLog()).hasSize(requests).containsOnly("200 -");
        }
    }

    @Test
    void addedListenersAnswerAndRemovedOnesRefuse() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater = Setup.to(origin).start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().status()).isEqualTo(200);
            breakwater.apply(withSecond(origin));
            int second = breakwater.port("second");
            try (RawClient other = RawClient.to(second)) {
                assertThat(other.get("/").response().text()).isEqualTo("second");
            }
            breakwater.apply(Setup.to(origin).toml());
            await().atMost(RawClient.PATIENCE)
                    .untilAsserted(() ->
                            assertThatThrownBy(() -> RawClient.to(second).close())
                                    .isInstanceOf(IOException.class));
            assertThat(client.get("/").response().status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDownloadOnARemovedListenerEndsWell(BodyEngine engine) throws Exception {
        CountDownLatch removed = new CountDownLatch(1);
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            exchange.respond(
                                    "HTTP/1.1 200 OK", "Content-Length: " + DOWNLOAD_BYTES);
                            Pattern pattern = new Pattern();
                            pattern.write(exchange.out(), 1000);
                            removed.await();
                            pattern.write(exchange.out(), DOWNLOAD_BYTES - 1000);
                        });
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            Head head = client.get("/").head();
            assertThat(head.status()).isEqualTo(200);
            breakwater.apply("");
            assertThat(breakwater.engine().listeners())
                    .extracting(StatusView.Listener::state)
                    .doesNotContain("listening");
            removed.countDown();
            BodyReader body = client.body(head);
            assertThat(Pattern.check(body)).isEqualTo(DOWNLOAD_BYTES);
            assertThat(client.ending()).isEqualTo(Ending.CLOSED);
            await().atMost(RawClient.PATIENCE)
                    .until(() -> breakwater.engine().listeners().isEmpty());
            assertThat(breakwater.log(1)).containsExactly("200 -");
        }
    }

    @ParameterizedTest
    @EnumSource
    void anExchangeEndsOnTheSnapshotItBeganWith(BodyEngine engine) throws Exception {
        CountDownLatch applied = new CountDownLatch(1);
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            applied.await();
                            exchange.send(FakeOrigin.ok("old"));
                        });
                FakeOrigin next = FakeOrigin.answering(FakeOrigin.ok("new"));
                TestBreakwater breakwater =
                        Setup.to(origin)
                                .engine(engine)
                                .location("response-headers = { set = { X-Snapshot = \"1\" } }")
                                .start();
                RawClient client = breakwater.client()) {
            client.get("/");
            origin.exchange(1);
            breakwater.apply(Setup.to(next).toml());
            applied.countDown();
            Head head = client.head();
            assertThat(head.field("X-Snapshot")).isEqualTo("1");
            assertThat(client.body(head).read(3)).isEqualTo("old");
            assertThat(client.get("/").response().text()).isEqualTo("new");
        }
    }

    @Test
    void anApplyThatCannotTakeEffectChangesNothing() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater = Setup.to(origin).start();
                RawClient client = breakwater.client()) {
            String taken =
                    """
                    [servers.taken]
                    listen = ["127.0.0.1:0", "%s"]
                    locations = ["all"]
                    """
                            .formatted(origin.address());
            assertThatThrownBy(() -> breakwater.apply(Setup.to(origin).more(taken).toml()))
                    .isInstanceOf(InvalidConfigException.class)
                    .hasMessageContaining("taken")
                    .hasMessageContaining(origin.address());
            assertThat(breakwater.engine().listeners()).hasSize(1);
            assertThat(client.get("/").response().status()).isEqualTo(200);
        }
    }

    @Test
    void nodeConnectionsAndBalanceSurviveUnrelatedChanges() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater = Setup.to(origin).start();
                RawClient client = breakwater.client()) {
            for (int round = 0; round < 5; round++) {
                assertThat(client.get("/").response().status()).isEqualTo(200);
                breakwater.apply(Setup.to(origin).location("note = \"" + round + "\"").toml());
            }
            assertThat(origin.connections()).isBetween(1, 2);
        }
    }

    private static int askUntil(AtomicBoolean done, int port) throws IOException {
        int requests = 0;
        try (RawClient client = RawClient.to(port)) {
            while (!done.get()) {
                assertThat(client.get("/" + requests).response().text()).isEqualTo("x");
                requests++;
            }
        }
        return requests;
    }

    private static Setup round(FakeOrigin one, FakeOrigin two, int round) {
        Setup setup =
                switch (round % 3) {
                    case 0 -> Setup.to(one.address(), two.address());
                    case 1 -> Setup.to(two);
                    default -> Setup.to(one).location("note = \"round " + round + "\"");
                };
        if (round % 2 == 0) {
            return setup.more(
                    """
                    [servers.extra]
                    listen = ["127.0.0.1:0"]
                    locations = ["all"]
                    """);
        }
        return setup.engine(round % 4 == 1 ? BodyEngine.SERVLET : BodyEngine.PUMP);
    }

    private static String withSecond(FakeOrigin origin) {
        return Setup.to(origin)
                .more(
                        """
                        [servers.second]
                        listen = ["127.0.0.1:0"]
                        locations = ["second"]
                        [locations.second]
                        respond = { status = 200, body = "second" }
                        """)
                .toml();
    }
}
