package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.testing.Ending;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.Message;
import io.breakwater.testing.OriginExchange;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests that two parties could read in two ways are refused, never mended (RFC 9112 §11.2).
@WireTest
class BadRequestTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST / HTTP/1.1|Host: a|Content-Length: 3|Content-Length: 4||abcd",
                "POST / HTTP/1.1|Host: a|Content-Length: 3, 4||abcd",
                "POST / HTTP/1.1|Host: a|Content-Length: +3||abc",
                "POST / HTTP/1.1|Host: a|Content-Length: -3||abc",
                "POST / HTTP/1.1|Host: a|Content-Length: 0x3||abc",
                "POST / HTTP/1.1|Host: a|Content-Length: three||abc",
                "POST / HTTP/1.1|Host: a|Content-Length: 99999999999999999999||abc",
                "POST / HTTP/1.1|Host: a|Content-Length: 3|Transfer-Encoding: chunked||0||",
                "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked|Content-Length: 3||0||",
                "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked, chunked||0||",
                "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked|Transfer-Encoding: x||0||",
                "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked, gzip||0||",
            })
    void refusesAmbiguousFraming(String request) throws Exception {
        assertRefused(request, "400 bad-request");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST / HTTP/1.1|Host: a|Transfer-Encoding: gzip, chunked||0||",
                "POST / HTTP/1.1|Host: a|Transfer-Encoding: xchunked||0||",
                "POST / HTTP/1.1|Host: a|Transfer-Encoding: identity||",
            })
    void refusesUnknownTransferCodings(String request) throws Exception {
        assertRefused(request, "400 bad-request", "501 not-implemented");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1|Host: a|X-A: 1| folded: 2||",
                "GET / HTTP/1.1|Host: a|X-A : 1||",
                "GET / HTTP/1.1| Host: a||",
                "GET / HTTP/1.1|Host: a|no colon||",
                "GET / HTTP/1.1|Host: a|: no name||",
                "GET / HTTP/1.1|Host: a|X-A(b): 1||",
                "GET / HTTP/1.1|Host: a|X-A: nul\0here||",
                "GET / HTTP/1.1|Host: a|X-A: cr\rhere||",
                "GET / HTTP/1.1 |Host: a||",
                "GET / extra HTTP/1.1|Host: a||",
                "G@T / HTTP/1.1|Host: a||",
                "GET nopath HTTP/1.1|Host: a||",
                "GET /bell\u0007 HTTP/1.1|Host: a||",
                "GET /|Host: a||",
                "\u0016\u0003\u0001 this is no HTTP||",
            })
    void refusesBrokenHeads(String request) throws Exception {
        assertRefused(request, "400 bad-request", "501 not-implemented");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\nHost: a\n\n",
                "GET / HTTP/1.1\r\nHost: a\nX-A: 1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\n\n",
            })
    void refusesBareLineFeeds(String request) throws Exception {
        assertRefused(request, "400 bad-request");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1||",
                "GET / HTTP/1.1|Host: a|Host: b||",
                "GET / HTTP/1.1|Host: a|Host: a||",
                "GET / HTTP/1.1|Host: a b||",
                "GET / HTTP/1.1|Host: a/b||",
                "GET / HTTP/1.1|Host: user@a||",
                "GET / HTTP/1.1|Host: a:port||",
                "GET / HTTP/1.1|Host: a:99999||",
                "GET / HTTP/1.1|Host: [::1||",
                "GET / HTTP/1.1|Host: a,b||",
                "GET / HTTP/1.1|Host: <a>||",
            })
    void refusesMissingDoubledAndInvalidHosts(String request) throws Exception {
        assertRefused(request, "400 bad-host", "400 bad-request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/3.7|Host: a||", "PRI / HTTP/2.0|Host: a||"})
    void refusesUnknownVersions(String request) throws Exception {
        assertRefused(request, "400 bad-request", "505 bad-request", "501 not-implemented");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TRACE / HTTP/1.1|Host: a||",
                "CONNECT other.test:443 HTTP/1.1|Host: other.test:443||",
                "CONNECT / HTTP/1.1|Host: a||",
            })
    void refusesTraceAndConnect(String request) throws Exception {
        assertRefused(request, "405 method-refused", "400 bad-request");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zz\r\nabc\r\n0\r\n\r\n",
                "-3\r\nabc\r\n0\r\n\r\n",
                "3 \r\nabcd\r\n0\r\n\r\n",
                "3\r\nabcd\r\n0\r\n\r\n",
                "fffffffffffffffff\r\nabc\r\n0\r\n\r\n",
                "3\nabc\r\n0\r\n\r\n",
                "\r\n\r\n",
            })
    void brokenChunksNeverBecomeAWholeRequest(String body) throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            if (exchange.readAll().ending() == Ending.COMPLETE) {
                                exchange.send(FakeOrigin.ok("x"));
                            }
                        });
                TestBreakwater breakwater = Setup.to(origin).start();
                RawClient client = breakwater.client()) {
            client.request("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked").send(body);
            assertThat(client.response().status()).isEqualTo(400);
            client.ending();
            breakwater.log(1);
            assertThat(breakwater.stopAndLog()).containsExactly("400 bad-request");
            for (OriginExchange exchange : origin.exchanges()) {
                assertThat(exchange.request().ending()).isNotEqualTo(Ending.COMPLETE);
            }
        }
    }

    @Test
    void refusalsDoNotReachLaterRequestsOfTheConnection() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater = Setup.to(origin).start();
                RawClient client = breakwater.client()) {
            client.request("POST / HTTP/1.1", "Host: a", "Content-Length: 3", "Content-Length: 4");
            client.send("abcGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
            Message refusal = client.response();
            assertThat(refusal.status()).isEqualTo(400);
            assertThat(refusal.head().field("Connection")).isEqualToIgnoringCase("close");
            client.ending();
            assertThat(origin.exchanges()).isEmpty();
        }
    }

    @Test
    void toleratesAnEmptyLineBeforeTheRequest() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater = Setup.to(origin).start();
                RawClient client = breakwater.client()) {
            // RFC 9112 §2.2
            client.send("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.response().status()).isEqualTo(200);
        }
    }

    private static void assertRefused(String request, String... outcomes) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater = Setup.to(origin).start();
                RawClient client = breakwater.client()) {
            client.send(request.replace("|", "\r\n"));
            Message response = client.response();
            assertThat(response.toString()).doesNotContainIgnoringCase("exception");
            breakwater.log(1);
            List<String> log = breakwater.stopAndLog();
            assertThat(log).as("one line for %s", response).hasSize(1);
            assertThat(log.getFirst()).isIn((Object[]) outcomes);
            assertThat(response.status() + "").isEqualTo(log.getFirst().substring(0, 3));
            assertThat(origin.exchanges()).isEmpty();
        }
    }
}
