package io.breakwater.cache.store;

import io.breakwater.cache.store.Facts.Answer;
import io.breakwater.cache.store.Mounts.Mount;
import io.breakwater.cache.store.Purges.Verdict;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// One bounded look through the objects of the store. The threads that load for requests do it in
/// small steps, each of which waits for its turn among the loads.
final class Listing {
    /// What one step looks at.
    private static final int STEP_SLOTS = 1 << 16;

    private static final int STEP_HEADS = 32;

    /// What one call looks at.
    private static final int MOST_SLOTS = 1 << 24;

    private static final int MOST_HEADS = 4096;
    private static final long MOST_HEAD_BYTES = 8L << 20;
    private static final long PATIENCE_SECONDS = 30;

    private final Index index;
    private final List<Wanted> wanted;
    private final int limit;
    private final List<StoredEntry> entries = new ArrayList<>();
    private int slots;
    private int heads;
    private long headBytes;

    /// @param anyOf what is listed
    /// @param limit how many at the most
    Listing(Index index, List<Scope> anyOf, int limit) {
        this.index = index;
        this.wanted = anyOf.stream().map(Wanted::of).toList();
        this.limit = limit;
    }

    /// Looks. Blocks.
    ///
    /// @param from a reference, 0 for the first
    StoredPage run(Mounts mounts, long from) throws IOException {
        long at = from;
        for (Mount mount : mounts.all()) {
            long end = mount.base() + (long) mount.blocks();
            Volume volume = mount.volume();
            while (at < end) {
                if (volume == null || volume.isBroken()) at = end;
                else if (isEnough()) return new StoredPage(entries, at);
                else at = volume.reference(step(volume, volume.block((int) at)));
            }
        }
        return new StoredPage(entries, null);
    }

    private boolean isEnough() {
        return entries.size() >= limit
                || slots >= MOST_SLOTS
                || heads >= MOST_HEADS
                || headBytes >= MOST_HEAD_BYTES;
    }

    /// Has one step done by a thread of the file.
    ///
    /// @return the block to go on with
    private int step(Volume volume, int block) throws IOException {
        CompletableFuture<Integer> done = new CompletableFuture<>();
        boolean begun =
                volume.threads()
                        .read(() -> {
                            try {
                                done.complete(over(volume, block));
                            } catch (RuntimeException e) {
                                done.completeExceptionally(e);
                            }
                        });
        if (!begun) throw new IOException("too many reads wait for " + volume.path());
        try {
            return done.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (TimeoutException e) {
            throw new IOException(volume.path() + " does not answer", e);
        } catch (ExecutionException e) {
            throw new IOException(volume.path() + " cannot be read: " + e.getCause(), e);
        }
    }

    private int over(Volume volume, int from) {
        int end = Math.min(volume.slots().blocks(), from + STEP_SLOTS);
        int before = heads;
        int block = from;
        for (; block < end && heads - before < STEP_HEADS && !isEnough(); block++) {
            slots++;
            if (!volume.pins().pin(block)) continue;
            try {
                visit(volume, block);
            } finally {
                volume.unpin(block);
            }
        }
        return block;
    }

    private void visit(Volume volume, int block) {
        long word = volume.slots().word(block);
        if (!Slots.isFirst(word)) return;
        if (matches(new Facts.Stored(volume.slots(), block, word, null)) == Answer.NO) return;
        heads++;
        HeadArea.View head = Walk.head(volume, block, Slots.headBlocks(word));
        if (head == null) {
            index.drop(volume, block, volume.slots().sequence(block));
            return;
        }
        Facts facts = new Facts.Stored(volume.slots(), block, word, head);
        Verdict verdict = index.purges().judge(facts);
        if (matches(facts) == Answer.NO || verdict == Verdict.GONE) return;
        ByteBuffer mapped =
                volume.buffer(volume.offset(block) + head.headOffset(), head.headBytes());
        headBytes += head.headBytes();
        entries.add(
                new StoredEntry(
                        volume.path(),
                        new String(head.url(), StandardCharsets.UTF_8),
                        ByteBuffer.allocate(mapped.remaining()).put(mapped).flip(),
                        head.bodyLength(),
                        volume.slots().size(block) * (long) volume.blockBytes(),
                        verdict == Verdict.SOFT));
    }

    private Answer matches(Facts facts) {
        Answer answer = Answer.NO;
        for (Wanted one : wanted) {
            Answer each = one.matches(facts);
            if (each == Answer.YES) return each;
            if (each == Answer.UNKNOWN) answer = each;
        }
        return answer;
    }

    /// A scope with its name hashed.
    private static final class Wanted {
        private final Scope scope;
        private final int hash;
        private final byte[] name;

        /// @param name of the URL, host or tag; the beginning of URLs; empty for all
        private Wanted(Scope scope, String name) {
            this.scope = scope;
            this.hash = Hashes.name(name);
            this.name = name.getBytes(StandardCharsets.UTF_8);
        }

        static Wanted of(Scope scope) {
            return switch (scope) {
                case Scope.Url(String url) -> new Wanted(scope, url);
                case Scope.Prefix(String prefix) -> new Wanted(scope, prefix);
                case Scope.Host(String host) -> new Wanted(scope, host);
                case Scope.Tag(String tag) -> new Wanted(scope, tag);
                case Scope.All all -> new Wanted(all, "");
            };
        }

        Answer matches(Facts facts) {
            return switch (scope) {
                case Scope.Url _ -> facts.url() == hash ? facts.urlStartsWith(name) : Answer.NO;
                case Scope.Prefix _ -> facts.urlStartsWith(name);
                case Scope.Host _ -> Answer.of(facts.host() == hash);
                case Scope.Tag _ -> tagged(facts);
                case Scope.All _ -> Answer.YES;
            };
        }

        private Answer tagged(Facts facts) {
            if (facts.tags() == Slots.MANY_TAGS) return facts.hasTag(hash);
            for (int i = 0; i < facts.tags(); i++) if (facts.tag(i) == hash) return Answer.YES;
            return Answer.NO;
        }
    }
}
