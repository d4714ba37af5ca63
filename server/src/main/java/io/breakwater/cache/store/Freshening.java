package io.breakwater.cache.store;

import io.breakwater.cache.store.BlockWriter.NoRoomException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Gives an object a new head. The blocks of the head are written elsewhere, with what they have of
/// the body; the rest of the body stays where it is and goes over to the new object. Only when the
/// new head does not fit before the body are small objects written anew. On the thread of the file
/// that writes.
final class Freshening {
    /// The longest object that is written anew.
    private static final int MOST_REWRITTEN_BYTES = 1 << 20;

    private final Index index;
    private final Volume volume;
    private final HeadArea.View old;
    private final Slots slots;
    private final int first;
    private final int headBlocks;

    /// @param old the head of the object
    Freshening(Index index, StoredObject object, HeadArea.View old) {
        this.index = index;
        volume = object.volume();
        this.old = old;
        slots = volume.slots();
        first = object.first();
        headBlocks = Slots.headBlocks(object.word());
    }

    /// The first blocks of the new object.
    ///
    /// @param bodyOffset where the body begins in them
    /// @param bodyBytes how many bytes of the body are in them
    /// @param isWhole whether that is all of the body
    private record Plan(int bodyOffset, int bodyBytes, boolean isWhole) {}

    /// Does it.
    ///
    /// @return null when the new head is in force, else why not; then the old one is
    @Nullable StoreFailure run(long sequence, ByteBuffer head, List<String> tagNames) {
        try {
            byte[] url = old.url();
            int[] tags = Hashes.names(tagNames);
            Plan plan = plan(HeadArea.bytes(url, tags, head.remaining()));
            if (plan == null) return StoreFailure.TOO_LARGE;
            ByteBuffer body = copy(plan);
            if (body == null) {
                index.drop(volume, first, slots.sequence(first));
                return StoreFailure.CHECKSUM;
            }
            int blocks = blocks(plan.bodyOffset + (long) plan.bodyBytes);
            if (!plan.isWhole) blocks = headBlocks;
            long run = BlockWriter.allocate(index, volume, blocks, blocks);
            StoreFailure failure = StoreFailure.IO_ERROR;
            try {
                failure = write(plan, run, body, sequence, url, tags, head);
            } finally {
                if (failure != null) volume.allocator().free(run);
            }
            return failure;
        } catch (NoRoomException e) {
            return StoreFailure.NO_ROOM;
        } catch (IOException e) {
            volume.writeFailed(e);
            return StoreFailure.IO_ERROR;
        }
    }

    private @Nullable Plan plan(long bytes) {
        int offset = old.bodyOffset();
        long length = old.bodyLength();
        boolean isWhole = slots.run(first) == headBlocks && slots.next(first) == 0;
        if (bytes <= offset) {
            long inHead = (long) headBlocks * volume.blockBytes() - offset;
            return new Plan(offset, (int) Math.min(length, inHead), isWhole);
        }
        if (bytes + length > MOST_REWRITTEN_BYTES) return null;
        return new Plan(HeadArea.bodyOffset(bytes), (int) length, true);
    }

    private int blocks(long bytes) {
        return (int) ((bytes + volume.blockBytes() - 1) / volume.blockBytes());
    }

    /// Reads and checks what is in the new first blocks of the body.
    ///
    /// @return null when it is not what was written
    private @Nullable ByteBuffer copy(Plan plan) throws IOException {
        ByteBuffer body = ByteBuffer.allocateDirect(plan.bodyBytes);
        int offset = old.bodyOffset();
        long end = offset + old.bodyLength();
        long runBegin = 0;
        for (int run = first; run != 0 && body.hasRemaining(); run = slots.next(run)) {
            long runEnd = runBegin + slots.run(run) * (long) volume.blockBytes();
            long from = Math.max(offset, runBegin);
            long to = Math.min(runEnd, offset + (long) plan.bodyBytes);
            if (from < to) {
                int block = run;
                long begin = runBegin;
                StoreFailure failure =
                        Loading.run(
                                volume,
                                loading ->
                                        loading.body(block, begin, from, to, offset, end)
                                                ? null
                                                : StoreFailure.CHECKSUM);
                if (failure == StoreFailure.CHECKSUM) return null;
                if (failure != null) throw new IOException("the object cannot be read");
                body.limit(body.position() + (int) (to - from));
                volume.channel().read(body, volume.offset(run) + from - runBegin);
                body.limit(body.capacity());
            }
            runBegin = runEnd;
        }
        return body.flip();
    }

    private @Nullable StoreFailure write(
            Plan plan,
            long run,
            ByteBuffer body,
            long sequence,
            byte[] url,
            int[] tags,
            ByteBuffer head)
            throws IOException {
        int block = Run.start(run);
        setChecksums(plan, run, body);
        long bodyNumber = plan.isWhole ? sequence : slots.body(first);
        int next = plan.isWhole ? 0 : behindHead(bodyNumber);
        int sums = plan.isWhole ? sums(run) : old.sums();
        Key key = slots.key(first);
        HeadArea area =
                new HeadArea(key, sequence, bodyNumber, old.bodyLength(), plan.bodyOffset, sums);
        ByteBuffer[] buffers = {area.encode(url, tags, head), body};
        volume.channel().write(buffers, buffers.length, volume.offset(block));
        volume.counts().bytesWritten.add(plan.bodyOffset + (long) plan.bodyBytes);
        volume.shapes().set(block, plan.bodyOffset, old.bodyLength());
        volume.verified().add(block, Run.length(run));
        Slots.First slot =
                new Slots.First(
                        key,
                        sequence,
                        bodyNumber,
                        blocks(plan.bodyOffset),
                        Run.length(run),
                        next,
                        slots.host(first),
                        slots.url(first),
                        tags);
        Facts facts = new Facts.New(sequence, slot.url(), slot.host(), tags, url);
        int ownBlocks = plan.isWhole ? 0 : headBlocks;
        StoreFailure failure = StoreFailure.IO_ERROR;
        try {
            volume.writeFirst(block, slot);
            failure = index.succeed(volume, first, old, block, slot, facts, ownBlocks);
            return failure;
        } finally {
            if (failure != null) slots.clear(block);
        }
    }

    /// Makes what is behind the head a run of its own, if it is in the run of the head.
    ///
    /// @return the first block behind the head
    private int behindHead(long bodyNumber) {
        int run = slots.run(first);
        if (run == headBlocks) return slots.next(first);
        slots.writeFurther(first + headBlocks, bodyNumber, run - headBlocks, slots.next(first));
        return first + headBlocks;
    }

    private void setChecksums(Plan plan, long run, ByteBuffer body) {
        int blockBytes = volume.blockBytes();
        CRC32C sum = new CRC32C();
        for (int i = 0; i < Run.length(run); i++) {
            long begin = Math.max(plan.bodyOffset, i * (long) blockBytes) - plan.bodyOffset;
            long end = Math.min(plan.bodyBytes, (i + 1L) * blockBytes - plan.bodyOffset);
            sum.reset();
            if (begin < end) sum.update(body.slice((int) begin, (int) (end - begin)));
            slots.setChecksum(Run.start(run) + i, (int) sum.getValue());
        }
    }

    private int sums(long run) {
        long hash = 0;
        for (int block = Run.start(run); block < Run.end(run); block++)
            hash = Hashes.chain(hash, slots.checksum(block));
        return (int) Hashes.mix(hash);
    }
}
