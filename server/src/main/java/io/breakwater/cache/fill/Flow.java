package io.breakwater.cache.fill;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.breakwater.cache.body.Body;
import io.breakwater.cache.body.Piece;
import io.breakwater.cache.store.DiskCallback;
import io.breakwater.cache.store.StoreFailure;
import io.breakwater.cache.store.StoredObject;
import io.breakwater.cache.store.Writing;
import io.breakwater.exchange.ErrorKind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.eclipse.jetty.io.Retainable;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/// The body of a fill: what has come of it, who reads it, and what of it is written.
///
/// While it is stored, readers go at their own pace: bytes are in the buffers they came in until
/// they are written, and in the mapped file from then on. When it only passes, a window of bytes is
/// kept for the slowest reader.
///
/// Its lock is its fill's, too. [#add], [#end] and [#hold] come one after the other; everything
/// else from any thread. Nothing foreign runs under the lock.
final class Flow {
    /// How far the upstream may be ahead of the slowest reader of what is not stored.
    private static final long WINDOW_BYTES = 1 << 20;

    /// How far the upstream may be ahead of the fastest reader of what is stored, for a moment:
    /// what is still in the buffers it came in need not be read from the file.
    private static final long AHEAD_BYTES = 768 * 1024;

    /// How far behind a reader keeps pace.
    private static final long NEAR_BYTES = 1 << 20;

    /// How long the disk may hold the upstream back.
    private static final long DISK_MILLIS = 1000;

    /// The same for the fastest reader. Who is slower than this for [#AHEAD_BYTES] reads from the
    /// file, so that the upstream is done with it.
    private static final long READER_MILLIS = 20;

    private final Executor executor;
    private final Runnable gone;
    private final Runnable lost;

    @GuardedBy("this")
    private final Tail tail = new Tail();

    @GuardedBy("this")
    private final List<Reader> readers = new ArrayList<>();

    /// Guests that are being told of the head, and will read.
    @GuardedBy("this")
    private int arriving;

    @GuardedBy("this")
    private boolean storing;

    @GuardedBy("this")
    private boolean diskFull;

    @GuardedBy("this")
    private boolean roomAgain;

    @GuardedBy("this")
    private @Nullable Callback held;

    /// How often the upstream was held: a callback may be used again.
    @GuardedBy("this")
    private long holds;

    /// It is held for the fastest reader, and not for the disk.
    @GuardedBy("this")
    private boolean forReader;

    @GuardedBy("this")
    private boolean ended;

    private volatile @Nullable ErrorKind failure;
    private volatile @Nullable Writing writing;
    private volatile long length = -1;

    /// Prepares a body of which nothing has come.
    ///
    /// @param executor for what a disk's thread has no time for
    /// @param gone run when a reader has closed, outside of the lock
    /// @param lost run when what was written cannot be read: nobody else is to come to a beginning
    ///   that is lost
    Flow(Executor executor, Runnable gone, Runnable lost) {
        this.executor = executor;
        this.gone = gone;
        this.lost = lost;
    }

    // ---- what its fill asks, under the lock

    @GuardedBy("this")
    boolean isStoring() {
        return storing;
    }

    @GuardedBy("this")
    boolean hasEnded() {
        return ended;
    }

    /// How many bytes have come.
    @GuardedBy("this")
    long come() {
        return tail.end();
    }

    /// Whether somebody reads or is about to.
    @GuardedBy("this")
    boolean isWanted() {
        return arriving > 0 || !readers.isEmpty();
    }

    /// So many guests are told of the head now, and may begin to read: nothing is dropped for them.
    @GuardedBy("this")
    void expect(int guests) {
        arriving += guests;
    }

    /// One of them has been told, and has begun to read if it wants to.
    @GuardedBy("this")
    void arrived() {
        arriving--;
    }

    /// Begins to read from the beginning.
    ///
    /// @return to be closed; null when it is too late for that
    @GuardedBy("this")
    @Nullable Body read() {
        Writing from = writing;
        if (tail.begin() > (from == null ? 0 : from.visible())) return null;
        Reader reader = new Reader();
        readers.add(reader);
        return reader;
    }

    // ---- what its fill says

    /// The length that was announced.
    ///
    /// @param bytes -1: none
    void announce(long bytes) {
        length = bytes;
    }

    long length() {
        return length;
    }

    @Nullable ErrorKind failure() {
        return failure;
    }

    @Nullable Writing writing() {
        return writing;
    }

    /// What comes is written from the beginning, or only read from there.
    ///
    /// @param to open as long as somebody reads
    /// @param store whether more is written to it
    @GuardedBy("this")
    void writeTo(Writing to, boolean store) {
        writing = to;
        storing = store;
    }

    /// From now on it only passes.
    @GuardedBy("this")
    void stopStoring() {
        storing = false;
    }

    // ---- from the upstream

    /// Takes the next bytes.
    ///
    /// @param bytes valid while their owner is retained
    /// @param owner retained as long as they are wanted
    /// @param mostBytes longer bodies are not stored
    /// @return false when it has become too long: then it is not written on
    boolean add(ByteBuffer bytes, Retainable owner, long mostBytes) {
        Tail.Part part;
        Writing to;
        boolean tooLong;
        synchronized (this) {
            part = tail.add(bytes, owner);
            tooLong = storing && tail.end() > mostBytes;
            to = storing && !tooLong ? writing : null;
        }
        if (to != null) append(to, part);
        return !tooLong;
    }

    private void append(Writing to, Tail.Part part) {
        part.retain(); // for the disk, whatever becomes of the tail
        boolean room =
                to.append(
                        part.bytes(),
                        () -> {
                            part.release();
                            trimOnDisk();
                        });
        if (room) return;
        synchronized (this) {
            diskFull = storing && !roomAgain;
            roomAgain = false;
        }
    }

    /// Wakes the readers, and lets go of what nobody needs.
    void spread() {
        wake();
        trim();
    }

    /// Has the upstream wait until there is room.
    ///
    /// @param callback told then
    /// @return false when there is room
    @GuardedBy("this")
    boolean hold(Callback callback) {
        forReader = storing && !diskFull;
        if (ended || hasRoom()) return false;
        held = callback;
        holds++;
        return true;
    }

    /// The hold that has just begun.
    @GuardedBy("this")
    long lastHold() {
        return holds;
    }

    /// How long it may wait.
    ///
    /// @return milliseconds; 0: as long as the readers need, as nothing is stored
    @GuardedBy("this")
    long patienceMillis() {
        if (!storing) return 0;
        return forReader ? READER_MILLIS : DISK_MILLIS;
    }

    /// Waits for the readers no more.
    ///
    /// @return false when it was not for them
    boolean leaveBehind() {
        synchronized (this) {
            if (!forReader) return false;
            for (Reader reader : readers) reader.behind = true;
        }
        trim();
        return true;
    }

    /// Whether the upstream is still held since then.
    ///
    /// @param hold what [#lastHold] said
    synchronized boolean isHeldSince(long hold) {
        return held != null && holds == hold;
    }

    /// The disk has room again.
    void room() {
        synchronized (this) {
            // It may come before the append that found no room returns.
            roomAgain = !diskFull;
            diskFull = false;
        }
        trimOnDisk();
    }

    /// Nothing more comes.
    ///
    /// @param kind why not; null when it is whole
    @GuardedBy("this")
    void end(@Nullable ErrorKind kind) {
        ended = true;
        failure = kind;
        if (kind == null) length = tail.end();
    }

    @GuardedBy("this")
    private boolean hasRoom() {
        if (storing) return forReader ? !isAhead() : !diskFull;
        return tail.end() - tail.begin() <= WINDOW_BYTES;
    }

    /// Whether the fastest reader does not keep up, but may in a moment.
    @GuardedBy("this")
    private boolean isAhead() {
        Reader fastest = null;
        for (Reader reader : readers)
            if (fastest == null || reader.position > fastest.position) fastest = reader;
        return fastest != null && !fastest.behind && fastest.position < tail.end() - AHEAD_BYTES;
    }

    /// Lets go of what nobody needs, and of the upstream if there is room again.
    void trim() {
        trim(Callback::succeeded);
    }

    /// The same on a disk's thread, which has to write meanwhile.
    void trimOnDisk() {
        trim(this::succeedElsewhere);
    }

    private void trim(Consumer<Callback> succeed) {
        List<Tail.Part> dropped = new ArrayList<>(4);
        Callback goOn = null;
        synchronized (this) {
            Writing to = writing;
            long written = to == null ? 0 : to.visible();
            tail.dropTo(
                    storing ? Math.min(written, near()) : Math.max(written, slowest()), dropped);
            if (held != null && (ended || hasRoom())) {
                goOn = held;
                held = null;
            }
        }
        for (Tail.Part part : dropped) part.release();
        if (goOn != null) succeed.accept(goOn);
    }

    private void succeedElsewhere(Callback callback) {
        try {
            executor.execute(callback::succeeded);
        } catch (RejectedExecutionException e) {
            callback.succeeded(); // the server stops
        }
    }

    /// Who keeps pace reads what it is waiting for from the buffers: the file's pages would have to
    /// be mapped for it one by one.
    @GuardedBy("this")
    private long near() {
        long near = tail.end();
        if (ended) return near;
        for (Reader reader : readers)
            if (reader.position >= tail.end() - NEAR_BYTES) near = Math.min(near, reader.position);
        return near;
    }

    @GuardedBy("this")
    private long slowest() {
        if (arriving > 0) return 0;
        long slowest = tail.end();
        for (Reader reader : readers) slowest = Math.min(slowest, reader.position);
        return slowest;
    }

    private void wake() {
        List<Runnable> actions = new ArrayList<>();
        synchronized (this) {
            for (Reader reader : readers) {
                Runnable action = reader.waiting;
                if (action == null) continue;
                reader.waiting = null;
                actions.add(action);
            }
        }
        for (Runnable action : actions) action.run();
    }

    // ---- one reader

    private final class Reader implements Body {
        // All of the fill's lock.
        private long position;

        /// It was waited for in vain, and has not caught up since.
        private boolean behind;

        private @Nullable Runnable waiting;
        private volatile @Nullable ErrorKind unreadable;

        @Override
        public long length() {
            return length;
        }

        @Override
        public @Nullable Piece read(long at, int most) {
            boolean moved;
            boolean come;
            Piece found = null;
            synchronized (Flow.this) {
                moved = at > position && (!storing || held != null);
                position = at;
                behind &= at < tail.end() - AHEAD_BYTES / 2;
                come = at < tail.end();
                if (come && at >= tail.begin()) found = tail.read(at, most);
            }
            if (moved) trim();
            if (found != null || !come) return found;
            Writing from = writing;
            if (from == null || at >= from.visible()) {
                // Back to what nobody was to want any more.
                unreadable = ErrorKind.INTERNAL;
                return null;
            }
            ByteBuffer mapped = from.read(at, most);
            return mapped == null ? null : new Piece(mapped, Retainable.NON_RETAINABLE);
        }

        @Override
        public void await(long at, Runnable action) {
            boolean written;
            synchronized (Flow.this) {
                written = at < tail.begin();
                if (!written && at >= tail.end() && !ended) {
                    waiting = action;
                    return;
                }
            }
            if (written) load(at, action);
            else action.run();
        }

        /// The system has taken written pages out of memory.
        private void load(long at, Runnable action) {
            DiskCallback then =
                    new DiskCallback() {
                        @Override
                        public void done() {
                            action.run();
                        }

                        @Override
                        public void failed(StoreFailure reason) {
                            unreadable = ErrorKind.INTERNAL;
                            lost.run();
                            action.run();
                        }
                    };
            Objects.requireNonNull(writing).load(at, StoredObject.MOST_BYTES, then);
        }

        @Override
        public boolean isEnd(long at) {
            synchronized (Flow.this) {
                return ended && failure == null && at >= tail.end();
            }
        }

        @Override
        public @Nullable ErrorKind failure() {
            ErrorKind own = unreadable;
            return own == null ? failure : own;
        }

        @Override
        public void close() {
            synchronized (Flow.this) {
                if (!readers.remove(this)) return;
                waiting = null;
            }
            gone.run();
        }
    }
}
