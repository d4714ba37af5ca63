package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.config.UpstreamConfig;
import io.breakwater.control.DiscoveryView;
import io.breakwater.control.NodeView;
import io.breakwater.testing.DnsServer;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Nodes that service records list.
@WireTest
class ServiceDiscoveryTest {
    private static final String NAME = "_http._tcp.app.test";

    @Test
    void prioritiesAndWeightsAreKept() throws Exception {
        try (DnsServer dns = DnsServer.start();
                FakeOrigin a = origin("a");
                FakeOrigin b = origin("b");
                FakeOrigin c = origin("c");
                FakeOrigin d = origin("d")) {
            dns.addresses("127.0.0.1 a.test b.test c.test d.test");
            dns.options(
                    service("a.test", a, 10, 3),
                    service("b.test", b, 10, 1),
                    service("c.test", c, 20, 0),
                    service("d.test", d, 30, 9));
            Setup setup = setup(dns).location("forwarded = { host = \"upstream\" }");
            try (TestBreakwater breakwater = setup.start();
                    RawClient client = breakwater.client()) {
                for (int round = 0; round < 8; round++) client.get("/").response();
                assertThat(a.exchanges()).hasSize(6);
                assertThat(b.exchanges()).hasSize(2);
                assertThat(a.exchange(1).head().field("Host")).isEqualTo("a.test:" + a.port());
                // the next priority only when nobody of the one before is left, and so on
                drain(breakwater, a);
                assertThat(client.get("/").response().text()).isEqualTo("b");
                drain(breakwater, b);
                assertThat(client.get("/").response().text()).isEqualTo("c");
                drain(breakwater, c);
                assertThat(client.get("/").response().text()).isEqualTo("d");
                assertThat(nodes(breakwater)).extracting(NodeView::from).containsOnly(NAME);
            }
        }
    }

    @Test
    void recordsWithoutAWeightAreEqualAndSeldomBesideOthers() throws Exception {
        try (DnsServer dns = DnsServer.start();
                FakeOrigin a = origin("a");
                FakeOrigin b = origin("b")) {
            dns.addresses("127.0.0.1 a.test");
            dns.options(service("a.test", a, 10, 0), service("a.test", b, 10, 9));
            try (TestBreakwater breakwater = setup(dns).start();
                    RawClient client = breakwater.client()) {
                for (int round = 0; round < 10; round++) client.get("/").response();
                assertThat(a.exchanges()).hasSize(1);
                dns.options(service("a.test", a, 10, 0), service("a.test", b, 10, 0));
                await().atMost(RawClient.PATIENCE)
                        .untilAsserted(() ->
                                assertThat(nodes(breakwater))
                                        .extracting(NodeView::weight)
                                        .containsExactly(1, 1));
                for (int round = 0; round < 10; round++) client.get("/").response();
                assertThat(a.exchanges()).hasSize(6);
            }
        }
    }

    @Test
    void configuredBackupsComeAfterAllPriorities() throws Exception {
        try (DnsServer dns = DnsServer.start();
                FakeOrigin a = origin("a");
                FakeOrigin b = origin("b")) {
            dns.addresses("127.0.0.1 a.test b.test");
            dns.options(
                    service("a.test", a, 900, 1),
                    "srv-host=_spare._tcp.app.test,b.test," + b.port() + ",0,1");
            String nodes =
                    "[{ address = \"_spare._tcp.app.test\", backup = true }, \"" + NAME + "\"]";
            try (TestBreakwater breakwater =
                            Setup.ofNodes(nodes).upstream(setup(dns).upstream()).start();
                    RawClient client = breakwater.client()) {
                assertThat(client.get("/").response().text()).isEqualTo("a");
                drain(breakwater, a);
                assertThat(client.get("/").response().text()).isEqualTo("b");
            }
        }
    }

    @Test
    void whatCannotBeFoundDoesNotHideTheRest() throws Exception {
        try (DnsServer dns = DnsServer.start();
                FakeOrigin a = origin("a")) {
            dns.addresses("127.0.0.1 a.test");
            dns.options("srv-host=" + NAME);
            try (TestBreakwater breakwater = setup(dns).start();
                    RawClient client = breakwater.client()) {
                assertThat(client.get("/").response().status()).isEqualTo(503);
                assertThat(discovery(breakwater).failure()).contains("no such service");
                dns.options(service("gone.test", a, 1, 1), service("a.test", a, 10, 1));
                await().atMost(RawClient.PATIENCE)
                        .until(() -> client.get("/").response().status() == 200);
                assertThat(discovery(breakwater))
                        .extracting(
                                DiscoveryView::how, DiscoveryView::nodes, DiscoveryView::failure)
                        .containsExactly("srv", 1, null);
            }
        }
    }

    private static FakeOrigin origin(String name) throws IOException {
        return FakeOrigin.answering(FakeOrigin.ok(name));
    }

    private static String service(String target, FakeOrigin origin, int priority, int weight) {
        return "srv-host=%s,%s,%d,%d,%d".formatted(NAME, target, origin.port(), priority, weight);
    }

    private static Setup setup(DnsServer dns) {
        return Setup.ofNodes("[\"" + NAME + "\"]")
                .upstream("discovery = \"srv\"\nresolver = \"" + dns.address() + "\"");
    }

    private static void drain(TestBreakwater breakwater, FakeOrigin origin) {
        assertThat(
                        breakwater
                                .engine()
                                .setFound("origin", origin.address(), UpstreamConfig.State.DRAIN))
                .isTrue();
    }

    private static List<NodeView> nodes(TestBreakwater breakwater) {
        List<NodeView> all = Objects.requireNonNull(breakwater.engine().nodes("origin"));
        return all.stream().filter(node -> !node.leaving()).toList();
    }

    private static DiscoveryView discovery(TestBreakwater breakwater) {
        return breakwater.engine().discovery("origin").getFirst();
    }
}
