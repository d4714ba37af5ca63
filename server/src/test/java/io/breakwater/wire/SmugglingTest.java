package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.testing.BodyEngine;
import io.breakwater.testing.DeadNode;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.H2Client;
import io.breakwater.testing.H2Stream;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Requests that try to be two at the node, or another one than here.
@WireTest
class SmugglingTest {
    private static final String H2 = "protocols = [\"http1\", \"h2\"]";

    @ParameterizedTest
    @EnumSource
    void aBodyShorterThanAnnouncedLeavesNoRoomForTheNextRequest(BodyEngine engine)
            throws Exception {
        // The node answers before it has the body, and keeps its connection open for the rest.
        try (FakeOrigin origin = FakeOrigin.start(e -> e.send(FakeOrigin.ok("early")));
                TestBreakwater breakwater = Setup.to(origin).engine(engine).server(H2).start();
                H2Client attacker = H2Client.to(breakwater.port());
                RawClient victim = breakwater.client()) {
            H2Stream stream =
                    attacker.open("POST", "/", "content-length: 60", "te: trailers")
                            .data("0123456789".getBytes(StandardCharsets.US_ASCII))
                            .end("x-end: 1");
            stream.awaitEnd();
            assertThat(victim.get("/victim").response().text()).isEqualTo("early");
            assertThat(origin.exchanges())
                    .filteredOn(exchange -> exchange.head().target().equals("/victim"))
                    .as("the next request is a request of its own")
                    .hasSize(1);
        }
    }

    @Test
    void whatIsNotAsciiInAQueryStaysWhatItIs() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater = Setup.to(origin).start();
                RawClient client = breakwater.client()) {
            // U+0126 and U+0120, whose low bytes are an ampersand and a blank
            client.get("/x?a=1\u00c4\u00a6admin=1\u00c4\u00a0HTTP/1.1|%7c");
            assertThat(client.response().status()).isEqualTo(200);
            assertThat(origin.exchange(1).head().target())
                    .isEqualTo("/x?a=1%C4%A6admin=1%C4%A0HTTP/1.1|%7c");
        }
    }

    @Test
    void aBlankInATargetIsRefused() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater = Setup.to(origin).server(H2).start();
                H2Client client = H2Client.to(breakwater.port())) {
            H2Stream stream = client.send("GET", "/x?a= HTTP/1.1");
            assertThat(stream.awaitEnd().status()).isEqualTo(400);
            assertThat(origin.exchanges()).isEmpty();
        }
    }

    @Test
    void aBodyThatNobodyReadsIsLetGo() throws Exception {
        // Closing Breakwater fails when a buffer was not released.
        try (DeadNode dead = DeadNode.refusing();
                TestBreakwater breakwater = Setup.to(dead.address()).server(H2).start();
                H2Client client = H2Client.to(breakwater.port())) {
            for (int round = 0; round < 5; round++) {
                H2Stream stream =
                        client.open("POST", "/").data(new byte[1000]).data(new byte[1000]).end();
                assertThat(stream.awaitEnd().status()).isEqualTo(502);
            }
        }
    }
}
