package io.breakwater.cache;

import io.breakwater.cache.body.Body;
import io.breakwater.cache.body.Delivery;
import io.breakwater.cache.policy.CacheStatus;
import io.breakwater.cache.policy.Preconditions;
import io.breakwater.cache.policy.RequestFacts;
import io.breakwater.cache.policy.StoredResponse;
import io.breakwater.exchange.Exchange;
import io.breakwater.http.ByteRange;
import io.breakwater.http.ByteRanges;
import io.breakwater.http.ContentRange;
import io.breakwater.http.FieldList;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.util.BufferUtil;

/// Writes a stored response, or one that is being stored, to a client: whole, in parts, or as not
/// modified.
final class Answer {
    private static final Delivery.Part NOTHING = new Delivery.Part(BufferUtil.EMPTY_BUFFER, 0, 0);

    private final Exchange exchange;
    private final CachePlan plan;
    private final StoredResponse response;
    private final Body body;

    /// Prepares an answer.
    ///
    /// @param exchange who is answered
    /// @param plan the policy
    /// @param response the stored head
    /// @param body closed when all is written
    Answer(Exchange exchange, CachePlan plan, StoredResponse response, Body body) {
        this.exchange = exchange;
        this.plan = plan;
        this.response = response;
        this.body = body;
    }

    /// Sends it.
    ///
    /// @param facts of the request
    /// @param nowMillis the current time
    /// @param status what the cache did
    void send(RequestFacts facts, long nowMillis, CacheStatus status) {
        Fields request = new Fields(exchange.request().getHeaders());
        Preconditions.Answer how = Preconditions.evaluate(facts, request, response, nowMillis);
        List<Delivery.Part> parts =
                switch (how) {
                    case Preconditions.Answer.Whole whole -> whole(nowMillis);
                    case Preconditions.Answer.NotModified not -> notModified(nowMillis);
                    case Preconditions.Answer.Parts wanted -> parts(wanted.ranges(), nowMillis);
                };
        HttpFields.Mutable fields = exchange.response().getHeaders();
        if (plan.config().debugHeaders()) fields.add("Cache-Status", status.text("breakwater"));
        exchange.location().responseEdit().apply(fields, exchange);
        exchange.finishHead(fields);
        boolean bodiless = exchange.method().equals("HEAD");
        new Delivery(exchange, body, bodiless ? List.of(NOTHING) : parts).start();
    }

    /// Where the first byte of an answer stands in the body.
    ///
    /// @param exchange who is answered
    /// @param facts of the request
    /// @param response the stored head
    /// @param length of the body
    /// @param nowMillis the current time
    /// @return -1 when the answer has no bytes of the body
    static long firstByte(
            Exchange exchange,
            RequestFacts facts,
            StoredResponse response,
            long length,
            long nowMillis) {
        if (facts.method() == RequestFacts.Method.HEAD) return -1;
        Fields request = new Fields(exchange.request().getHeaders());
        return switch (Preconditions.evaluate(facts, request, response, nowMillis)) {
            case Preconditions.Answer.Whole whole -> 0;
            case Preconditions.Answer.NotModified not -> -1;
            case Preconditions.Answer.Parts wanted ->
                    switch (wanted.ranges().resolve(length)) {
                        case ByteRanges.Resolved.Whole whole -> 0;
                        case ByteRanges.Resolved.Unsatisfiable none -> -1;
                        case ByteRanges.Resolved.Parts some -> some.ranges().getFirst().first();
                    };
        };
    }

    private List<Delivery.Part> whole(long now) {
        head(response.facts().status(), now);
        long length = body.length();
        HttpFields.Mutable fields = exchange.response().getHeaders();
        if (length >= 0 && response.facts().status() != 204)
            fields.put(HttpHeader.CONTENT_LENGTH, length);
        if (length >= 0
                && response.facts().status() == 200
                && !fields.contains(HttpHeader.ACCEPT_RANGES)
                && !isCompressed(fields)) fields.put(HttpHeader.ACCEPT_RANGES, "bytes");
        return List.of(Delivery.Part.WHOLE);
    }

    /// Parts are parts of what is not compressed here.
    private boolean isCompressed(HttpFields fields) {
        return exchange.location().config().compression() != null
                && fields.contains(HttpHeader.CONTENT_ENCODING);
    }

    /// RFC 9110 §15.4.5: what a 200 would have had of these, and what a cache may need to select
    /// the stored response.
    private List<Delivery.Part> notModified(long now) {
        head(304, now);
        HttpFields.Mutable fields = exchange.response().getHeaders();
        fields.remove(HttpHeader.CONTENT_LENGTH);
        fields.remove(HttpHeader.CONTENT_TYPE);
        fields.remove(HttpHeader.CONTENT_ENCODING);
        fields.remove(HttpHeader.CONTENT_LANGUAGE);
        fields.remove(HttpHeader.CONTENT_RANGE);
        if (fields.contains(HttpHeader.ETAG)) fields.remove(HttpHeader.LAST_MODIFIED);
        return List.of(NOTHING);
    }

    private List<Delivery.Part> parts(ByteRanges ranges, long now) {
        long length = body.length();
        if (length < 0) return whole(now); // RFC 9110 §14.2: ranges may be ignored
        return switch (ranges.resolve(length)) {
            case ByteRanges.Resolved.Whole ignored -> whole(now);
            case ByteRanges.Resolved.Unsatisfiable none -> unsatisfiable(length, now);
            case ByteRanges.Resolved.Parts some ->
                    some.ranges().size() == 1
                            ? one(some.ranges().getFirst(), length, now)
                            : several(some.ranges(), length, now);
        };
    }

    private List<Delivery.Part> unsatisfiable(long length, long now) {
        head(416, now);
        HttpFields.Mutable fields = exchange.response().getHeaders();
        fields.put(HttpHeader.CONTENT_RANGE, new ContentRange(null, length).toString());
        fields.put(HttpHeader.CONTENT_LENGTH, 0);
        fields.remove(HttpHeader.CONTENT_TYPE);
        fields.remove(HttpHeader.CONTENT_ENCODING);
        return List.of(NOTHING);
    }

    private List<Delivery.Part> one(ByteRange range, long length, long now) {
        head(206, now);
        HttpFields.Mutable fields = exchange.response().getHeaders();
        fields.put(HttpHeader.CONTENT_RANGE, new ContentRange(range, length).toString());
        fields.put(HttpHeader.CONTENT_LENGTH, range.length());
        return List.of(new Delivery.Part(BufferUtil.EMPTY_BUFFER, range.first(), range.last() + 1));
    }

    /// RFC 9110 §14.6: multipart/byteranges.
    private List<Delivery.Part> several(List<ByteRange> ranges, long length, long now) {
        head(206, now);
        HttpFields.Mutable fields = exchange.response().getHeaders();
        String type = fields.get(HttpHeader.CONTENT_TYPE);
        String boundary = Long.toHexString(ThreadLocalRandom.current().nextLong()) + "breakwater";
        List<Delivery.Part> parts = new ArrayList<>();
        long sum = 0;
        for (ByteRange range : ranges) {
            String intro =
                    "\r\n--"
                            + boundary
                            + "\r\n"
                            + (type == null ? "" : "Content-Type: " + type + "\r\n")
                            + "Content-Range: "
                            + new ContentRange(range, length)
                            + "\r\n\r\n";
            ByteBuffer bytes = latin(intro);
            sum += bytes.remaining() + range.length();
            parts.add(new Delivery.Part(bytes, range.first(), range.last() + 1));
        }
        ByteBuffer end = latin("\r\n--" + boundary + "--\r\n");
        parts.add(new Delivery.Part(end, 0, 0));
        fields.put(HttpHeader.CONTENT_TYPE, "multipart/byteranges; boundary=" + boundary);
        fields.put(HttpHeader.CONTENT_LENGTH, sum + end.remaining());
        fields.remove(HttpHeader.CONTENT_RANGE);
        return parts;
    }

    private static ByteBuffer latin(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void head(int status, long now) {
        exchange.response().setStatus(status);
        HttpFields.Mutable fields = exchange.response().getHeaders();
        FieldList stored = response.fields();
        for (int i = 0; i < stored.size(); i++) fields.add(stored.name(i), stored.value(i));
        // RFC 9111 §5.1: an answer that was not validated for it tells its age
        fields.put(HttpHeader.AGE, response.facts().ageMillis(now) / 1000);
    }
}
