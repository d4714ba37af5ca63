package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.breakwater.control.NodeView;
import io.breakwater.control.UpstreamEvent;
import io.breakwater.control.UpstreamView;
import io.breakwater.testing.DnsServer;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.Head;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is told and shown of nodes that come and go.
@WireTest
class MovingNodesTest {
    @Test
    void arrivalsAndDeparturesAreEvents() throws Exception {
        try (DnsServer dns = DnsServer.start()) {
            dns.addresses("127.0.0.1 app.test");
            Setup setup = Setup.ofNodes("[\"app.test:80\", \"127.0.0.7:81\"]").upstream(by(dns));
            try (TestBreakwater breakwater = setup.start()) {
                assertThat(events(breakwater)).isEmpty();
                dns.addresses("127.0.0.2 app.test", "127.0.0.3 app.test");
                await().atMost(RawClient.PATIENCE).until(() -> events(breakwater).size() == 3);
                String why = "app.test:80 is 127.0.0.2:80, 127.0.0.3:80";
                assertThat(events(breakwater))
                        .extracting(UpstreamEvent::node, UpstreamEvent::what, UpstreamEvent::why)
                        .containsExactly(
                                tuple("127.0.0.1:80", "left", why),
                                tuple("127.0.0.3:80", "found", why),
                                tuple("127.0.0.2:80", "found", why));
                breakwater.apply(Setup.ofNodes("[\"127.0.0.7:81\"]").upstream(by(dns)).toml());
                assertThat(events(breakwater).subList(0, 2))
                        .extracting(UpstreamEvent::what, UpstreamEvent::why)
                        .containsOnly(tuple("left", "no longer listed by app.test:80"));
            }
        }
    }

    @Test
    void ofManyNodesOnlySomeAreNamed(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("nodes.json");
        Files.writeString(file, "{\"nodes\": [\"10.0.0.1:80\"]}");
        String upstream = "discovery = \"file\"\ndiscovery-file = \"" + file + "\"";
        try (TestBreakwater breakwater = Setup.ofNodes("[]").upstream(upstream).start()) {
            StringBuilder nodes = new StringBuilder();
            for (int i = 1; i <= 11; i++)
                nodes.append(i == 1 ? "" : ", ").append("\"10.0.0.").append(i).append(":80\"");
            Files.writeString(file, "{\"nodes\": [" + nodes + "]}");
            await().atMost(RawClient.PATIENCE).until(() -> events(breakwater).size() == 10);
            assertThat(events(breakwater).getFirst().why())
                    .startsWith(file + " lists 10.0.0.1:80, 10.0.0.2:80, ")
                    .endsWith("10.0.0.8:80 and 3 more");
        }
    }

    @Test
    void aLeavingNodeIsShownUntilItsLastExchangeEnds() throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        try (DnsServer dns = DnsServer.start();
                FakeOrigin one =
                        FakeOrigin.start(exchange -> {
                            exchange.respond("HTTP/1.1 200 OK", "Content-Length: 6");
                            exchange.send("old");
                            left.await();
                            exchange.send("end");
                        });
                FakeOrigin two =
                        FakeOrigin.at(
                                "127.0.0.2", one.port(), FakeOrigin.answer(FakeOrigin.ok("two")))) {
            dns.addresses("127.0.0.1 app.test");
            Setup setup = Setup.ofNodes("[\"app.test:" + one.port() + "\"]").upstream(by(dns));
            try (TestBreakwater breakwater = setup.start();
                    RawClient slow = breakwater.client();
                    RawClient other = breakwater.client()) {
                Head head = slow.get("/").head();
                dns.addresses("127.0.0.2 app.test");
                await().atMost(RawClient.PATIENCE)
                        .until(() -> view(breakwater).nodes().size() == 2);
                assertThat(other.get("/").response().text()).isEqualTo("two");
                assertThat(view(breakwater).nodes())
                        .extracting(
                                NodeView::address,
                                NodeView::leaving,
                                NodeView::inFlight,
                                NodeView::requests,
                                NodeView::from)
                        .containsExactly(
                                tuple(two.address(), false, 0, 1L, "app.test:" + one.port()),
                                tuple(one.address(), true, 1, 1L, "app.test:" + one.port()));
                assertThat(view(breakwater).usable()).isEqualTo(1);
                assertThat(view(breakwater).inFlight()).isEqualTo(1);
                left.countDown();
                assertThat(slow.body(head).read(6)).isEqualTo("oldend");
                await().atMost(RawClient.PATIENCE)
                        .untilAsserted(() ->
                                assertThat(view(breakwater).nodes())
                                        .extracting(NodeView::address)
                                        .containsExactly(two.address()));
            }
        }
    }

    @Test
    void anAbsoluteNameIsAskedForWithItsDotAndSentWithout() throws Exception {
        try (DnsServer dns = DnsServer.start();
                FakeOrigin one = FakeOrigin.answering(FakeOrigin.ok("one"))) {
            dns.addresses("127.0.0.1 app.test");
            Setup setup =
                    Setup.ofNodes("[\"app.test.:" + one.port() + "\"]")
                            .upstream(by(dns))
                            .location("forwarded = { host = \"upstream\" }");
            try (TestBreakwater breakwater = setup.start();
                    RawClient client = breakwater.client()) {
                assertThat(client.get("/").response().text()).isEqualTo("one");
                assertThat(one.exchange(1).head().field("Host"))
                        .isEqualTo("app.test:" + one.port());
                assertThat(view(breakwater).nodes().getFirst().from())
                        .isEqualTo("app.test.:" + one.port());
            }
        }
    }

    @Test
    void theNameOfAServiceMayBeAbsolute() throws Exception {
        try (DnsServer dns = DnsServer.start()) {
            dns.addresses("127.0.0.1 a.test");
            dns.options("srv-host=_http._tcp.app.test,a.test,81,1,1");
            String upstream = by(dns).replace("\"dns\"", "\"srv\"");
            try (TestBreakwater breakwater =
                    Setup.ofNodes("[\"_http._tcp.app.test.\"]").upstream(upstream).start()) {
                await().atMost(RawClient.PATIENCE)
                        .untilAsserted(() ->
                                assertThat(view(breakwater).nodes())
                                        .extracting(NodeView::address)
                                        .containsExactly("127.0.0.1:81"));
            }
        }
    }

    private static String by(DnsServer dns) {
        return "discovery = \"dns\"\nresolver = [\"" + dns.address() + "\"]";
    }

    private static List<UpstreamEvent> events(TestBreakwater breakwater) {
        return breakwater.engine().upstreamEvents("origin");
    }

    private static UpstreamView view(TestBreakwater breakwater) {
        return Objects.requireNonNull(breakwater.engine().upstream("origin"));
    }
}
