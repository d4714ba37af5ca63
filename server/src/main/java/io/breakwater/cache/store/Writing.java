package io.breakwater.cache.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.breakwater.cache.store.BlockWriter.NoRoomException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// An object on its way into the store. Nothing here waits: what is appended is queued and written
/// by the thread of a file. What has been written can be read at once, by any number of readers,
/// until the writing is closed; it may be closed as soon as nobody reads from it, whether it was
/// committed or not.
///
/// Calls to [#append] and [#commit] come one after the other; reads and [#close] by any thread.
public final class Writing implements AutoCloseable {
    private static final int MOST_BATCH_BUFFERS = 64;
    private static final int MOST_BATCH_BYTES = 1 << 20;

    /// A fast stream is written in batches of this, as each call of another thread costs more than
    /// what it writes.
    private static final int LEAST_BATCH_BYTES = 256 * 1024;

    /// What comes in buffers of this is such a stream.
    private static final int LARGE_BYTES = 32 * 1024;

    private final Index index;
    private final Volume volume;
    private final Ticket ticket;
    private final Label label;
    private final byte[] url;
    private final int[] tags;
    private final ByteBuffer head;
    private final WritingListener listener;
    private final BlockWriter blocks;
    private final Written written;
    private final long queueBytes;
    private final Runnable onEnd;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final ArrayDeque<Pending> queue = new ArrayDeque<>();

    @GuardedBy("lock")
    private long queued;

    /// Whether the disk thread has this writing on its list, or is at work on it.
    @GuardedBy("lock")
    private boolean scheduled;

    @GuardedBy("lock")
    private boolean heldBack;

    @GuardedBy("lock")
    private boolean committing;

    /// Committed, failed or given up: nothing more is written.
    @GuardedBy("lock")
    private boolean ended;

    @GuardedBy("lock")
    private boolean closed;

    /// Whether the blocks are let go: once, although two runs of the disk thread may see the end.
    @GuardedBy("lock")
    private boolean letGo;

    /// The disk thread's.
    private boolean published;

    /// A writing that nothing is appended to yet.
    ///
    /// @param queueBytes how many bytes may wait for the file
    /// @param onEnd run when its blocks are let go
    Writing(
            Index index,
            Volume volume,
            Ticket ticket,
            Content content,
            long queueBytes,
            Runnable onEnd) {
        this.index = index;
        this.volume = volume;
        this.ticket = ticket;
        label = content.label;
        url = label.urlBytes();
        tags = Hashes.names(label.tags());
        head = content.head;
        listener = content.listener;
        blocks =
                new BlockWriter(
                        index, volume, content.bodyOffset, content.headBlocks, content.bodyLength);
        written = new Written(volume, blocks);
        this.queueBytes = queueBytes;
        this.onEnd = onEnd;
    }

    /// What is to be stored.
    ///
    /// @param head a copy of the opaque head
    /// @param bodyLength bytes; -1: not known
    record Content(
            Label label,
            ByteBuffer head,
            long bodyLength,
            int bodyOffset,
            int headBlocks,
            WritingListener listener) {}

    /// A buffer that waits, with a position of its own.
    private record Pending(ByteBuffer buffer, int bytes, Runnable release) {}

    /// Queues the next bytes of the body.
    ///
    /// @param buffer the bytes from its position to its limit; neither it nor they may change
    ///   before the release
    /// @param release run exactly once, when the bytes are written or will not be; by a disk thread
    ///   or this one
    /// @return false when the caller should append no more for now: [WritingListener#room] or
    ///   [WritingListener#failed] comes, or has come. Who does not heed that makes the writing fail
    ///   in the end
    public boolean append(ByteBuffer buffer, Runnable release) {
        int bytes = buffer.remaining();
        boolean accepted;
        boolean room;
        boolean waits;
        lock.lock();
        try {
            if (committing && !ended) throw new IllegalStateException("committed already");
            boolean tooMuch =
                    queued > 2 * perWriting() || volume.queuedBytes().get() > 2 * queueBytes;
            accepted = !ended && !closed && !tooMuch;
            if (accepted) {
                queue.add(new Pending(buffer.duplicate(), bytes, release));
                queued += bytes;
                volume.queuedBytes().addAndGet(bytes);
            }
            room = accepted && hasRoom();
            heldBack = accepted && !room;
            waits = room && bytes >= LARGE_BYTES && mayGather();
        } finally {
            lock.unlock();
        }
        if (accepted) return (waits || scheduleOrFail()) && room;
        release.run();
        fail(StoreFailure.SLOW);
        return false;
    }

    /// Whether more may come before anything is written. The queue of the file is for what is being
    /// written, so that only a part of it may be held by those that pause.
    @GuardedBy("lock")
    private boolean mayGather() {
        return queued < Math.min(LEAST_BATCH_BYTES, perWriting())
                && volume.queuedBytes().get() < queueBytes / 4;
    }

    private long perWriting() {
        return queueBytes / 8;
    }

    @GuardedBy("lock")
    private boolean hasRoom() {
        // Who has nothing in the queue would not be told when others have made room.
        return queued == 0 || queued < perWriting() && volume.queuedBytes().get() < queueBytes;
    }

    /// Says that the body is complete. The object is stored once everything before is written;
    /// then, or when that fails, the listener is told.
    public void commit() {
        lock.lock();
        try {
            if (committing) throw new IllegalStateException("committed already");
            committing = true;
        } finally {
            lock.unlock();
        }
        scheduleOrFail();
    }

    /// How many bytes of the body are written and can be read.
    ///
    /// @return bytes, which never become fewer
    public long visible() {
        return written.bytes();
    }

    /// Bytes of the body that are written, as many as lie together and are wanted.
    ///
    /// @param position in the body, 0 to below [#visible]
    /// @param most how many are wanted at most; more than [StoredObject#MOST_BYTES] are never
    ///   returned
    /// @return a new read-only buffer with at least one byte, a slice of the mapped file that must
    ///   not be used after the writing is closed; null when the bytes have to be loaded
    public @Nullable ByteBuffer read(long position, int most) {
        return written.read(position, most);
    }

    /// Reads bytes into memory that the system has taken out of it since they were written.
    ///
    /// @param position in the body, 0 to below [#visible]
    /// @param most how many are wanted at most
    /// @param callback told when [#read] returns at least the first of them; the writing must not
    ///   be closed before
    public void load(long position, int most, DiskCallback callback) {
        written.load(position, most, callback);
    }

    /// Ends the use of this writing. What is not committed is given up without a word to the
    /// listener, unless it is about to be told. Does no harm when it is closed.
    @Override
    public void close() {
        List<Pending> dropped;
        lock.lock();
        try {
            if (closed) return;
            closed = true;
            // A commit that was asked for goes on.
            dropped = committing && !ended ? List.of() : takeAll();
            ended |= !committing;
        } finally {
            lock.unlock();
        }
        release(dropped);
        // When the store is closed already, the blocks are free at its next start.
        schedule();
    }

    /// Ends it with a failure, unless it has ended.
    void fail(StoreFailure reason) {
        List<Pending> dropped;
        lock.lock();
        try {
            if (ended) return;
            ended = true;
            dropped = takeAll();
        } finally {
            lock.unlock();
        }
        release(dropped);
        volume.counts().failedWritings.increment();
        ticket.close();
        listener.failed(reason);
    }

    @GuardedBy("lock")
    private List<Pending> takeAll() {
        List<Pending> all = new ArrayList<>(queue);
        queue.clear();
        return all;
    }

    private void release(List<Pending> batch) {
        long bytes = 0;
        for (Pending pending : batch) bytes += pending.bytes;
        volume.queuedBytes().addAndGet(-bytes);
        boolean room;
        lock.lock();
        try {
            queued -= bytes;
            room = heldBack && !ended && hasRoom();
            if (room) heldBack = false;
        } finally {
            lock.unlock();
        }
        for (Pending pending : batch) pending.release.run();
        if (room) listener.room();
    }

    private boolean scheduleOrFail() {
        boolean scheduled = schedule();
        if (!scheduled) fail(StoreFailure.CLOSED);
        return scheduled;
    }

    private boolean schedule() {
        lock.lock();
        try {
            if (!scheduled) scheduled = volume.threads().write(this::work);
            return scheduled;
        } finally {
            lock.unlock();
        }
    }

    // --- on the thread that writes

    private void work() {
        try {
            List<Pending> batch = takeBatch();
            if (volume.isBroken()) giveUp(batch);
            else if (!batch.isEmpty()) write(batch);
            else if (isToCommit()) store();
        } catch (RuntimeException | Error e) {
            // A mistake, which the thread logs; the writing must not hang because of it.
            fail(StoreFailure.IO_ERROR);
            throw e;
        } finally {
            goOn();
        }
    }

    /// Has the next step done, or lets the blocks go after the last.
    private void goOn() {
        boolean over;
        boolean more;
        lock.lock();
        try {
            scheduled = false;
            over = closed && ended && queue.isEmpty() && !letGo;
            letGo |= over;
            more = !queue.isEmpty() || committing && !ended;
        } finally {
            lock.unlock();
        }
        if (over) letGo();
        else if (more) scheduleOrFail();
    }

    private List<Pending> takeBatch() {
        lock.lock();
        try {
            List<Pending> batch = new ArrayList<>();
            long bytes = 0;
            while (!queue.isEmpty()
                    && batch.size() < MOST_BATCH_BUFFERS
                    && bytes < MOST_BATCH_BYTES) {
                Pending next = queue.remove();
                bytes += next.bytes;
                batch.add(next);
            }
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private boolean isToCommit() {
        lock.lock();
        try {
            return committing && !ended;
        } finally {
            lock.unlock();
        }
    }

    private void giveUp(List<Pending> batch) {
        release(batch);
        fail(StoreFailure.IO_ERROR);
    }

    private void write(List<Pending> batch) {
        StoreFailure failure = null;
        try {
            List<ByteBuffer> buffers = new ArrayList<>(batch.size());
            for (Pending pending : batch) buffers.add(pending.buffer);
            blocks.append(buffers);
            written.advance();
        } catch (IOException e) {
            failure = failed(e);
        } catch (NoRoomException e) {
            failure = StoreFailure.NO_ROOM;
        } finally {
            release(batch);
        }
        if (failure != null) fail(failure);
    }

    private void store() {
        StoreFailure failure;
        try {
            Slots.First first = blocks.finish(label, url, tags, head, ticket.sequence());
            Facts facts = new Facts.New(first.sequence(), first.url(), first.host(), tags, url);
            volume.writeFirst(blocks.runs().first(), first);
            failure = index.publish(volume, blocks.runs().first(), first, facts);
            published = failure == null;
            written.advance();
            volume.health().succeeded();
        } catch (IOException e) {
            failure = failed(e);
        } catch (NoRoomException e) {
            failure = StoreFailure.NO_ROOM;
        }
        if (failure != null) {
            if (blocks.runs().count() > 0) volume.slots().clear(blocks.runs().first());
            fail(failure);
            return;
        }
        lock.lock();
        try {
            ended = true;
        } finally {
            lock.unlock();
        }
        ticket.close();
        volume.counts().commits.increment();
        listener.committed();
    }

    private StoreFailure failed(IOException e) {
        volume.writeFailed(e);
        return StoreFailure.IO_ERROR;
    }

    private void letGo() {
        ticket.close();
        if (published) volume.unpin(blocks.runs().first());
        else blocks.free();
        onEnd.run();
    }
}
