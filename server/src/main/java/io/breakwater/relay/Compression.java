package io.breakwater.relay;

import io.breakwater.config.CompressionConfig;
import io.breakwater.exchange.Codings;
import io.breakwater.exchange.Exchange;
import io.breakwater.http.ContentCoding;
import io.breakwater.http.EntityTag;
import io.breakwater.relay.encode.Encoders;
import io.breakwater.upstream.transport.IncomingResponse;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.MimeTypes;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is done about the coding of one response: whether it is compressed, and what its head says
/// about that (RFC 9110 §8.4, §12.5.3, §12.5.5). One step after the other.
final class Compression {
    private static final Logger LOG = LoggerFactory.getLogger(Compression.class);
    private static final String ACCEPT_ENCODING = HttpHeader.ACCEPT_ENCODING.asString();
    private static final HttpField VARY = new PreEncodedHttpField(HttpHeader.VARY, ACCEPT_ENCODING);

    private final Exchange exchange;
    private final CompressionConfig config;
    private final Encoders encoders;

    /// What the client takes and we have; null for nothing.
    private final @Nullable ContentCoding wanted;

    private @Nullable Fate fate;

    /// What becomes of a response.
    private enum Fate {
        /// Nobody gets it compressed.
        KEPT,
        /// Others may get it compressed.
        VARIES,
        /// It is compressed.
        CODED
    }

    private Compression(
            Exchange exchange,
            CompressionConfig config,
            Encoders encoders,
            @Nullable ContentCoding wanted) {
        this.exchange = exchange;
        this.config = config;
        this.encoders = encoders;
        this.wanted = wanted;
    }

    /// Looks at a request.
    ///
    /// @return null when its location does not compress
    static @Nullable Compression of(Exchange exchange, Encoders encoders) {
        CompressionConfig config = exchange.location().config().compression();
        if (config == null) return null;
        HttpFields fields = exchange.request().getHeaders();
        ContentCoding wanted =
                isOfItsOwn(exchange, fields)
                        ? null
                        : Codings.taken(fields).best(encoders.usable(config.encodings()));
        return new Compression(exchange, config, encoders, wanted);
    }

    /// Whether a request begins a conversation in both directions, which only passes through.
    private static boolean isOfItsOwn(Exchange exchange, HttpFields fields) {
        String type = fields.get(HttpHeader.CONTENT_TYPE);
        String upgrade = fields.get(HttpHeader.UPGRADE);
        return (type != null && type.startsWith("application/grpc"))
                || (upgrade != null && !upgrade.equalsIgnoreCase("h2c"))
                || exchange.method().equals("CONNECT");
    }

    /// Whether the body of the response may have to be compressed.
    boolean mayEncode() {
        return wanted != null && !exchange.method().equals("HEAD");
    }

    /// Decides, as soon as the head is there.
    ///
    /// @return whether the response is compressed, or would be if it had a body (HEAD)
    boolean decide(IncomingResponse response) {
        Fate decided = fate;
        if (decided == null) {
            decided = !isWorthIt(response) ? Fate.KEPT : wanted == null ? Fate.VARIES : Fate.CODED;
            fate = decided;
        }
        return decided == Fate.CODED;
    }

    /// Whether the response is compressed for clients that take it.
    private boolean isWorthIt(IncomingResponse response) {
        int status = response.status();
        HttpFields fields = response.fields();
        if (status < 200 || status == 204 || status == 205 || status == 206 || status == 304)
            return false;
        if (fields.contains(HttpHeader.CONTENT_ENCODING)
                || fields.contains(HttpHeader.CONTENT_RANGE)
                || Codings.isNotToBeChanged(fields)) return false;
        long length = fields.getLongField(HttpHeader.CONTENT_LENGTH);
        if (length >= 0 && (length == 0 || length < config.minLength())) return false;
        String type = fields.get(HttpHeader.CONTENT_TYPE);
        if (type == null) return false;
        String media = MimeTypes.getContentTypeWithoutCharset(type);
        int parameters = media.indexOf(';');
        if (parameters >= 0) media = media.substring(0, parameters);
        return matches(media.strip().toLowerCase(Locale.ROOT));
    }

    private boolean matches(String media) {
        // A stream of events would wait in an encoder, gRPC has codings of its own.
        if (media.equals("text/event-stream") || media.startsWith("application/grpc")) return false;
        for (String pattern : config.types()) if (matches(pattern, media)) return true;
        return false;
    }

    private static boolean matches(String pattern, String media) {
        if (pattern.equals("*") || pattern.equals("*/*")) return true;
        if (pattern.startsWith("*+")) {
            int length = pattern.length() - 1;
            return media.regionMatches(true, media.length() - length, pattern, 1, length);
        }
        return pattern.endsWith("/*")
                ? media.regionMatches(true, 0, pattern, 0, pattern.length() - 1)
                : pattern.equalsIgnoreCase(media);
    }

    /// Begins to compress a body.
    ///
    /// @param lengthKept whether nothing else changes it
    /// @return closed when the exchange ends; null when the body is not compressed
    @Nullable Encoding begin(IncomingResponse response, boolean lengthKept) {
        ContentCoding coding = wanted;
        if (!decide(response) || coding == null) return null;
        long length = lengthKept ? response.fields().getLongField(HttpHeader.CONTENT_LENGTH) : -1;
        try {
            return Encoding.begin(exchange, encoders, coding, config, length);
        } catch (IOException | OutOfMemoryError e) {
            LOG.error("{}: nothing is compressed: {}", exchange.requestId(), e.toString());
            fate = Fate.VARIES;
            return null;
        }
    }

    /// Says in the head what was decided.
    ///
    /// @param status of the response
    /// @param to the response's fields without those that the decision has made wrong
    void head(int status, HttpFields.Mutable to) {
        if (status == 304) notModified(to);
        if (fate == null || fate == Fate.KEPT) return;
        if (fate == Fate.CODED && wanted != null)
            to.add(HttpHeader.CONTENT_ENCODING, wanted.token());
        vary(to);
    }

    /// RFC 9110 §15.4.5: a 304 has the ETag and Vary that the 200 would have had. What it would
    /// have been is not known any more, but a client that asks with a weak tag where the node has a
    /// strong one has it from here.
    private void notModified(HttpFields.Mutable to) {
        EntityTag tag = EntityTag.parse(to.get(HttpHeader.ETAG));
        List<String> asked =
                exchange.request().getHeaders().getValuesList(HttpHeader.IF_NONE_MATCH);
        if (tag != null && !tag.weak() && !asked.isEmpty()) {
            EntityTag.Condition condition = EntityTag.Condition.parse(String.join(", ", asked));
            if (!condition.tags().contains(tag) && condition.matchesWeakly(tag) && !condition.any())
                to.put(HttpHeader.ETAG, new EntityTag(tag.opaque(), true).toString());
        }
        // A Vary here takes the place of the one that a cache has stored. What is stored here knows
        // itself what it varies by.
        if (exchange.taker() == null && to.contains(HttpHeader.VARY)) vary(to);
    }

    private static void vary(HttpFields.Mutable to) {
        List<String> present = to.getCSV(HttpHeader.VARY, false);
        for (String name : present)
            if (name.equals("*") || name.equalsIgnoreCase(ACCEPT_ENCODING)) return;
        if (present.isEmpty()) to.put(VARY);
        else to.put(HttpHeader.VARY, String.join(", ", present) + ", " + ACCEPT_ENCODING);
    }
}
