package io.breakwater.config.reload;

import io.breakwater.cache.CacheContents;
import io.breakwater.cache.CacheFigures;
import io.breakwater.cache.CacheWord;
import io.breakwater.cache.memory.HotHeads;
import io.breakwater.cache.store.StoreFigures;
import io.breakwater.cache.store.StoreFigures.FileFigures;
import io.breakwater.cache.store.StoreFigures.OpenFile;
import io.breakwater.control.CacheTraffic;
import io.breakwater.control.CacheView;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Shows the figures of the cache.
final class CacheViews {
    private CacheViews() {}

    static CacheView of(
            Map<String, CacheFigures.OfPolicy> policies,
            @Nullable CacheContents contents,
            @Nullable StoreFigures store) {
        Map<String, CacheTraffic> byPolicy = new HashMap<>();
        policies.forEach((name, figures) -> byPolicy.put(name, traffic(figures)));
        CacheTraffic all = sum(byPolicy.values());
        if (store == null)
            return new CacheView(
                    false, all, byPolicy, 0, 0, CacheView.NONE.heads(), 0, 0, 0, List.of());
        return new CacheView(
                contents != null,
                all,
                byPolicy,
                store.objects(),
                store.memoryBytes(),
                contents == null ? CacheView.NONE.heads() : heads(contents.heads()),
                store.writings(),
                store.refusedWritings(),
                store.pendingPurges(),
                store.files().stream().map(CacheViews::file).toList());
    }

    private static CacheView.Heads heads(HotHeads heads) {
        return new CacheView.Heads(heads.count(), heads.bytes(), heads.mostBytes());
    }

    private static CacheTraffic traffic(CacheFigures.OfPolicy figures) {
        Map<String, Long> results = new HashMap<>();
        Map<String, Map<String, Long>> reasons = new HashMap<>();
        Map<String, Long> bytes = new HashMap<>();
        for (CacheWord word : CacheWord.values()) {
            // What PURGE does is no request for what is cached.
            if (word == CacheWord.PURGE) continue;
            results.put(word.text(), figures.requests(word));
            reasons.put(word.text(), figures.reasons(word));
            bytes.put(word.text(), figures.bytes(word));
        }
        return traffic(
                results,
                reasons,
                bytes,
                new Fills(
                        figures.fills().begun(),
                        figures.fills().open(),
                        figures.fills().bytes(),
                        figures.fills().fates(),
                        figures.refusals()));
    }

    /// What is counted of fetches.
    private record Fills(
            long begun,
            long open,
            long bytes,
            Map<String, Long> fates,
            Map<String, Long> refusals) {}

    private static CacheTraffic traffic(
            Map<String, Long> results,
            Map<String, Map<String, Long>> reasons,
            Map<String, Long> bytes,
            Fills fills) {
        long requests = 0;
        long saving = 0;
        long bypassed = results.getOrDefault(CacheWord.BYPASS.text(), 0L);
        long saved = 0;
        long sent = 0;
        for (CacheWord word : CacheWord.values()) {
            long count = results.getOrDefault(word.text(), 0L);
            long length = bytes.getOrDefault(word.text(), 0L);
            requests += count;
            sent += length;
            if (!word.saves()) continue;
            saving += count;
            saved += length;
        }
        long asked = requests - bypassed;
        return new CacheTraffic(
                requests,
                asked == 0 ? 0 : saving / (double) asked,
                asked,
                saving,
                results,
                reasons,
                bytes,
                saved,
                sent,
                fills.bytes,
                fills.begun,
                fills.open,
                fills.fates,
                fills.refusals);
    }

    private static CacheTraffic sum(Collection<CacheTraffic> each) {
        Map<String, Long> results = new HashMap<>();
        Map<String, Map<String, Long>> reasons = new HashMap<>();
        Map<String, Long> bytes = new HashMap<>();
        Map<String, Long> fates = new HashMap<>();
        Map<String, Long> refusals = new HashMap<>();
        long begun = 0;
        long open = 0;
        long fetched = 0;
        for (CacheTraffic one : each) {
            add(results, one.results());
            add(bytes, one.bytes());
            add(fates, one.fills());
            add(refusals, one.refusals());
            one.reasons()
                    .forEach((word, counts) ->
                            add(reasons.computeIfAbsent(word, _ -> new HashMap<>()), counts));
            begun += one.fillsBegun();
            open += one.fillsOpen();
            fetched += one.bytesFetched();
        }
        return traffic(results, reasons, bytes, new Fills(begun, open, fetched, fates, refusals));
    }

    private static void add(Map<String, Long> to, Map<String, Long> more) {
        more.forEach((name, count) -> to.merge(name, count, Long::sum));
    }

    private static CacheView.File file(FileFigures figures) {
        OpenFile open = figures.open();
        long bytes = figures.blocks() * figures.blockBytes();
        if (open == null)
            return new CacheView.File(
                    figures.path().toString(),
                    false,
                    figures.suspended(),
                    figures.suspensions(),
                    bytes,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0);
        return new CacheView.File(
                figures.path().toString(),
                true,
                figures.suspended(),
                figures.suspensions(),
                bytes,
                bytes - open.freeBlocks() * (long) figures.blockBytes(),
                open.objects(),
                open.commits(),
                open.failedWritings(),
                open.evictions(),
                open.queuedBytes(),
                open.waitingLoads(),
                open.bytesWritten(),
                open.bytesRead(),
                open.loads(),
                open.refusedLoads(),
                open.readErrors(),
                open.writeErrors(),
                open.checksumFailures());
    }
}
