package io.breakwater.wire;

import static org.awaitility.Awaitility.await;

import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.Head;
import io.breakwater.testing.Message;
import io.breakwater.testing.OriginExchange;
import io.breakwater.testing.Pattern;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What the tests of the cache have in common.
final class CacheKit {
    static final String FRESH = "Cache-Control: max-age=60";
    static final String TAG = "ETag: \"1\"";

    private CacheKit() {}

    /// A location that caches by a policy which names what it did.
    static Setup caching(FakeOrigin origin, String... policy) {
        return Setup.to(origin)
                .location("cache = \"pages\"")
                .upstream("retry = \"off\"\noutlier = \"off\"")
                .more("[cache-policies.pages]\ndebug-headers = true\n" + String.join("\n", policy));
    }

    /// A whole 200.
    static String answer(String body, String... fields) {
        return head(body.length(), fields) + body;
    }

    /// The head of a 200.
    static String head(long length, String... fields) {
        return "HTTP/1.1 200 OK\r\n" + lines(fields) + "Content-Length: " + length + "\r\n\r\n";
    }

    static String chunkedHead(String... fields) {
        return "HTTP/1.1 200 OK\r\n" + lines(fields) + "Transfer-Encoding: chunked\r\n\r\n";
    }

    private static String lines(String... fields) {
        StringBuilder lines = new StringBuilder();
        for (String field : fields) lines.append(field).append("\r\n");
        return lines.toString();
    }

    /// Answers with so many bytes of the pattern.
    static FakeOrigin.Behaviour pattern(long length, String... fields) {
        return exchange -> {
            exchange.readAll();
            exchange.send(head(length, fields));
            new Pattern().write(exchange.out(), length);
        };
    }

    /// A GET with further fields.
    static Message get(RawClient client, String target, String... fields) throws Exception {
        return send(client, "GET", target, fields).response();
    }

    static RawClient send(RawClient client, String method, String target, String... fields)
            throws Exception {
        List<String> lines = new ArrayList<>();
        lines.add(method + " " + target + " HTTP/1.1");
        lines.add("Host: example.test");
        lines.addAll(List.of(fields));
        return client.request(lines.toArray(new String[0]));
    }

    /// What the cache did.
    static String did(Head head) {
        String status = head.field("Cache-Status");
        return status == null ? "" : status;
    }

    static boolean isHit(Head head) {
        return did(head).contains("; hit");
    }

    /// Asks until the answer comes from the store, as storing takes a moment.
    static Message hit(RawClient client, String target, String... fields) {
        List<Message> last = new ArrayList<>();
        await().atMost(RawClient.PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> {
                    last.clear();
                    last.add(get(client, target, fields));
                    return isHit(last.getFirst().head());
                });
        return last.getFirst();
    }

    /// Waits until so many exchanges are in flight: those of clients and of fills.
    static void inFlight(TestBreakwater breakwater, int exchanges) {
        await().atMost(RawClient.PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> breakwater.engine().inFlight() == exchanges);
    }

    static boolean asks(OriginExchange exchange, String field, String part) {
        String value = exchange.head().field(field);
        return value != null && value.contains(part);
    }

    static byte[] patternBytes(int length) {
        return new Pattern().next(length);
    }
}
