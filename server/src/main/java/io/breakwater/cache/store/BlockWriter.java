package io.breakwater.cache.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/// Puts the bytes of one object into blocks of a file and keeps their checksums. On the thread of
/// the file that writes.
///
/// Only whole pages are written, the first ones with zeros where the head will be: for a part of a
/// page the system would have to read the rest from the disk first. What is left over waits for
/// what comes next; a small object is written at once, with its head.
final class BlockWriter {
    /// The most runs that an object may lie in; what needs more finds no room.
    static final int MOST_RUNS = 4096;

    private static final int MOST_AHEAD_BYTES = 16 << 20;
    private static final int MOST_RESERVE = 1024;
    private static final int MOST_ATTEMPTS = 4;
    private static final int PAGE = 4096;

    /// Less than this waits.
    private static final int HELD_BYTES = 4 * PAGE;

    private static final ByteBuffer[] NO_BUFFERS = {};

    private final Index index;
    private final Volume volume;
    private final int bodyOffset;
    private final int headBlocks;

    /// How many blocks it will have; 0: not known.
    private final int expectedBlocks;

    private final Runs runs = new Runs();
    private final CRC32C sum = new CRC32C();
    private final ByteBuffer held = ByteBuffer.allocate(HELD_BYTES);
    private long end;

    /// What is before has been written, from the beginning of the first block.
    private long written;

    /// @param bodyOffset where the body begins in the first blocks
    /// @param headBlocks how many blocks must lie together at the beginning
    /// @param bodyLength bytes; -1: not known
    BlockWriter(Index index, Volume volume, int bodyOffset, int headBlocks, long bodyLength) {
        this.index = index;
        this.volume = volume;
        this.bodyOffset = bodyOffset;
        this.headBlocks = headBlocks;
        expectedBlocks = bodyLength < 0 ? 0 : blocks(bodyOffset + bodyLength);
        end = bodyOffset;
    }

    /// No room could be made.
    static final class NoRoomException extends Exception {
        private static final long serialVersionUID = 1;

        NoRoomException() {
            super(null, null, false, false);
        }
    }

    Runs runs() {
        return runs;
    }

    int bodyOffset() {
        return bodyOffset;
    }

    int headBlocks() {
        return headBlocks;
    }

    /// Where the body ends so far, from the beginning of the first block.
    long end() {
        return end;
    }

    /// How many bytes of the body can be read from the file.
    long readable() {
        return Math.max(0, written - bodyOffset);
    }

    private int blocks(long bytes) {
        int blockBytes = volume.blockBytes();
        return Math.toIntExact((bytes + blockBytes - 1) / blockBytes);
    }

    /// Appends to the body.
    ///
    /// @throws NoRoomException when there are no blocks for it
    /// @throws IOException when they cannot be written
    void append(List<ByteBuffer> buffers) throws IOException, NoRoomException {
        long bytes = 0;
        for (ByteBuffer buffer : buffers) bytes += buffer.remaining();
        allocate(blocks(end + bytes));
        addChecksums(buffers);
        end += bytes;
        if (end - written < HELD_BYTES) {
            for (ByteBuffer buffer : buffers) held.put(buffer.duplicate());
            return;
        }
        List<ByteBuffer> all = new ArrayList<>(buffers.size() + 2);
        if (written == 0) all.add(ByteBuffer.allocate(bodyOffset));
        all.add(held.flip());
        all.addAll(buffers);
        List<ByteBuffer> left = write(all, end / PAGE * PAGE);
        held.clear();
        for (ByteBuffer buffer : left) held.put(buffer);
    }

    /// Writes what comes next in the file.
    ///
    /// @param buffers the bytes
    /// @param upTo the end of the last page
    /// @return what is behind that
    private List<ByteBuffer> write(List<ByteBuffer> buffers, long upTo) throws IOException {
        List<ByteBuffer> left = buffers;
        while (written < upTo) {
            Runs.Piece piece = runs.piece(written, upTo, volume.blockBytes());
            List<ByteBuffer> part = new ArrayList<>(left.size());
            List<ByteBuffer> rest = new ArrayList<>();
            split(left, piece.bytes(), part, rest);
            volume.channel().write(part.toArray(NO_BUFFERS), part.size(), piece.offset());
            volume.counts().bytesWritten.add(piece.bytes());
            written += piece.bytes();
            left = rest;
        }
        return left;
    }

    private static void split(
            List<ByteBuffer> buffers, long bytes, List<ByteBuffer> part, List<ByteBuffer> rest) {
        long wanted = bytes;
        for (ByteBuffer buffer : buffers) {
            int length = (int) Math.min(wanted, buffer.remaining());
            if (length > 0) part.add(buffer.slice(buffer.position(), length));
            if (length < buffer.remaining())
                rest.add(buffer.slice(buffer.position() + length, buffer.remaining() - length));
            wanted -= length;
        }
    }

    private void addChecksums(List<ByteBuffer> buffers) {
        int blockBytes = volume.blockBytes();
        long at = end;
        for (ByteBuffer buffer : buffers) {
            int done = 0;
            while (done < buffer.remaining()) {
                int inBlock = blockBytes - (int) (at % blockBytes);
                int length = Math.min(inBlock, buffer.remaining() - done);
                sum.update(buffer.slice(buffer.position() + done, length));
                if (length == inBlock) setChecksum(at);
                done += length;
                at += length;
            }
        }
    }

    /// Notes the checksum of the block with the last byte that was added.
    private void setChecksum(long position) {
        Runs.Piece piece = runs.piece(position, position + 1, volume.blockBytes());
        int block = (int) (piece.offset() / volume.blockBytes());
        volume.slots().setChecksum(block, (int) sum.getValue());
        sum.reset();
    }

    private void allocate(int needed) throws IOException, NoRoomException {
        int most = volume.slots().blocks();
        if (needed > most / 2) throw new NoRoomException();
        int mostAhead = Math.max(1, Math.min(MOST_AHEAD_BYTES / volume.blockBytes(), most / 16));
        while (runs.blocks() < needed) {
            if (runs.count() == MOST_RUNS) throw new NoRoomException();
            int missing = needed - runs.blocks();
            int ahead =
                    expectedBlocks > runs.blocks()
                            ? expectedBlocks - runs.blocks()
                            : Math.max(missing, runs.blocks());
            int want = Math.max(missing, Math.min(ahead, mostAhead));
            boolean first = runs.count() == 0;
            long run =
                    allocate(
                            index,
                            volume,
                            first ? Math.max(want, headBlocks) : want,
                            first ? headBlocks : 1);
            for (int i = 0; first && i < headBlocks; i++)
                volume.slots().setChecksum(Run.start(run) + i, 0);
            runs.add(run);
        }
    }

    /// Takes a run of blocks, and evicts what is in the way. Keeps some blocks free for those that
    /// come next, so that what is evicted together is free together.
    ///
    /// @param want how many blocks
    /// @param least how few will do
    /// @throws IOException when the disk or the index fails
    /// @throws NoRoomException when there are no such blocks
    static long allocate(Index index, Volume volume, int want, int least)
            throws IOException, NoRoomException {
        Allocator allocator = volume.allocator();
        int reserve = Math.min(MOST_RESERVE, volume.slots().blocks() / 64);
        if (allocator.free() < Math.max(want, reserve))
            index.evict(volume, Math.max(want, 2 * reserve));
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            long run = allocator.allocate(want, least);
            if (run != Run.NONE) return cleared(volume, run);
            // Free blocks do not lie together.
            index.evict(volume, allocator.free() + Math.max(want, least));
        }
        throw new NoRoomException();
    }

    /// Nobody finds an object in these blocks any more, neither a process that comes after this
    /// one, and nobody is being sent their pages.
    private static long cleared(Volume volume, long run) throws IOException, NoRoomException {
        boolean done = false;
        try {
            volume.index().flush();
            done = volume.renew(run);
        } finally {
            if (!done) volume.allocator().free(run);
        }
        if (!done) throw new NoRoomException();
        return run;
    }

    /// Ends the body, gives back what it did not need, and writes the head and the slots of all
    /// runs but the first.
    ///
    /// @return what the slot of the first block is to say
    Slots.First finish(Label label, byte[] url, int[] tags, ByteBuffer head, long sequence)
            throws IOException, NoRoomException {
        allocate(headBlocks);
        if (end > bodyOffset && end % volume.blockBytes() != 0) setChecksum(end - 1);
        runs.trim(Math.max(headBlocks, blocks(end)), volume.allocator());
        int next = 0;
        for (int i = runs.count() - 1; i > 0; i--) {
            long run = runs.get(i);
            volume.slots().writeFurther(Run.start(run), sequence, Run.length(run), next);
            next = Run.start(run);
        }
        HeadArea area =
                new HeadArea(label.key(), sequence, sequence, end - bodyOffset, bodyOffset, sums());
        writeRest(area.encode(url, tags, head));
        volume.shapes().set(runs.first(), bodyOffset, end - bodyOffset);
        for (int i = 0; i < runs.count(); i++)
            volume.verified().add(Run.start(runs.get(i)), Run.length(runs.get(i)));
        return new Slots.First(
                label.key(),
                sequence,
                sequence,
                headBlocks,
                Run.length(runs.get(0)),
                next,
                Hashes.name(label.host()),
                Hashes.name(label.url()),
                tags);
    }

    private void writeRest(ByteBuffer headArea) throws IOException {
        boolean atOnce = written == 0;
        List<ByteBuffer> rest = new ArrayList<>(3);
        if (atOnce) rest.add(headArea);
        rest.add(held.flip());
        rest.add(ByteBuffer.allocate((int) (-end & (PAGE - 1))));
        write(rest, (end + PAGE - 1) / PAGE * PAGE);
        written = end;
        if (atOnce) return;
        ByteBuffer[] bytes = {headArea};
        volume.channel().write(bytes, 1, volume.offset(runs.first()));
        volume.counts().bytesWritten.add(bodyOffset);
    }

    private int sums() {
        long hash = 0;
        for (int i = 0; i < runs.count(); i++) {
            long run = runs.get(i);
            for (int block = Run.start(run); block < Run.end(run); block++)
                hash = Hashes.chain(hash, volume.slots().checksum(block));
        }
        return (int) Hashes.mix(hash);
    }

    /// Gives all blocks back.
    void free() {
        runs.trim(0, volume.allocator());
    }
}
