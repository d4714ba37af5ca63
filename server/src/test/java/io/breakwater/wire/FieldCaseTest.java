package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Values that differ in case only, one after the other on the same connections.
@WireTest
class FieldCaseTest {
    private static final List<String> VALUES = List.of("aBc", "abc", "ABC", "aBc");

    @Test
    void valuesKeepTheirCaseBothWays() throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            exchange.readAll();
                            String value = String.valueOf(exchange.head().field("X-Value"));
                            exchange.respond(
                                    "HTTP/1.1 200 OK",
                                    "ETag: \"" + value + "\"",
                                    "Location: /" + value,
                                    "X-Value: " + value,
                                    "Content-Length: 0");
                        });
                TestBreakwater breakwater = Setup.to(origin).start();
                RawClient client = breakwater.client()) {
            for (String value : VALUES) {
                client.request(
                        "GET / HTTP/1.1",
                        "Host: a",
                        "Cookie: session=" + value,
                        "Authorization: Bearer " + value,
                        "X-Value: " + value);
                var answer = client.response().head();
                assertThat(answer.field("ETag")).isEqualTo('"' + value + '"');
                assertThat(answer.field("Location")).isEqualTo("/" + value);
                assertThat(answer.field("X-Value")).isEqualTo(value);
            }
            for (int number = 1; number <= VALUES.size(); number++) {
                var request = origin.exchange(number).head();
                String value = VALUES.get(number - 1);
                assertThat(request.field("Cookie")).isEqualTo("session=" + value);
                assertThat(request.field("Authorization")).isEqualTo("Bearer " + value);
                assertThat(request.field("X-Value")).isEqualTo(value);
            }
            assertThat(origin.connections()).isEqualTo(1);
        }
    }
}
