package io.breakwater.cache.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.breakwater.cache.store.Purges.Entry;
import io.breakwater.cache.store.Purges.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries purges out in the background: drops and marks what they are about, then has them
/// forgotten, in the index and in the journal. Also opens files again that could not be opened. A
/// thread of its own, `bw-disk-sweep`.
final class Sweeper {
    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);
    private static final Duration TICK = Duration.ofSeconds(1);

    private final Index index;
    private final Mounts mounts;
    private final PurgeJournal journal;
    private final BooleanSupplier openOthers;
    private final Duration pause;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private boolean asked = true;

    @GuardedBy("lock")
    private boolean closed;

    /// Purges up to this sequence are carried out; the thread's.
    private long swept;

    /// The last attempt failed, which is told once; the thread's.
    private boolean troubled;

    /// Purges up to this sequence are being carried out, or are; before, nothing is counted.
    private volatile long sweeping;

    private final AtomicLong sweeps = new AtomicLong();

    /// @param openOthers tries to open files that are not open, and tells whether any was opened
    /// @param pause the least time between two sweeps
    Sweeper(
            Index index,
            Mounts mounts,
            PurgeJournal journal,
            BooleanSupplier openOthers,
            Duration pause) {
        this.index = index;
        this.mounts = mounts;
        this.journal = journal;
        this.openOthers = openOthers;
        this.pause = pause;
        thread = Thread.ofPlatform().daemon().name("bw-disk-sweep").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /// Has a sweep begin soon.
    void wake() {
        lock.lock();
        try {
            asked = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// How many sweeps have ended.
    long sweeps() {
        return sweeps.get();
    }

    /// How many objects a purge was found to be about so far.
    long countedFor(Entry entry) {
        return entry.sequence() <= sweeping ? index.purges().matched(entry.scope()) : 0;
    }

    /// Ends the thread with the sweep that goes on.
    ///
    /// @return false when it has not ended in time
    boolean close(Duration patience) throws InterruptedException {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        return thread.join(patience);
    }

    private void run() {
        while (awaitWork()) {
            try {
                if (sweep()) awaitClose(pause);
                // What was dropped or marked since the last object was stored.
                mounts.open().forEach(Volume::flushIndex);
                retire();
                // What is in force is still to be carried out in it, before it is forgotten.
                if (openOthers.getAsBoolean()) swept = 0;
                troubled = false;
            } catch (IOException e) {
                if (!troubled)
                    LOG.error(
                            "purges could not be noted as carried out, they stay in force: {}",
                            e.toString());
                troubled = true;
            } catch (RuntimeException | Error e) {
                LOG.error("purges could not be carried out, they stay in force", e);
            }
        }
    }

    /// Waits until there may be something to do.
    ///
    /// @return false when the store is closed
    private boolean awaitWork() {
        lock.lock();
        try {
            long left = TICK.toNanos();
            while (!asked && !closed && left > 0) left = changed.awaitNanos(left);
            asked = false;
            return !closed;
        } catch (InterruptedException e) {
            // Nobody interrupts this thread but who wants it to end.
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void awaitClose(Duration time) {
        lock.lock();
        try {
            long left = time.toNanos();
            while (!closed && left > 0) left = changed.awaitNanos(left);
        } catch (InterruptedException e) {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    /// Walks through all files when there are purges that were not carried out.
    private boolean sweep() {
        List<Entry> pending = index.purgesAfter(swept);
        if (pending.isEmpty()) return false;
        Purges purges = index.purges();
        purges.resetMatched();
        sweeping = pending.getLast().sequence();
        Walk walk = new Walk(index, purges);
        for (Volume volume : mounts.open()) walk.over(volume, this::act);
        swept = pending.getLast().sequence();
        sweeps.getAndIncrement();
        for (Entry entry : pending) entry.affected().complete(purges.matched(entry.scope()));
        return true;
    }

    private void act(Volume volume, int block, long sequence, Verdict verdict) {
        if (verdict == Verdict.GONE) index.drop(volume, block, sequence);
        else index.soften(volume, block, sequence);
    }

    /// A file that cannot note it has missed the purges, and is emptied when it is opened again.
    private static void carriedOut(Volume volume, long upTo) {
        try {
            volume.index().carriedOut(upTo);
        } catch (IOException e) {
            volume.broke(e);
        }
    }

    /// Forgets purges that are carried out and that nothing older can come after.
    private void retire() throws IOException {
        long upTo = index.retirable(swept);
        if (upTo == 0) return;
        // First the slots, then the journal: after a power failure neither may be ahead.
        for (Volume volume : mounts.open()) carriedOut(volume, upTo);
        journal.rewrite(() -> index.purgesAfter(upTo), upTo);
        index.retirePurges(upTo);
    }
}
