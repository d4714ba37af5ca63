package io.breakwater.cache.store;

import io.breakwater.cache.store.Purges.Verdict;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// An object that was found. Its bytes stay where they are until it is closed, even if it is
/// replaced, purged or evicted meanwhile.
///
/// Nothing here waits for a disk: what is not in memory has to be loaded first, by a thread of the
/// store. One thread at a time; buffers are slices of a mapped file, which must not be used after
/// the object is closed. Buffers are for sockets: when the disk fails under a page that the system
/// has taken out of memory meanwhile, a socket refuses to send it, while reading it in Java throws
/// an `InternalError` at best.
public final class StoredObject implements AutoCloseable {
    /// The most bytes that one load is about.
    public static final int MOST_BYTES = 1024 * 1024;

    private static final int PAGE_BYTES = 4096;

    private final Index index;
    private final Volume volume;
    private final int first;
    private final long word;
    private final long sequence;
    private Verdict verdict = Verdict.FRESH;
    private boolean ready;
    private HeadArea.@Nullable View head;
    private int bodyOffset;
    private long end;
    private boolean closed;

    /// The run of the last read, and the position of its beginning, counted like the others from
    /// the beginning of the first block.
    private int run;

    private long runBegin;

    /// What was found in memory or loaded: from, inclusive, to, exclusive.
    private long readyFrom;

    private long readyTo;

    /// Takes over a pin.
    StoredObject(Index index, Volume volume, int first, long word) {
        this.index = index;
        this.volume = volume;
        this.first = first;
        this.word = word;
        sequence = volume.slots().sequence(first);
        run = first;
    }

    /// Looks what may be done with the object, and at the head if that is in memory.
    ///
    /// @return false when it is purged, or has just been replaced
    boolean prepare() {
        if (!decide(null)) return false;
        int headBlocks = Slots.headBlocks(word);
        long offset = volume.offset(first);
        if (!volume.verified().has(first, headBlocks)) return true;
        boolean seen = volume.wasResident(first, headBlocks);
        if (!seen && !volume.isResident(offset, PAGE_BYTES)) return true;
        shape();
        long upTo = Math.min(size(headBlocks), end);
        if (!seen && upTo > PAGE_BYTES && !volume.isResident(offset, upTo)) {
            // Perhaps the head alone.
            if (bodyOffset > PAGE_BYTES) return true;
            upTo = PAGE_BYTES;
        } else if (!seen) {
            volume.noteResident(first, headBlocks);
        }
        return hasHead(upTo);
    }

    private void shape() {
        bodyOffset = volume.shapes().bodyOffset(first);
        end = bodyOffset + volume.shapes().bodyLength(first);
    }

    private boolean hasHead(long upTo) {
        if (verdict == Verdict.ASK_HEAD) {
            HeadArea.View view = copyHead();
            if (view == null || !decide(view)) return false;
        }
        ready = true;
        readyFrom = 0;
        readyTo = upTo;
        return true;
    }

    /// Copies the head. With a call of the system, which tells when the disk has just taken the
    /// page away and cannot bring it back; touching the mapped page would end the process.
    ///
    /// @return null when it cannot be read any more
    private HeadArea.@Nullable View copyHead() {
        HeadArea.View copy = head;
        if (copy != null) return copy;
        ByteBuffer area = ByteBuffer.allocate(bodyOffset);
        try {
            volume.channel().read(area, volume.offset(first));
        } catch (IOException e) {
            volume.readFailed(e);
            drop();
            return null;
        }
        copy = new HeadArea.View(MemorySegment.ofBuffer(area.flip()));
        head = copy;
        return copy;
    }

    /// Asks the purges, and then the slot again: a purge that was carried out and forgotten since
    /// the object was found has cleared or marked it before.
    ///
    /// @return false when the object is gone
    private boolean decide(HeadArea.@Nullable View view) {
        Slots slots = volume.slots();
        verdict = index.purges().judge(new Facts.Stored(slots, first, word, view));
        long now = slots.word(first);
        if (verdict == Verdict.FRESH && Slots.isSoft(now)) verdict = Verdict.SOFT;
        return verdict != Verdict.GONE && Slots.isFirst(now);
    }

    private long size(long blocks) {
        return blocks * volume.blockBytes();
    }

    /// Whether the head is in memory. While it is not, only [#loadHead] and [#close] may be called.
    ///
    /// @return whether all but the body is there
    public boolean isReady() {
        return ready;
    }

    /// Reads the head into memory. The load fails when it turns out that the object was purged.
    ///
    /// @param callback told when [#isReady] holds
    public void loadHead(DiskCallback callback) {
        load(callback, this::readHead);
    }

    /// The opaque head that was stored.
    ///
    /// @return a new read-only buffer; empty when the disk has failed under it
    public ByteBuffer head() {
        checkReady();
        HeadArea.View view = copyHead();
        if (view == null) return ByteBuffer.allocate(0);
        return view.memory()
                .asSlice(view.headOffset(), view.headBytes())
                .asByteBuffer()
                .asReadOnlyBuffer();
    }

    /// The URL that was stored with it.
    ///
    /// @return as in [Label#url]
    public String url() {
        HeadArea.View view = view();
        return view == null ? "" : new String(view.url(), StandardCharsets.UTF_8);
    }

    /// Whether a soft purge asks for a validation before this is used.
    ///
    /// @return whether it does
    public boolean mustValidate() {
        checkReady();
        return verdict == Verdict.SOFT;
    }

    /// The length of the body.
    ///
    /// @return bytes
    public long bodyLength() {
        checkReady();
        return end - bodyOffset;
    }

    /// The sequence of the ticket that it was stored with.
    ///
    /// @return above 0
    public long sequence() {
        return sequence;
    }

    /// Bytes of the body, as many as lie together and are wanted.
    ///
    /// @param position in the body, 0 to below its length
    /// @param most how many are wanted at most
    /// @return a new read-only buffer with at least one byte; null when they have to be loaded
    public @Nullable ByteBuffer read(long position, int most) {
        long from = bodyOffset + position;
        long to = upTo(position, most);
        seek(from);
        to = Math.min(to, runBegin + size(volume.slots().run(run)));
        if ((from < readyFrom || to > readyTo) && !isThere(from, to)) {
            if (from < readyFrom || from >= readyTo) return null;
            to = readyTo;
        }
        return volume.buffer(volume.offset(run) + from - runBegin, (int) (to - from));
    }

    /// Reads bytes of the body into memory and checks them.
    ///
    /// @param position in the body, 0 to below its length
    /// @param most how many are wanted; of more than [#MOST_BYTES] only the first are loaded
    /// @param callback told when [#read] returns at least the first of them
    public void load(long position, int most, DiskCallback callback) {
        long to = upTo(position, Math.min(most, MOST_BYTES));
        load(callback, loading -> readBody(loading, bodyOffset + position, to));
    }

    private long upTo(long position, int most) {
        checkReady();
        Objects.checkIndex(position, end - bodyOffset);
        if (most < 1) throw new IllegalArgumentException("most: " + most);
        return Math.min(end, bodyOffset + position + most);
    }

    /// Looks at whole blocks, whoever reads which part of them: what is noted is noted of blocks.
    private boolean isThere(long from, long to) {
        int skipped = (int) ((from - runBegin) / volume.blockBytes());
        int blocks = (int) ((to - 1 - runBegin) / volume.blockBytes()) + 1 - skipped;
        int begin = run + skipped;
        if (!volume.verified().has(begin, blocks)) return false;
        if (!volume.wasResident(begin, blocks)) {
            long stored = Math.min(size(blocks), end - runBegin - size(skipped));
            if (!volume.isResident(volume.offset(begin), stored)) return false;
            volume.noteResident(begin, blocks);
        }
        readyFrom = from;
        readyTo = to;
        return true;
    }

    /// Makes `run` the one with a position.
    private void seek(long position) {
        if (position < runBegin) {
            run = first;
            runBegin = 0;
        }
        Slots slots = volume.slots();
        for (long size = size(slots.run(run)); position >= runBegin + size; ) {
            run = slots.next(run);
            runBegin += size;
            size = size(slots.run(run));
        }
    }

    private void checkReady() {
        if (!ready) throw new IllegalStateException("the head is not loaded");
    }

    // --- on a disk thread

    private interface Step {
        @Nullable StoreFailure run(Loading loading) throws IOException;
    }

    private void load(DiskCallback callback, Step step) {
        // The blocks stay while they are read, even if the object is closed.
        volume.pins().pinAgain(first);
        boolean begun =
                volume.threads()
                        .read(() -> {
                            StoreFailure failure;
                            try {
                                failure = Loading.run(volume, step::run);
                                if (failure == StoreFailure.CHECKSUM
                                        || failure == StoreFailure.IO_ERROR) drop();
                            } finally {
                                volume.unpin(first);
                            }
                            if (failure == null) callback.done();
                            else callback.failed(failure);
                        });
        if (begun) return;
        volume.unpin(first);
        volume.counts().refusedLoads.increment();
        callback.failed(StoreFailure.BUSY);
    }

    private @Nullable StoreFailure readHead(Loading loading) throws IOException {
        HeadArea.View view = loading.head(first, Slots.headBlocks(word));
        if (view == null) return StoreFailure.CHECKSUM;
        head = view;
        shape();
        return hasHead(Math.min(size(Slots.headBlocks(word)), end)) ? null : StoreFailure.PURGED;
    }

    private @Nullable StoreFailure readBody(Loading loading, long from, long to)
            throws IOException {
        seek(from);
        long at = from;
        while (at < to) {
            seek(at);
            long upTo = Math.min(to, runBegin + size(volume.slots().run(run)));
            if (!loading.body(run, runBegin, at, upTo, bodyOffset, end))
                return StoreFailure.CHECKSUM;
            at = upTo;
        }
        readyFrom = from;
        readyTo = to;
        return null;
    }

    private void drop() {
        index.drop(volume, first, sequence());
    }

    Volume volume() {
        return volume;
    }

    int first() {
        return first;
    }

    long word() {
        return word;
    }

    /// A copy of the head.
    ///
    /// @return null when it cannot be read any more
    HeadArea.@Nullable View view() {
        checkReady();
        return copyHead();
    }

    /// Says that a buffer could not be sent, perhaps because the disk failed under it: the system
    /// is asked what is in memory before the object is used again.
    public void doubt() {
        Slots slots = volume.slots();
        for (int begin = first; begin != 0; begin = slots.next(begin))
            volume.doubtResident(begin, slots.run(begin));
    }

    /// Lets the bytes go. A load that goes on ends by itself.
    @Override
    public void close() {
        if (closed) return;
        closed = true;
        volume.unpin(first);
    }
}
