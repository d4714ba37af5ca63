package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.testing.Ending;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.H2Client;
import io.breakwater.testing.H2Stream;
import io.breakwater.testing.Message;
import io.breakwater.testing.OriginExchange;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Bodies that are still coming when their request has been answered here.
@WireTest
class LingeringTest {
    private static final String ANSWERS_HERE = "respond = { status = 200, body = \"here\" }";

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 2", "Transfer-Encoding: chunked"})
    void keepsTheConnectionWhenTheBodyComesAfterTheAnswer(String framing) throws Exception {
        try (TestBreakwater breakwater = TestBreakwater.start(local(""));
                RawClient client = breakwater.client()) {
            client.request("POST / HTTP/1.1", "Host: a", framing);
            Message early = client.response();
            assertThat(early.text()).isEqualTo("here");
            assertThat(early.head().has("Connection")).isFalse();
            client.send(framing.startsWith("Content") ? "{}" : "2\r\n{}\r\n0\r\n\r\n");
            assertThat(client.get("/").response().text()).isEqualTo("here");
            assertThat(breakwater.stopAndLog()).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // More than is read for nothing.
                "Content-Length: 10000000",
                // Its body is not asked for.
                "Content-Length: 2\r\nExpect: 100-continue",
                "Transfer-Encoding: chunked\r\nExpect: 100-continue"
            })
    void announcesTheEndOfAConnectionWhoseBodyIsNotRead(String fields) throws Exception {
        try (TestBreakwater breakwater = TestBreakwater.start(local(""));
                RawClient client = breakwater.client()) {
            client.request("POST / HTTP/1.1", "Host: a", fields);
            Message early = client.response();
            assertThat(early.text()).isEqualTo("here");
            assertThat(early.head().field("Connection")).isEqualToIgnoringCase("close");
            // Nothing else comes, such as 100 Continue.
            client.ending();
        }
    }

    @Test
    void keepsTheConnectionWhenANodeFailsBeforeTheBodyHasCome() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(OriginExchange::reset);
                TestBreakwater breakwater = Setup.to(origin).start();
                RawClient client = breakwater.client()) {
            client.request("POST / HTTP/1.1", "Host: a", "Content-Length: 2");
            Message failed = client.response();
            assertThat(failed.status()).isEqualTo(502);
            assertThat(failed.head().has("Connection")).isFalse();
            origin.behave(FakeOrigin.answer(FakeOrigin.ok("there")));
            client.send("{}");
            assertThat(client.get("/").response().text()).isEqualTo("there");
            assertThat(breakwater.stopAndLog()).hasSize(2);
        }
    }

    @Test
    void doesNotReadOnForEver() throws Exception {
        try (TestBreakwater breakwater = TestBreakwater.start(local(""));
                RawClient client = breakwater.client()) {
            client.request("POST / HTTP/1.1", "Host: a", "Content-Length: 2");
            assertThat(client.response().status()).isEqualTo(200);
            assertThat(client.ending()).isEqualTo(Ending.CLOSED);
        }
    }

    @Test
    void anEarlyAnswerIsNotFollowedByAHeaderTimeout() throws Exception {
        try (TestBreakwater breakwater = TestBreakwater.start(local("header-timeout = \"100ms\""));
                RawClient client = breakwater.client()) {
            client.request("POST / HTTP/1.1", "Host: a", "Content-Length: 2");
            assertThat(client.response().status()).isEqualTo(200);
            assertThat(client.ending()).isEqualTo(Ending.CLOSED);
            assertThat(breakwater.stopAndLog()).containsExactly("200 -");
        }
    }

    @Test
    void anEarlyErrorIsReadByAnHttp2ClientThatStillSends() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater =
                        Setup.to(origin).server("max-body-size = \"1kb\"").start();
                H2Client client = H2Client.to(breakwater.port())) {
            H2Stream early = client.open("POST", "/", "content-length: 2000");
            early.data(new byte[500]);
            assertThat(early.awaitEnd().status()).isEqualTo(413);
            early.data(new byte[1500]).end();
            H2Stream next = client.send("GET", "/").awaitEnd();
            assertThat(next.text()).isEqualTo("x");
            // RFC 9113 §8.1: clients throw away what comes before a reset.
            assertThat(early.resetCode()).isNull();
            assertThat(early.text()).contains("413");
        }
    }

    private static String local(String server) {
        return """
        [servers.web]
        listen = ["127.0.0.1:0"]
        locations = ["here"]
        access-log = { format = "outcome", file = "access.log" }
        %s
        [locations.here]
        %s
        [log-formats.outcome]
        format = "{status} {reason}"
        """
                .formatted(server, ANSWERS_HERE);
    }
}
