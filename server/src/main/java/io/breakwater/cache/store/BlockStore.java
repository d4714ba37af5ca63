package io.breakwater.cache.store;

import io.breakwater.cache.store.Mounts.Mount;
import io.breakwater.cache.store.Purges.Entry;
import io.breakwater.cache.store.Scope.Strength;
import io.breakwater.cache.store.StoreFigures.FileFigures;
import io.breakwater.cache.store.StoreFigures.OpenFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Objects in block files: an opaque head and a body each, found by a key. What was stored is there
/// again after a restart, however the process ended, unless it was purged.
///
/// A disk that is slow, full, read-only or broken shows as writings that cannot begin or fail and
/// as loads that fail, never as an exception or as a wait, except where a method says that it
/// blocks. Methods may be called by any thread.
public final class BlockStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BlockStore.class);
    private static final int MOST_WRITINGS = 1024;
    private static final int MOST_HEAD_AREA_BYTES = 512 * 1024;
    private static final Duration CLOSING = Duration.ofSeconds(10);

    private final StoreSettings settings;
    private final Opener opener;
    private final Lookup lookup;
    private final PurgeJournal journal;
    private final Mounts mounts;
    private final Index index;
    private final Sweeper sweeper;
    private final AtomicInteger writings = new AtomicInteger();
    private final LongAdder refused = new LongAdder();

    private final Sendable sendable = new Sendable();

    private BlockStore(
            StoreSettings settings,
            PurgeJournal journal,
            InstantSource clock,
            BlockChannel.Maker maker) {
        this.settings = settings;
        this.journal = journal;
        mounts = new Mounts(settings, clock);
        // Sequences of earlier processes are below, even of objects that nobody remembers.
        index = new Index(mounts, Math.max(clock.millis() << 4, journal.retired()));
        index.replay(journal.replayed());
        lookup = new Lookup(index, mounts);
        opener = new Opener(settings, journal, mounts, index, maker, sendable);
        sweeper = new Sweeper(index, mounts, journal, opener::run, settings.sweepPause());
    }

    /// Opens a store, with all that is in its files. A file that cannot be opened is left out, and
    /// tried again later. Blocks.
    ///
    /// @param settings where and how
    /// @return the store
    /// @throws IOException when the journal of purges can be neither read nor made
    public static BlockStore open(StoreSettings settings) throws IOException {
        return open(settings, InstantSource.system(), FileBlockChannel::new);
    }

    static BlockStore open(StoreSettings settings, InstantSource clock, BlockChannel.Maker maker)
            throws IOException {
        PurgeJournal journal = PurgeJournal.open(settings.journal());
        BlockStore store = new BlockStore(settings, journal, clock, maker);
        store.opener.run();
        store.sweeper.start();
        return store;
    }

    /// Has somebody told of the files that bodies can be sent from, from now on and of those that
    /// are open.
    ///
    /// @param listener must not block
    public void sendable(MappedFile.Listener listener) {
        sendable.listen(listener);
    }

    /// Finds an object. Does no I/O.
    ///
    /// @param key what it was stored under
    /// @return the object, to be closed; null when there is none or it is purged
    public @Nullable StoredObject open(Key key) {
        return lookup.open(key);
    }

    /// Notes that something is about to be asked for from its origin.
    ///
    /// @return a ticket that must end
    public Ticket ticket() {
        return index.tickets().take();
    }

    /// Begins to write an object.
    ///
    /// @param ticket from before the object was asked for; ends with the writing
    /// @param label what it is known by
    /// @param head the opaque head, which is copied
    /// @param bodyLength bytes; -1: not known
    /// @param listener told what becomes of it
    /// @return the writing, to be closed; null when it cannot be stored at present. Then the ticket
    ///   is still the caller's
    public @Nullable Writing begin(
            Ticket ticket,
            Label label,
            ByteBuffer head,
            long bodyLength,
            WritingListener listener) {
        long area =
                HeadArea.bytes(label.urlBytes(), new int[label.tags().size()], head.remaining());
        Volume volume = area > MOST_HEAD_AREA_BYTES ? null : choose(area, bodyLength);
        if (volume == null || !mayWrite(volume)) {
            refused.increment();
            return null;
        }
        int bodyOffset = HeadArea.bodyOffset(area);
        int blockBytes = settings.blockBytes();
        Writing.Content content =
                new Writing.Content(
                        label,
                        copy(head),
                        bodyLength,
                        bodyOffset,
                        (bodyOffset + blockBytes - 1) / blockBytes,
                        listener);
        return new Writing(
                index,
                volume,
                ticket,
                content,
                settings.queueBytes(),
                () -> {
                    volume.writings().decrementAndGet();
                    writings.decrementAndGet();
                });
    }

    /// Counts a writing, if there may be another.
    private boolean mayWrite(Volume volume) {
        volume.writings().incrementAndGet();
        // Asked after it is counted: a broken file is opened anew when nobody writes.
        if (writings.incrementAndGet() <= MOST_WRITINGS && !volume.isBroken()) return true;
        writings.decrementAndGet();
        volume.writings().decrementAndGet();
        return false;
    }

    /// The file with the largest part free of those that are well and keep up; or one that is to be
    /// tried again.
    private @Nullable Volume choose(long headArea, long bodyLength) {
        Volume best = null;
        double most = -1;
        for (Mount mount : mounts.all()) {
            Volume volume = mount.volume();
            if (volume == null || volume.isBroken() || !volume.isRecovered()) continue;
            if (volume.queuedBytes().get() >= settings.queueBytes()) continue;
            long half = mount.blocks() / 2L * settings.blockBytes();
            if (HeadArea.bodyOffset(headArea) + Math.max(0, bodyLength) > half) continue;
            if (mount.health().isSuspended()) {
                if (mount.health().allows()) return volume;
                continue;
            }
            double free = volume.allocator().free() / (double) mount.blocks();
            if (free > most) {
                best = volume;
                most = free;
            }
        }
        return best;
    }

    /// Gives an object a new head and new tags, as a validation does; its body stays. The object is
    /// found with the new head when the callback is told so, and is not softly purged by what came
    /// before the ticket.
    ///
    /// @param object one that is ready; stays open and keeps its old head
    /// @param ticket from before the validation was asked for; ends here
    /// @param head the new head, which is copied
    /// @param tags the new tags
    /// @param callback told how it went. [StoreFailure#TOO_LARGE]: the new head has no room before
    ///   the body, and the object is too long to be written anew
    public void freshen(
            StoredObject object,
            Ticket ticket,
            ByteBuffer head,
            List<String> tags,
            DiskCallback callback) {
        Volume volume = object.volume();
        HeadArea.View view = object.view();
        if (view == null) {
            ticket.close();
            callback.failed(StoreFailure.IO_ERROR);
            return;
        }
        Freshening freshening = new Freshening(index, object, view);
        ByteBuffer copy = copy(head);
        List<String> names = List.copyOf(tags);
        // The old blocks are read, even if the object is closed meanwhile.
        volume.pins().pinAgain(object.first());
        boolean begun =
                writings.incrementAndGet() <= MOST_WRITINGS
                        && volume.threads()
                                .write(() -> {
                                    StoreFailure failure;
                                    try {
                                        failure = freshening.run(ticket.sequence(), copy, names);
                                    } finally {
                                        volume.unpin(object.first());
                                        ticket.close();
                                        writings.decrementAndGet();
                                    }
                                    if (failure == null) callback.done();
                                    else callback.failed(failure);
                                });
        if (begun) return;
        writings.decrementAndGet();
        volume.unpin(object.first());
        ticket.close();
        callback.failed(StoreFailure.BUSY);
    }

    /// Removes an object, unless another has taken its place.
    ///
    /// @param object the object; stays open
    /// @return whether it was still there
    public boolean remove(StoredObject object) {
        return index.drop(object.volume(), object.first(), object.sequence());
    }

    /// Purges. In force at once, for what is stored and for what has been asked for and is not
    /// stored yet; on the disk when this returns, so that it holds after a restart. Space comes
    /// back in the background. Blocks on the disk.
    ///
    /// @param scope what to purge
    /// @param strength how
    /// @return the purge
    /// @throws IOException when it could not be noted: it is in force, but may not be after a
    ///   restart
    public Purge purge(Scope scope, Strength strength) throws IOException {
        Entry entry = index.purge(scope, strength);
        try {
            journal.append(entry);
        } finally {
            sweeper.wake();
        }
        return new Purge(
                entry.sequence(),
                entry.affected().minimalCompletionStage(),
                () -> sweeper.countedFor(entry));
    }

    /// Purges hard, in force at once like [#purge], but without waiting for the disk: it holds
    /// after a restart from a moment later on. Does no I/O.
    ///
    /// @param scope what to purge
    public void purgeSoon(Scope scope) {
        Entry entry = index.purge(scope, Strength.HARD);
        Thread.ofVirtual().name("bw-purge").start(() -> note(entry));
    }

    private void note(Entry entry) {
        try {
            journal.append(entry);
        } catch (IOException e) {
            LOG.warn("a purge may not hold after a restart: {}", e.toString());
        } finally {
            sweeper.wake();
        }
    }

    /// Counts the objects that a purge would be about. Blocks: walks through the index, and for
    /// prefixes and objects with many tags may read from the disk.
    ///
    /// @param scope what to count
    /// @return how many objects
    public long count(Scope scope) {
        Purges only = new Purges();
        only.add(new Entry(Slots.SEQUENCE_MASK, scope, Strength.HARD));
        Walk walk = new Walk(index, only);
        for (Volume volume : mounts.open())
            walk.over(volume, (where, block, sequence, verdict) -> {});
        return only.matched(scope);
    }

    /// Looks at what is stored, and leaves out what is purged. One call looks at a bounded number
    /// of objects, on the threads that load for requests and in their turn. What is stored or
    /// removed meanwhile may be in the answer or not. Blocks.
    ///
    /// @param anyOf which objects; one scope is enough for an object to be listed
    /// @param from where to begin: 0, or [StoredPage#next]
    /// @param limit how many at the most, 1 or more
    /// @return a part of them
    /// @throws IOException when a file cannot be read now
    public StoredPage list(List<Scope> anyOf, long from, int limit) throws IOException {
        return new Listing(index, anyOf, limit).run(mounts, from);
    }

    /// What is to be known of the store now.
    ///
    /// @return figures that belong together as far as no lock is taken for them
    public StoreFigures figures() {
        List<FileFigures> files = new ArrayList<>();
        long memory = index.memoryBytes();
        for (Mount mount : mounts.all()) {
            Volume volume = mount.volume();
            if (volume != null) memory += volume.memoryBytes();
            files.add(
                    new FileFigures(
                            mount.file().path(),
                            settings.blockBytes(),
                            mount.blocks(),
                            mount.health().suspended(),
                            mount.health().suspensions(),
                            volume == null ? null : open(volume)));
        }
        return new StoreFigures(
                index.objects(),
                memory,
                index.tickets().count(),
                writings.get(),
                refused.sum(),
                index.pendingPurges().size(),
                sweeper.sweeps(),
                files);
    }

    private OpenFile open(Volume volume) {
        Counts counts = volume.counts();
        return new OpenFile(
                volume.isBroken() ? 0 : index.objects(volume),
                volume.allocator().free(),
                volume.queuedBytes().get(),
                volume.threads().waitingLoads(),
                counts.commits.sum(),
                counts.failedWritings.sum(),
                counts.evictions.sum(),
                counts.bytesWritten.sum(),
                counts.bytesRead.sum(),
                counts.loads.sum(),
                counts.refusedLoads.sum(),
                counts.readErrors.sum(),
                counts.writeErrors.sum(),
                counts.checksumFailures.sum());
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }

    /// Ends the threads and closes the files. Writings that are not committed fail. What was opened
    /// may be read on, but not loaded. Blocks, for seconds if a disk hangs.
    ///
    /// @throws IOException when a file could not be closed
    @Override
    public void close() throws IOException {
        try {
            boolean ended = sweeper.close(CLOSING);
            for (Mount mount : mounts.all()) {
                Volume volume = mount.volume();
                if (volume == null) continue;
                if (volume.threads().close(CLOSING) && ended) volume.close();
                else LOG.warn("{}: left open, the disk does not answer", volume.path());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.warn("closing the cache was interrupted");
        } finally {
            journal.close();
        }
    }
}
