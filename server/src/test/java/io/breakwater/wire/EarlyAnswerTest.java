package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.testing.Message;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import org.junit.jupiter.api.Test;

/// Answers that come before the request has been sent to its end.
@WireTest
class EarlyAnswerTest {
    private static final String TOML =
            """
            [servers.web]
            listen = ["127.0.0.1:0"]
            locations = ["no"]
            [locations.no]
            respond = { status = 403, body = "no" }
            """;

    @Test
    void theConnectionGoesOnWhenTheBodyComesAfterTheAnswer() throws Exception {
        try (TestBreakwater breakwater = TestBreakwater.start(TOML);
                RawClient client = breakwater.client()) {
            for (int round = 0; round < 3; round++) {
                client.request("POST / HTTP/1.1", "Host: a", "Content-Length: 5");
                Message answer = client.response();
                assertThat(answer.status()).isEqualTo(403);
                assertThat(answer.head().field("Connection")).isNull();
                client.send("hello");
                client.request("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked");
                assertThat(client.response().status()).isEqualTo(403);
                client.send("5\r\nhello\r\n0\r\n\r\n");
            }
            assertThat(client.get("/").response().status()).isEqualTo(403);
        }
    }

    @Test
    void aBodyThatIsTooLongEndsTheConnectionAndTheAnswerSaysSo() throws Exception {
        try (TestBreakwater breakwater = TestBreakwater.start(TOML);
                RawClient client = breakwater.client()) {
            client.request("POST / HTTP/1.1", "Host: a", "Content-Length: 10000000");
            Message answer = client.response();
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.head().field("Connection")).isEqualTo("close");
        }
    }

    @Test
    void aBodyThatWaitsFor100IsNotAskedFor() throws Exception {
        try (TestBreakwater breakwater = TestBreakwater.start(TOML);
                RawClient client = breakwater.client()) {
            client.request(
                    "POST / HTTP/1.1", "Host: a", "Content-Length: 5", "Expect: 100-continue");
            Message answer = client.response();
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.head().field("Connection")).isEqualTo("close");
        }
    }
}
