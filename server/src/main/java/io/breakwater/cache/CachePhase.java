package io.breakwater.cache;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.breakwater.cache.fill.Fill;
import io.breakwater.cache.memory.HotHead;
import io.breakwater.cache.policy.Invalidation;
import io.breakwater.cache.policy.RequestFacts;
import io.breakwater.cache.policy.RequestTarget;
import io.breakwater.cache.policy.Reuse;
import io.breakwater.cache.policy.ReuseDecision;
import io.breakwater.cache.store.BlockStore;
import io.breakwater.cache.store.Key;
import io.breakwater.cache.store.StoreFigures;
import io.breakwater.cache.store.StoreSettings;
import io.breakwater.cache.store.StoredObject;
import io.breakwater.config.CacheSettings;
import io.breakwater.exchange.Exchange;
import io.breakwater.exchange.Phase;
import io.breakwater.io.FileBodies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers what may be answered from the cache. Everything else goes on to the upstream.
public final class CachePhase implements Phase {
    private static final Logger LOG = LoggerFactory.getLogger(CachePhase.class);
    private static final int RETRY_SECONDS = 5;

    private final CacheSettings settings;
    private final InstantSource clock;
    private final Fill.Threads threads;
    private final Phase relay;
    private final FileBodies bodies;
    private final CacheFigures figures = new CacheFigures();
    private final TopKeys top = new TopKeys(System::nanoTime);
    private volatile @Nullable Cache cache;

    /// Why it is not open though there are files for it.
    private volatile @Nullable String trouble;

    @GuardedBy("this")
    private boolean closed;

    @GuardedBy("this")
    private @Nullable Keys keys;

    /// Makes the phase. Nothing is opened.
    ///
    /// @param settings where things are stored
    /// @param clock for ages
    /// @param scheduler for disks that do not keep up
    /// @param executor runs what must not be done on a disk's thread
    /// @param relay sends exchanges to their upstreams: the phase after this one
    /// @param bodies gets the files that bodies lie in
    public CachePhase(
            CacheSettings settings,
            InstantSource clock,
            Scheduler scheduler,
            Executor executor,
            Phase relay,
            FileBodies bodies) {
        this.settings = settings;
        this.clock = clock;
        this.threads = new Fill.Threads(scheduler, executor);
        this.relay = relay;
        this.bodies = bodies;
    }

    /// Finds what is stored by a secret that outlives the process. Before [#open].
    ///
    /// @param secret [Keys#SECRET_BYTES] random bytes
    public synchronized void hashKeys(byte[] secret) {
        keys = new Keys(secret);
    }

    /// Opens the files, unless they are open. Without them nothing is stored, which the log says;
    /// it is tried again later. Blocks.
    public synchronized void open() {
        if (cache != null || closed || settings.files().isEmpty()) return;
        Keys own = keys;
        if (own == null) {
            byte[] secret = new byte[Keys.SECRET_BYTES];
            new SecureRandom().nextBytes(secret);
            own = new Keys(secret);
            keys = own;
        }
        try {
            List<StoreSettings.BlockFile> files = new ArrayList<>();
            for (CacheSettings.BlockFile file : settings.files()) {
                makeFolder(parent(file.path()));
                files.add(new StoreSettings.BlockFile(file.path(), file.bytes()));
            }
            BlockStore store =
                    BlockStore.open(
                            StoreSettings.of(files, settings.journal(), settings.blockBytes()));
            store.sendable(new SentFiles(bodies));
            cache = new Cache(store, settings.memoryBytes(), own, clock, threads, relay, figures);
            if (trouble != null) LOG.info("the cache is open");
            trouble = null;
        } catch (IOException | IllegalArgumentException e) {
            if (trouble == null) LOG.warn("nothing is cached: {}", e.toString());
            trouble = e.toString();
            threads.scheduler().schedule(this::openSoon, RETRY_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void openSoon() {
        Thread.ofVirtual().name("bw-cache-open").start(this::open);
    }

    /// What is stored is for nobody else on the machine.
    private static void makeFolder(Path folder) {
        if (Files.isDirectory(folder)) return;
        try {
            Files.createDirectories(folder);
            if (Files.getFileStore(folder).supportsFileAttributeView(PosixFileAttributeView.class))
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        } catch (IOException e) {
            // The other files are used nevertheless.
            LOG.warn("{} cannot be made for the cache: {}", folder, e.toString());
        }
    }

    private static Path parent(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file.toAbsolutePath() : parent;
    }

    /// What is counted since the start.
    ///
    /// @return live
    public CacheFigures figures() {
        return figures;
    }

    /// What is asked for most.
    ///
    /// @return live
    public TopKeys top() {
        return top;
    }

    /// What is stored.
    ///
    /// @return null when no file is open
    public @Nullable CacheContents contents() {
        Cache open = cache;
        return open == null ? null : new CacheContents(open);
    }

    /// The figures of the store.
    ///
    /// @return null when it is not open and need not be
    public @Nullable StoreFigures storeFigures() {
        Cache open = cache;
        if (open != null) return open.store().figures();
        String why = trouble;
        return why == null ? null : closedFigures(why);
    }

    private StoreFigures closedFigures(String why) {
        int block = settings.blockBytes();
        List<StoreFigures.FileFigures> files =
                settings.files().stream()
                        .map(file ->
                                new StoreFigures.FileFigures(
                                        file.path(), block, file.bytes() / block, why, 1, null))
                        .toList();
        return new StoreFigures(0, 0, 0, 0, 0, 0, 0, files);
    }

    /// Closes the files. Nothing may be in flight. Blocks.
    public synchronized void close() {
        Cache open = cache;
        cache = null;
        closed = true;
        if (open == null) return;
        bodies.clear();
        try {
            open.store().close();
        } catch (IOException e) {
            LOG.warn("the cache did not close cleanly: {}", e.toString());
        }
    }

    @Override
    public Result apply(Exchange exchange) {
        if (!(exchange.location().cache() instanceof CachePlan plan) || exchange.upgrade() != null)
            return Result.NEXT;
        Cache present = cache;
        if (present == null) return bypass(plan, exchange, ReuseDecision.Bypass.STORE);
        if (PurgeMethod.is(plan, exchange)) return PurgeMethod.apply(present, plan, exchange);
        RequestFacts facts =
                RequestFacts.of(
                        exchange.method(),
                        new Fields(exchange.request().getHeaders()),
                        plan.rules());
        ReuseDecision.@Nullable Bypass bypass = Reuse.before(facts);
        if (bypass != null) {
            if (facts.method().isUnsafe())
                exchange.onHead(() -> invalidate(present, plan, exchange));
            return bypass(plan, exchange, bypass);
        }
        int weight = top.weight();
        if (weight > 0) watch(present, plan, exchange, weight);
        Key key = present.keys().hash(plan, exchange);
        if (present.isUncacheable(key))
            return bypass(plan, exchange, ReuseDecision.Bypass.REMEMBERED);
        if (plan.bypass().hold(exchange)) {
            new Visit(Visitor.of(present, plan, exchange, facts, key)).bypass();
            return Result.TAKEN;
        }
        StoredObject found = present.open(key);
        if (found != null && found.isReady()) {
            if (!isPlainHit(present, plan, exchange, facts, key, found))
                new Visit(Visitor.of(present, plan, exchange, facts, key)).begin(found);
            return Result.TAKEN;
        }
        if (found != null) found.close();
        new Visit(Visitor.of(present, plan, exchange, facts, key)).begin();
        return Result.TAKEN;
    }

    private Result bypass(CachePlan plan, Exchange exchange, ReuseDecision.Bypass why) {
        exchange.cacheStatus(CacheWord.BYPASS.text());
        CacheFigures.OfPolicy counts = figures.of(plan);
        exchange.onFinish(() -> counts.count(CacheWord.BYPASS, why, exchange.responseBodyBytes()));
        return Result.NEXT;
    }

    /// Counts the request for its URL when it has ended.
    private void watch(Cache present, CachePlan plan, Exchange exchange, int weight) {
        String url = Keys.url(present.keys().of(plan, exchange));
        exchange.onFinish(() -> {
            CacheWord word = CacheWord.of(exchange.cacheStatus());
            boolean hit = word != null && word.saves();
            top.count(url, weight, hit, exchange.responseBodyBytes());
        });
    }

    /// The hot path: answers without looking at anything twice.
    ///
    /// @return false when nothing has happened
    private static boolean isPlainHit(
            Cache cache,
            CachePlan plan,
            Exchange exchange,
            RequestFacts facts,
            Key key,
            StoredObject found) {
        if (!facts.isPlain() || plan.config().debugHeaders() || found.mustValidate()) return false;
        HotHead head = cache.heads().find(key, found.sequence());
        if (head == null) return false;
        long now = cache.nowMillis();
        return head.facts().isPlainHit(now)
                && PlainHit.answer(exchange, found, head, now, cache.figures(plan));
    }

    /// RFC 9111 §4.4: what an unsafe request may have changed is not used any more.
    private static void invalidate(Cache cache, CachePlan plan, Exchange exchange) {
        for (RequestTarget target :
                Invalidation.of(
                        exchange.method(),
                        Fetching.target(exchange),
                        exchange.response().getStatus(),
                        new Fields(exchange.response().getHeaders())))
            cache.invalidate(cache.keys().of(plan, exchange, target));
    }
}
