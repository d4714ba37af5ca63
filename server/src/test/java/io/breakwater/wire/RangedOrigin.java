package io.breakwater.wire;

import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.Head;
import io.breakwater.testing.OriginExchange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Serves ranges of one body, with If-Range and If-None-Match, as an origin of large files does.
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF
final class RangedOrigin implements FakeOrigin.Behaviour {
    private final byte[] body;
    private final String tag;
    private final List<String> fields;

    /// An origin.
    ///
    /// @param body what it has
    /// @param tag its entity tag
    /// @param fields further fields of its responses
    RangedOrigin(byte[] body, String tag, String... fields) {
        this.body = body;
        this.tag = tag;
        this.fields = List.of(fields);
    }

    @Override
    public void serve(OriginExchange exchange) throws Exception {
        exchange.readAll();
        Head head = exchange.head();
        long[] range = range(head);
        if (tag.equals(head.field("If-None-Match"))) {
            exchange.send(head("304 Not Modified"));
        } else if (range == null) {
            exchange.send(head("200 OK", "Content-Length: " + body.length));
            if (!head.method().equals("HEAD")) exchange.out().write(body);
        } else if (range[0] >= body.length) {
            exchange.send(
                    head(
                            "416 Range Not Satisfiable",
                            "Content-Range: bytes */" + body.length,
                            "Content-Length: 0"));
        } else {
            exchange.send(partHead(range));
            exchange.out().write(body, (int) range[0], (int) (range[1] - range[0] + 1));
        }
    }

    /// What is asked for: first and last, null for the whole.
    private long @Nullable [] range(Head head) {
        String range = head.field("Range");
        String condition = head.field("If-Range");
        if (range == null || (condition != null && !condition.equals(tag))) return null;
        String[] ends = range.substring("bytes=".length()).split("-", -1);
        long first = Long.parseLong(ends[0]);
        long last = ends[1].isEmpty() ? body.length - 1 : Long.parseLong(ends[1]);
        return new long[] {first, Math.min(last, body.length - 1)};
    }

    private String partHead(long[] range) {
        return head(
                "206 Partial Content",
                "Content-Range: bytes " + range[0] + "-" + range[1] + "/" + body.length,
                "Content-Length: " + (range[1] - range[0] + 1));
    }

    /// Answers with the beginning of a part, and ends the connection.
    void breakOff(OriginExchange exchange) throws Exception {
        exchange.readAll();
        long[] range = range(exchange.head());
        if (range == null) throw new AssertionError("no range: " + exchange.head());
        exchange.send(partHead(range));
        exchange.out().write(body, (int) range[0], 100);
        exchange.close();
    }

    private String head(String status, String... more) {
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + "\r\nETag: " + tag + "\r\n");
        for (String field : fields) head.append(field).append("\r\n");
        for (String field : more) head.append(field).append("\r\n");
        return head.append("\r\n").toString();
    }

    /// What was asked for, in order: `-` for a whole response.
    static List<String> asked(FakeOrigin origin) {
        return origin.exchanges().stream()
                .map(one -> one.head().field("Range"))
                .map(range -> range == null ? "-" : range.substring("bytes=".length()))
                .toList();
    }
}
