package io.breakwater.cache;

import io.breakwater.cache.policy.CacheKey;
import io.breakwater.cache.policy.KeySource;
import io.breakwater.cache.policy.KeyText;
import io.breakwater.cache.policy.RequestTarget;
import io.breakwater.cache.policy.SipHash;
import io.breakwater.cache.policy.Slices;
import io.breakwater.cache.policy.VariantKey;
import io.breakwater.cache.store.Key;
import io.breakwater.exchange.Exchange;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Makes the keys of exchanges. Any thread.
public final class Keys {
    private final ThreadLocal<KeyText> texts;

    /// Length of a secret, in bytes.
    public static final int SECRET_BYTES = 16;

    /// Takes the secret that the hash of keys is made with. It must stay the same for what is
    /// stored to be found again.
    ///
    /// @param secret [#SECRET_BYTES] random bytes
    public Keys(byte[] secret) {
        ByteBuffer halves = ByteBuffer.wrap(secret);
        long first = halves.getLong();
        long second = halves.getLong();
        // Only a scratch buffer: nothing is kept in it from one key to the next.
        texts = ThreadLocal.withInitial(() -> new KeyText(new SipHash(first, second)));
    }

    /// The key of an exchange, as the store has it.
    Key hash(CachePlan plan, Exchange exchange) {
        KeyText text = texts.get();
        text.write(plan.key(), new Source(plan, exchange));
        text.digest();
        return new Key(text.high(), text.low());
    }

    /// The key of a variant, as the store has it.
    Key hash(CachePlan plan, Exchange exchange, VariantKey variant) {
        KeyText text = texts.get();
        text.write(plan.key(), new Source(plan, exchange));
        text.append(variant);
        text.digest();
        return new Key(text.high(), text.low());
    }

    /// The key of a slice, as the store has it.
    Key hash(Visitor visitor, Slices slices, long number) {
        KeyText text = texts.get();
        text.write(visitor.plan().key(), new Source(visitor.plan(), visitor.exchange()));
        text.append(slices.response().key());
        // Of another representation, or of another size, none is ever found.
        text.append(number + ":" + slices.bytes(), slices.identity());
        text.digest();
        return new Key(text.high(), text.low());
    }

    /// The key of an exchange with its text.
    CacheKey of(CachePlan plan, Exchange exchange) {
        KeyText text = texts.get();
        text.write(plan.key(), new Source(plan, exchange));
        return text.key();
    }

    /// The URI of a key, as purges name it.
    static String url(CacheKey key) {
        return url(key.text());
    }

    static String url(String text) {
        // KeyText: the method class, a blank, the URI, and a blank before what is no part of it.
        int begin = text.indexOf(' ') + 1;
        int end = text.indexOf(' ', begin);
        return end < 0 ? text.substring(begin) : text.substring(begin, end);
    }

    /// The key of another URI of the same origin, asked for as an exchange is.
    CacheKey of(CachePlan plan, Exchange exchange, RequestTarget target) {
        KeyText text = texts.get();
        String named = target.pathAndQuery();
        int mark = named.indexOf('?');
        text.write(
                plan.key(),
                new Source(
                        plan,
                        exchange,
                        mark < 0 ? named : named.substring(0, mark),
                        mark < 0 ? null : named.substring(mark + 1)));
        return text.key();
    }

    private record Source(CachePlan plan, Exchange exchange, String path, @Nullable String query)
            implements KeySource {
        Source(CachePlan plan, Exchange exchange) {
            this(plan, exchange, exchange.askedPath(), exchange.request().getHttpURI().getQuery());
        }

        @Override
        public String scheme() {
            return exchange.scheme();
        }

        @Override
        public String host() {
            return exchange.host();
        }

        @Override
        public int port() {
            return exchange.port();
        }

        @Override
        public String encodedPath() {
            return path;
        }

        @Override
        public @Nullable String header(String name) {
            return exchange.header(name);
        }

        @Override
        public @Nullable String cookie(String name) {
            return exchange.cookie(name);
        }

        @Override
        public String scope() {
            return plan.scope();
        }
    }
}
