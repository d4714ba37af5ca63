package io.breakwater.cache;

import io.breakwater.cache.memory.HotHead;
import io.breakwater.cache.policy.ReuseDecision;
import io.breakwater.cache.store.StoredObject;
import io.breakwater.exchange.ErrorKind;
import io.breakwater.exchange.Exchange;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/// The answer to a plain request from a hot head and a body that is in memory: one write.
final class PlainHit implements Callback {
    /// Longer bodies are written piece by piece.
    private static final int MOST_BYTES = 256 * 1024;

    private final Exchange exchange;
    private final StoredObject object;

    private PlainHit(Exchange exchange, StoredObject object) {
        this.exchange = exchange;
        this.object = object;
    }

    /// Answers, if that takes one write.
    ///
    /// @param exchange a GET without conditions, ranges and directives
    /// @param object the stored object, ready; taken over when this returns true
    /// @param head its head
    /// @param nowMillis the current time
    /// @param figures count it
    /// @return false when the body is long or has to be loaded; then nothing has happened
    static boolean answer(
            Exchange exchange,
            StoredObject object,
            HotHead head,
            long nowMillis,
            CacheFigures.OfPolicy figures) {
        long length = object.bodyLength();
        if (length > MOST_BYTES) return false;
        ByteBuffer body = length == 0 ? BufferUtil.EMPTY_BUFFER : object.read(0, (int) length);
        if (body == null || body.remaining() < length) return false;
        exchange.cacheStatus(CacheWord.HIT.text());
        exchange.onFinish(() ->
                figures.count(
                        CacheWord.HIT, ReuseDecision.Hit.FRESH, exchange.responseBodyBytes()));
        exchange.response().setStatus(head.facts().status());
        HttpFields.Mutable fields = exchange.response().getHeaders();
        head.write(fields, nowMillis);
        exchange.location().responseEdit().apply(fields, exchange);
        exchange.finishHead(fields);
        exchange.countResponseBytes((int) length);
        exchange.deadlines().writing(exchange.server().config().idleTimeout().toNanos());
        PlainHit hit = new PlainHit(exchange, object);
        exchange.deadlines().onExpire(hit::expire);
        exchange.connection().gather(() -> exchange.response().write(true, body, hit));
        return true;
    }

    /// While it is being written: breaking off ends the writing, too.
    private void expire(ErrorKind kind) {
        exchange.fail(kind, null);
    }

    @Override
    public void succeeded() {
        object.close();
        if (exchange.finish(null)) exchange.complete(null);
    }

    @Override
    public void failed(Throwable failure) {
        object.doubt();
        object.close();
        ErrorKind why = exchange.deadlines().expired();
        exchange.fail(why == null ? ErrorKind.CLIENT_LEFT : why, null);
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }
}
