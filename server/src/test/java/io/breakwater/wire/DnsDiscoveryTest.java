package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.config.UpstreamConfig;
import io.breakwater.control.DiscoveryView;
import io.breakwater.control.NodeView;
import io.breakwater.testing.DnsServer;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.Head;
import io.breakwater.testing.OriginExchange;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// Nodes that are the addresses of a name.
@WireTest
class DnsDiscoveryTest {
    private static final int CLIENTS = 4;

    @Test
    void trafficFollowsTheNameWithoutAFailedRequest() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        try (DnsServer dns = DnsServer.start();
                FakeOrigin one = origin("127.0.0.1", 0, "one");
                FakeOrigin two = origin("127.0.0.2", one.port(), "two");
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            dns.addresses("127.0.0.1 app.test");
            try (TestBreakwater breakwater = setup(dns, one.port()).start()) {
                List<Future<Integer>> clients = new ArrayList<>();
                int port = breakwater.port();
                for (int number = 0; number < CLIENTS; number++)
                    clients.add(threads.submit(() -> askUntil(done, port)));
                one.exchange(100);
                dns.addresses("127.0.0.2 app.test");
                two.exchange(1);
                int last = one.exchanges().size();
                two.exchange(500);
                // what was on its way when the first request went to the other node
                assertThat(one.exchanges()).hasSizeLessThanOrEqualTo(last + CLIENTS);
                assertThat(addresses(breakwater)).containsExactly(two.address());
                done.set(true);
                int requests = 0;
                for (Future<Integer> client : clients) requests += client.get(20, TimeUnit.SECONDS);
                assertThat(breakwater.stopAndLog()).hasSize(requests).containsOnly("200 -");
            }
        }
    }

    @Test
    void aNodeThatStaysKeepsItsConnectionsAndFigures() throws Exception {
        try (DnsServer dns = DnsServer.start();
                FakeOrigin one = origin("127.0.0.1", 0, "one");
                FakeOrigin two = origin("127.0.0.2", one.port(), "two")) {
            dns.addresses("127.0.0.1 app.test");
            try (TestBreakwater breakwater = setup(dns, one.port()).start();
                    RawClient client = breakwater.client()) {
                assertThat(client.get("/").response().text()).isEqualTo("one");
                dns.addresses("127.0.0.1 app.test", "127.0.0.2 app.test");
                awaitNodes(breakwater, one.address(), two.address());
                for (int round = 0; round < 4; round++) client.get("/").response();
                assertThat(two.exchanges()).hasSize(2);
                assertThat(nodes(breakwater).getFirst().requests()).isEqualTo(3);
                assertThat(nodes(breakwater))
                        .extracting(NodeView::from)
                        .containsOnly("app.test:" + one.port());
                assertThat(one.connections()).isEqualTo(1);
            }
        }
    }

    @Test
    void trafficGoesOnWhenTheServerOrTheNameIsGone() throws Exception {
        try (DnsServer dns = DnsServer.start();
                FakeOrigin one = origin("127.0.0.1", 0, "one");
                FakeOrigin two = origin("127.0.0.2", one.port(), "two")) {
            dns.addresses("127.0.0.1 app.test");
            try (TestBreakwater breakwater = setup(dns, one.port()).start();
                    RawClient client = breakwater.client()) {
                assertThat(discovery(breakwater).failure()).isNull();
                dns.kill();
                awaitFailure(breakwater, "no DNS server answers for app.test");
                assertThat(client.get("/").response().text()).isEqualTo("one");
                dns.addresses();
                dns.run();
                awaitFailure(breakwater, "NXDOMAIN: there is no app.test");
                assertThat(client.get("/").response().text()).isEqualTo("one");
                assertThat(discovery(breakwater).nodes()).isEqualTo(1);
                dns.addresses("127.0.0.2 app.test");
                awaitNodes(breakwater, two.address());
                assertThat(discovery(breakwater).failure()).isNull();
                assertThat(client.get("/").response().text()).isEqualTo("two");
            }
        }
    }

    @Test
    void aNameThatIsNotThereYetIsAppliedAndRecovers() throws Exception {
        try (DnsServer dns = DnsServer.start();
                FakeOrigin one = origin("127.0.0.1", 0, "one");
                TestBreakwater breakwater = setup(dns, one.port()).start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().status()).isEqualTo(503);
            assertThat(breakwater.log(1)).containsExactly("503 no-node");
            assertThat(discovery(breakwater))
                    .extracting(DiscoveryView::from, DiscoveryView::how, DiscoveryView::foundMillis)
                    .containsExactly("app.test", "dns", 0L);
            assertThat(discovery(breakwater).failure()).contains("NXDOMAIN");
            dns.addresses("127.0.0.1 app.test");
            awaitNodes(breakwater, one.address());
            assertThat(client.get("/").response().text()).isEqualTo("one");
        }
    }

    @Test
    void aSlowResponseOfANodeThatLeftEndsWell() throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        try (DnsServer dns = DnsServer.start();
                FakeOrigin one =
                        FakeOrigin.start(exchange -> {
                            exchange.respond("HTTP/1.1 200 OK", "Content-Length: 6");
                            exchange.send("old");
                            left.await();
                            exchange.send("end");
                        });
                FakeOrigin two = origin("127.0.0.2", one.port(), "two")) {
            dns.addresses("127.0.0.1 app.test");
            try (TestBreakwater breakwater = setup(dns, one.port()).start();
                    RawClient slow = breakwater.client();
                    RawClient other = breakwater.client()) {
                Head head = slow.get("/").head();
                dns.addresses("127.0.0.2 app.test");
                awaitNodes(breakwater, two.address());
                assertThat(other.get("/").response().text()).isEqualTo("two");
                left.countDown();
                assertThat(slow.body(head).read(6)).isEqualTo("oldend");
                assertThat(one.exchanges()).hasSize(1);
            }
        }
    }

    @Test
    void changesOfTheUpstreamKeepWhatWasFound() throws Exception {
        try (DnsServer dns = DnsServer.start();
                FakeOrigin one = origin("127.0.0.1", 0, "one")) {
            dns.addresses("127.0.0.1 app.test");
            try (TestBreakwater breakwater = setup(dns, one.port()).start();
                    RawClient client = breakwater.client()) {
                assertThat(client.get("/").response().text()).isEqualTo("one");
                dns.kill();
                Setup changed = setup(dns, one.port()).upstream("interval = \"20s\"");
                breakwater.apply(changed.upstream("response-timeout = \"7s\"").toml());
                assertThat(client.get("/").response().text()).isEqualTo("one");
                assertThat(nodes(breakwater).getFirst().requests()).isEqualTo(2);
            }
        }
    }

    @Test
    void aNewNodeIsUsedOnlyAfterItsFirstGoodCheck() throws Exception {
        CountDownLatch ready = new CountDownLatch(1);
        try (DnsServer dns = DnsServer.start();
                FakeOrigin one = origin("127.0.0.1", 0, "one");
                FakeOrigin two =
                        FakeOrigin.at(
                                "127.0.0.2",
                                one.port(),
                                exchange -> {
                                    ready.await();
                                    exchange.readAll();
                                    exchange.send(FakeOrigin.ok("two"));
                                })) {
            dns.addresses("127.0.0.1 app.test");
            Setup setup =
                    setup(dns, one.port()).upstream("health-check = \"http:///?timeout=20s\"");
            try (TestBreakwater breakwater = setup.start();
                    RawClient client = breakwater.client()) {
                await().atMost(RawClient.PATIENCE)
                        .until(() -> "up".equals(nodes(breakwater).getFirst().health()));
                dns.addresses("127.0.0.1 app.test", "127.0.0.2 app.test");
                OriginExchange check = two.exchange(1);
                assertThat(check.head().field("Host")).isEqualTo("app.test:" + one.port());
                for (int round = 0; round < 6; round++)
                    assertThat(client.get("/").response().text()).isEqualTo("one");
                ready.countDown();
                await().atMost(RawClient.PATIENCE)
                        .until(() -> client.get("/").response().text().equals("two"));
            }
        }
    }

    @Test
    void theNodeIsAskedByItsName() throws Exception {
        try (DnsServer dns = DnsServer.start();
                FakeOrigin one = origin("127.0.0.1", 0, "one");
                FakeOrigin shadow = origin("127.0.0.1", 0, "shadow")) {
            dns.addresses("127.0.0.1 app.test");
            String mirrored =
                    "[upstreams.shadow]\nnodes = [\"app.test:%d\"]\n%s"
                            .formatted(shadow.port(), upstream(dns.address()));
            Setup setup =
                    setup(dns, one.port())
                            .location("forwarded = { host = \"upstream\" }")
                            .location("mirror = { upstream = \"shadow\" }")
                            .more(mirrored);
            try (TestBreakwater breakwater = setup.start();
                    RawClient client = breakwater.client()) {
                client.get("/").response();
                assertThat(one.exchange(1).head().field("Host"))
                        .isEqualTo("app.test:" + one.port());
                assertThat(shadow.exchange(1).head().field("Host"))
                        .isEqualTo("app.test:" + shadow.port());
            }
        }
    }

    @Test
    void whatTheOperatorWantsOfANodeCountsThroughChanges() throws Exception {
        try (DnsServer dns = DnsServer.start();
                FakeOrigin one = origin("127.0.0.1", 0, "one");
                FakeOrigin two = origin("127.0.0.2", one.port(), "two")) {
            dns.addresses("127.0.0.1 app.test", "127.0.0.2 app.test");
            try (TestBreakwater breakwater = setup(dns, one.port()).start();
                    RawClient client = breakwater.client()) {
                assertThat(set(breakwater, one.address(), UpstreamConfig.State.DRAIN)).isTrue();
                assertThat(set(breakwater, "127.0.0.9:1", UpstreamConfig.State.DRAIN)).isFalse();
                breakwater.apply(
                        setup(dns, one.port()).upstream("balance = \"least-requests\"").toml());
                for (int round = 0; round < 4; round++)
                    assertThat(client.get("/").response().text()).isEqualTo("two");
                assertThat(nodes(breakwater))
                        .extracting(NodeView::state)
                        .containsExactly("drain", "active");
                dns.addresses("127.0.0.2 app.test");
                awaitNodes(breakwater, two.address());
                dns.addresses("127.0.0.1 app.test", "127.0.0.2 app.test");
                awaitNodes(breakwater, one.address(), two.address());
                assertThat(nodes(breakwater).getFirst().state()).isEqualTo("drain");
                set(breakwater, one.address(), UpstreamConfig.State.ACTIVE);
                await().atMost(RawClient.PATIENCE)
                        .until(() -> client.get("/").response().text().equals("one"));
            }
        }
    }

    @Test
    void answersThatNeedTcpAndAddressesOfBothKindsAreRead() throws Exception {
        try (DnsServer dns = DnsServer.start()) {
            String[] lines = new String[150];
            for (int i = 0; i < 149; i++) lines[i] = "127.0.1." + (i + 1) + " app.test";
            lines[149] = "fd00::1:0:0:5 app.test";
            dns.addresses(lines);
            String nodes = "[\"app.test:80\", { address = \"127.0.0.7:81\", weight = 3 }]";
            try (TestBreakwater breakwater =
                    Setup.ofNodes(nodes).upstream(upstream(dns.address())).start()) {
                assertThat(addresses(breakwater))
                        .hasSize(151)
                        .contains("127.0.1.149:80", "[fd00::1:0:0:5]:80", "127.0.0.7:81");
            }
        }
    }

    @Test
    void theNextServerIsAskedWhenOneDoesNotAnswer() throws Exception {
        try (DnsServer dead = DnsServer.start();
                DnsServer dns = DnsServer.start()) {
            dead.kill();
            dns.addresses("127.0.0.1 app.test");
            try (TestBreakwater breakwater =
                    Setup.ofNodes("[\"app.test:80\"]")
                            .upstream(upstream(dead.address() + "\", \"" + dns.address()))
                            .start()) {
                awaitNodes(breakwater, "127.0.0.1:80");
            }
        }
    }

    @Test
    void withoutServersTheSystemsHostsAreRead() throws Exception {
        try (FakeOrigin one = origin("127.0.0.1", 0, "one");
                TestBreakwater breakwater =
                        Setup.to("localhost:" + one.port())
                                .upstream("discovery = \"dns\"")
                                .start();
                RawClient client = breakwater.client()) {
            assertThat(addresses(breakwater)).contains(one.address());
            // what else the name means is tried, too: nobody listens at [::1]
            assertThat(client.get("/").response().text()).isEqualTo("one");
        }
    }

    private static FakeOrigin origin(String host, int port, String name) throws IOException {
        return FakeOrigin.at(host, port, FakeOrigin.answer(FakeOrigin.ok(name)));
    }

    private static Setup setup(DnsServer dns, int port) {
        return Setup.ofNodes("[\"app.test:" + port + "\"]").upstream(upstream(dns.address()));
    }

    private static String upstream(String resolver) {
        return "discovery = \"dns\"\nresolver = [\"" + resolver + "\"]";
    }

    private static int askUntil(AtomicBoolean done, int port) throws IOException {
        int requests = 0;
        try (RawClient client = RawClient.to(port)) {
            while (!done.get()) {
                assertThat(client.get("/").response().status()).isEqualTo(200);
                requests++;
            }
        }
        return requests;
    }

    private static boolean set(
            TestBreakwater breakwater, String address, UpstreamConfig.State state) {
        return breakwater.engine().setFound("origin", address, state);
    }

    private static void awaitNodes(TestBreakwater breakwater, String... addresses) {
        await().atMost(RawClient.PATIENCE)
                .untilAsserted(() -> assertThat(addresses(breakwater)).containsExactly(addresses));
    }

    private static void awaitFailure(TestBreakwater breakwater, String words) {
        await().atMost(RawClient.PATIENCE)
                .untilAsserted(() -> assertThat(discovery(breakwater).failure()).contains(words));
    }

    private static List<String> addresses(TestBreakwater breakwater) {
        return nodes(breakwater).stream().map(NodeView::address).toList();
    }

    private static List<NodeView> nodes(TestBreakwater breakwater) {
        List<NodeView> all = Objects.requireNonNull(breakwater.engine().nodes("origin"));
        return all.stream().filter(node -> !node.leaving()).toList();
    }

    private static DiscoveryView discovery(TestBreakwater breakwater) {
        return breakwater.engine().discovery("origin").getFirst();
    }
}
