package io.breakwater.cache;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.breakwater.cache.policy.CacheKey;
import io.breakwater.cache.store.Purge;
import io.breakwater.cache.store.Scope;
import io.breakwater.cache.store.Scope.Strength;
import io.breakwater.config.Cidr;
import io.breakwater.exchange.ErrorKind;
import io.breakwater.exchange.Exchange;
import io.breakwater.exchange.Phase;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpHeader;

/// Answers PURGE, as Varnish and nginx know it: what is stored of the URI is gone, in all its
/// variants. With `Soft-Purge: 1` it is to be validated instead. Only for the addresses of the
/// policy's `purge-from`; without any, PURGE is a method like others. The answer tells how many
/// objects it was about; while that is still being counted, how many so far, and that it is not
/// `complete`.
final class PurgeMethod {
    /// How long an answer waits for the number of objects.
    private static final int PATIENCE_SECONDS = 2;

    private PurgeMethod() {}

    /// Whether an exchange is such a request.
    static boolean is(CachePlan plan, Exchange exchange) {
        return !plan.config().purgeFrom().isEmpty() && exchange.method().equals("PURGE");
    }

    /// Answers it. The purge is noted on disk first, so a thread of its own does it.
    static Phase.Result apply(Cache cache, CachePlan plan, Exchange exchange) {
        InetAddress client = InetAddress.ofLiteral(exchange.clientIp());
        for (Cidr block : plan.config().purgeFrom()) {
            if (!block.contains(client)) continue;
            Thread.ofVirtual().name("bw-purge").start(() -> purge(cache, plan, exchange));
            return Phase.Result.TAKEN;
        }
        return new Phase.Fail(ErrorKind.PURGE_REFUSED, null);
    }

    private static void purge(Cache cache, CachePlan plan, Exchange exchange) {
        CacheKey key = cache.keys().of(plan, exchange);
        boolean soft = "1".equals(exchange.header("Soft-Purge"));
        try {
            Purge done =
                    cache.purge(new Scope.Url(Keys.url(key)), soft ? Strength.SOFT : Strength.HARD);
            answer(exchange, body(done));
        } catch (IOException | RuntimeException e) {
            exchange.fail(ErrorKind.INTERNAL, "the purge could not be noted: " + e);
        }
    }

    /// How many objects it was about; in force it is already, so nobody waits long for that.
    private static String body(Purge done) throws InterruptedIOException {
        try {
            long count = done.affected().toCompletableFuture().get(PATIENCE_SECONDS, SECONDS);
            return "{\"purged\":" + count + "}\n";
        } catch (TimeoutException e) {
            return "{\"purged\":" + done.soFar().getAsLong() + ",\"complete\":false}\n";
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private static void answer(Exchange exchange, String body) {
        exchange.cacheStatus(CacheWord.PURGE.text());
        exchange.response().setStatus(200);
        exchange.response().getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        exchange.answer(ByteBuffer.wrap(body.getBytes(StandardCharsets.US_ASCII)), null);
    }
}
