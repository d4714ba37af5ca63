package io.breakwater.cache;

import com.github.benmanes.caffeine.cache.Caffeine;
import io.breakwater.cache.fill.Fill;
import io.breakwater.cache.memory.HotHeads;
import io.breakwater.cache.policy.CacheKey;
import io.breakwater.cache.store.BlockStore;
import io.breakwater.cache.store.DiskCallback;
import io.breakwater.cache.store.Key;
import io.breakwater.cache.store.Label;
import io.breakwater.cache.store.Purge;
import io.breakwater.cache.store.Scope;
import io.breakwater.cache.store.StoreFailure;
import io.breakwater.cache.store.StoredObject;
import io.breakwater.cache.store.Ticket;
import io.breakwater.cache.store.Writing;
import io.breakwater.cache.store.WritingListener;
import io.breakwater.exchange.Phase;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// What all visits share: the store, what is on its way, and what is known not to be stored.
final class Cache {
    /// How long a key is taken for one whose responses are not stored.
    private static final Duration REMEMBERED = Duration.ofMinutes(1);

    private static final long MOST_REMEMBERED = 100_000;

    /// How long a key that was asked for once is remembered.
    private static final Duration COUNTED = Duration.ofHours(1);

    private final BlockStore store;
    private final Keys keys;
    private final Fills fills = new Fills();
    private final HotHeads heads;
    private final InstantSource clock;
    private final Fill.Threads threads;
    private final Phase relay;
    private final CacheFigures figures;
    private final com.github.benmanes.caffeine.cache.Cache<Key, Boolean> uncacheable =
            Caffeine.newBuilder().maximumSize(MOST_REMEMBERED).expireAfterWrite(REMEMBERED).build();

    private final com.github.benmanes.caffeine.cache.Cache<Key, Boolean> whole =
            Caffeine.newBuilder().maximumSize(MOST_REMEMBERED).expireAfterWrite(REMEMBERED).build();

    private final com.github.benmanes.caffeine.cache.Cache<Key, AtomicInteger> uses =
            Caffeine.newBuilder().maximumSize(MOST_REMEMBERED).expireAfterAccess(COUNTED).build();

    Cache(
            BlockStore store,
            long memoryBytes,
            Keys keys,
            InstantSource clock,
            Fill.Threads threads,
            Phase relay,
            CacheFigures figures) {
        this.figures = figures;
        this.store = store;
        this.heads = new HotHeads(memoryBytes);
        this.keys = keys;
        this.clock = clock;
        this.threads = threads;
        this.relay = relay;
    }

    BlockStore store() {
        return store;
    }

    Keys keys() {
        return keys;
    }

    HotHeads heads() {
        return heads;
    }

    Fills fills() {
        return fills;
    }

    /// Sends exchanges to their upstreams.
    Phase relay() {
        return relay;
    }

    long nowMillis() {
        return clock.millis();
    }

    CacheFigures.OfPolicy figures(CachePlan plan) {
        return figures.of(plan);
    }

    Fill.Settings fillSettings(CachePlan plan, long keepFilling) {
        return new Fill.Settings(store, threads, keepFilling, figures.of(plan).fills());
    }

    static Key key(CacheKey key) {
        return new Key(key.high(), key.low());
    }

    /// What is stored under a URI is not used any more, nor what is on its way.
    void invalidate(CacheKey target) {
        Key key = key(target);
        forgetUncacheable(key);
        boolean any = fills.outdate(key);
        try (StoredObject found = store.open(key)) {
            any |= found != null;
        }
        // All variants, and what is being stored in this moment.
        if (any) store.purgeSoon(new Scope.Url(Keys.url(target)));
    }

    /// Purges, what is on its way, too: nobody new gets it, and it is not stored. Blocks on a disk.
    ///
    /// @param scope what
    /// @param strength how
    /// @return the purge, in force
    /// @throws IOException when it may not hold after a restart
    Purge purge(Scope scope, Scope.Strength strength) throws IOException {
        try {
            return store.purge(scope, strength);
        } finally {
            // Afterwards: what begins from now on was asked for after the purge.
            fills.outdate(scope);
            uncacheable.invalidateAll();
            whole.invalidateAll();
        }
    }

    // ---- what is not stored

    boolean isUncacheable(Key key) {
        return uncacheable.getIfPresent(key) != null;
    }

    void rememberUncacheable(Key key) {
        uncacheable.put(key, Boolean.TRUE);
    }

    void forgetUncacheable(Key key) {
        uncacheable.invalidate(key);
    }

    /// Whether the responses of a key are known not to come in slices.
    boolean isWhole(Key key) {
        return whole.getIfPresent(key) != null;
    }

    void rememberWhole(Key key) {
        whole.put(key, Boolean.TRUE);
    }

    /// Counts a request for what is not stored.
    ///
    /// @return how many there have been lately, this one included
    int use(Key key) {
        return uses.get(key, _ -> new AtomicInteger()).incrementAndGet();
    }

    // ---- what varies

    /// Notes by what the responses of a URI vary.
    ///
    /// @param key the URI's
    /// @param label with the same key, the URI and its host
    /// @param names the request fields, sorted
    void noteVary(Key key, Label label, List<String> names) {
        ByteBuffer present = null;
        try (StoredObject found = store.open(key)) {
            if (found != null && found.isReady() && VaryRecord.is(found.head()))
                present = found.head();
            ByteBuffer record = VaryRecord.with(present, names);
            if (record != null) write(store.ticket(), label, record);
        }
    }

    /// Stores something without a body.
    ///
    /// @param ticket from before it was asked for; ended
    /// @param label what it is known by
    /// @param record its head
    void write(Ticket ticket, Label label, ByteBuffer record) {
        Holder holder = new Holder();
        Writing writing = store.begin(ticket, label, record, 0, holder);
        if (writing == null) {
            ticket.close();
            return;
        }
        writing.commit();
        // A commit that was asked for goes on.
        writing.close();
    }

    /// A record that could not be stored costs a miss.
    private static final class Holder implements WritingListener {
        @Override
        public void room() {
            // Nothing is appended.
        }

        @Override
        public void committed() {
            // It is found from now on.
        }

        @Override
        public void failed(StoreFailure reason) {
            // Counted by the store.
        }
    }

    /// Gives a stored object a new head.
    ///
    /// @param onEnd run when it has it, or cannot get it
    void freshen(
            StoredObject object, Ticket ticket, byte[] head, List<String> tags, Runnable onEnd) {
        store.freshen(
                object,
                ticket,
                ByteBuffer.wrap(head),
                tags,
                new DiskCallback() {
                    @Override
                    public void done() {
                        onEnd.run();
                    }

                    @Override
                    public void failed(StoreFailure reason) {
                        // It stays stale, and is validated again the next time.
                        onEnd.run();
                    }
                });
    }

    @Nullable StoredObject open(Key key) {
        return store.open(key);
    }
}
