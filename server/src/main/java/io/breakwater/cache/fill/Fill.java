package io.breakwater.cache.fill;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.breakwater.cache.body.Body;
import io.breakwater.cache.body.Piece;
import io.breakwater.cache.fill.FillFigures.Fate;
import io.breakwater.cache.store.BlockStore;
import io.breakwater.cache.store.DiskCallback;
import io.breakwater.cache.store.StoreFailure;
import io.breakwater.cache.store.StoredObject;
import io.breakwater.cache.store.Ticket;
import io.breakwater.cache.store.Writing;
import io.breakwater.cache.store.WritingListener;
import io.breakwater.exchange.ErrorKind;
import io.breakwater.exchange.Taker;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.io.Retainable;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A response on its way from an upstream, read by all who asked for it, and written to the store
/// if it may be.
///
/// ```
/// no head yet -> flowing, storing -> whole -> committed
///      |              |   \-> flowing, passing -> whole
///      +--------------+-----------+-----------------> broken
/// ```
///
/// While it is stored, readers go at their own pace: bytes are in the buffers they came in until
/// they are written, and in the mapped file from then on. A disk that does not keep up holds the
/// upstream back for a moment, and then the storing is given up, never a reader. From then on, and
/// when a response may not be stored at all, it only *passes*: a window of bytes is kept for the
/// slowest reader, and nobody new is let in.
///
/// It is nobody's exchange. When nobody reads any more it goes on only if it is worth it.
///
/// Threads: [Taker]'s calls come one after the other; everything else from any thread. Nothing
/// foreign runs under the lock.
///
/// @param <H> the heads that guests get
public final class Fill<H> implements Taker {
    private static final Logger LOG = LoggerFactory.getLogger(Fill.class);

    /// How far the upstream may be ahead of the slowest reader of what is not stored.
    private static final long WINDOW_BYTES = 1 << 20;

    /// How far behind a reader keeps pace.
    private static final long NEAR_BYTES = 256 * 1024;

    private static final long SHORT_BYTES = 64 * 1024;

    /// How long a disk may hold the upstream back.
    private static final long STALL_MILLIS = 1000;

    private final Settings settings;
    private final Judge<H> judge;
    private final Ticket ticket;
    private final Registry<H> registry;
    private final WritingListener listener = new Listener();

    @GuardedBy("this")
    private final Tail tail = new Tail();

    @GuardedBy("this")
    private final List<Reader> readers = new ArrayList<>();

    @GuardedBy("this")
    private List<Guest<H>> guests = new ArrayList<>();

    @GuardedBy("this")
    private boolean storing;

    @GuardedBy("this")
    private boolean diskFull;

    @GuardedBy("this")
    private @Nullable Callback held;

    @GuardedBy("this")
    private boolean ended;

    /// Guests that are being told of the head, and will read.
    @GuardedBy("this")
    private int arriving;

    @GuardedBy("this")
    private boolean roomAgain;

    /// It is known what became of the storing.
    @GuardedBy("this")
    private boolean settled;

    @GuardedBy("this")
    private boolean closed;

    @GuardedBy("this")
    private boolean stays;

    @GuardedBy("this")
    private boolean outdated;

    /// Nobody wants it, and it is about to be ended: who comes now would get half of it.
    @GuardedBy("this")
    private boolean givenUp;

    /// Its fate is counted.
    @GuardedBy("this")
    private boolean told;

    private volatile @Nullable ErrorKind failure;
    private volatile @Nullable Writing writing;
    private volatile long length = -1;
    private volatile long mostBytes = Long.MAX_VALUE;
    private volatile @Nullable H head;
    private @Nullable Runnable abort;

    /// Prepares a fill.
    ///
    /// @param settings what it works with
    /// @param ticket from before the request was sent; ends with the fill
    /// @param judge of the head
    /// @param registry told when it takes no more guests, and when it has ended
    public Fill(Settings settings, Ticket ticket, Judge<H> judge, Registry<H> registry) {
        this.settings = settings;
        this.ticket = ticket;
        this.judge = judge;
        this.registry = registry;
    }

    /// What fills work with.
    ///
    /// @param store where responses are written
    /// @param threads for disks that do not keep up
    /// @param keepFilling so many bytes are fetched to their end although nobody waits for them
    /// @param figures count what becomes of them
    public record Settings(
            BlockStore store, Threads threads, long keepFilling, FillFigures figures) {}

    /// Where steps are taken that are not taken at once.
    ///
    /// @param scheduler for later
    /// @param executor for what a disk's thread has no time for
    public record Threads(Scheduler scheduler, Executor executor) {}

    /// Where fills are found.
    ///
    /// @param <H> the heads
    public interface Registry<H> {
        /// No more guests: it is not stored, or has ended.
        ///
        /// @param fill the fill; told once or more
        void closed(Fill<H> fill);
    }

    /// Says how to end the exchange that it takes from. Before that begins.
    ///
    /// @param action any thread
    public void abortBy(Runnable action) {
        abort = action;
        settings.figures().begin();
    }

    /// Counts what became of it: what was said first.
    private void became(Fate fate) {
        synchronized (this) {
            if (told) return;
            told = true;
        }
        settings.figures().became(fate);
    }

    // ---- guests and readers

    /// Waits for the head; if that is there the guest is told within the call.
    ///
    /// @param guest who waits
    /// @return false when it takes nobody any more
    public boolean join(Guest<H> guest) {
        synchronized (this) {
            boolean shared = head == null ? !outdated : storing || stays;
            if (failure != null || closed || givenUp || !shared) return false;
            if (head == null) {
                guests.add(guest);
                return true;
            }
            arriving++;
        }
        arrive(guest);
        return true;
    }

    private void arrive(Guest<H> guest) {
        try {
            guest.arrived(this);
        } catch (RuntimeException e) {
            // The others must not wait for ever because of one.
            LOG.error("a guest could not be told of a response", e);
        }
        boolean alone;
        synchronized (this) {
            arriving--;
            alone = isForsaken();
        }
        if (alone) stop();
        closeIfDone();
    }

    /// Waits no longer.
    ///
    /// @param guest who waited
    public void leave(Guest<H> guest) {
        boolean alone;
        synchronized (this) {
            guests.remove(guest);
            alone = isForsaken();
        }
        if (alone) stop();
    }

    /// The head.
    ///
    /// @return what the judge made of it
    /// @throws IllegalStateException before it is there
    public H head() {
        H found = head;
        if (found == null) throw new IllegalStateException("no head yet");
        return found;
    }

    /// Begins to read the body from its beginning, for a guest that has arrived.
    ///
    /// @return to be closed; null when it is too late for that
    public @Nullable Body read() {
        Reader reader = new Reader();
        synchronized (this) {
            Writing from = writing;
            if (closed || tail.begin() > (from == null ? 0 : from.visible())) return null;
            readers.add(reader);
        }
        return reader;
    }

    /// Whether it would be worth nothing to go on. Then it takes nobody any more.
    @GuardedBy("this")
    private boolean isForsaken() {
        givenUp |= isWorthNothing();
        return givenUp && !ended;
    }

    @GuardedBy("this")
    private boolean isWorthNothing() {
        if (ended || arriving > 0 || !readers.isEmpty() || !guests.isEmpty()) return false;
        if (head == null) return false; // what comes of it is not known yet
        long expected = length;
        // What is nearly there is read, for the sake of the connection.
        if (expected >= 0 && expected - tail.end() <= SHORT_BYTES) return false;
        if (!storing) return true;
        long keep = settings.keepFilling();
        return expected < 0 ? tail.end() > keep : expected > keep && tail.end() < expected / 2;
    }

    private void stop() {
        became(Fate.ABANDONED);
        Runnable action = abort;
        if (action != null) action.run();
    }

    /// Ends it before it has begun: its guests get a head without a response.
    ///
    /// @param instead the head
    public void withdraw(H instead) {
        List<Guest<H>> waiting;
        synchronized (this) {
            head = instead;
            ended = true;
            waiting = guests;
            guests = new ArrayList<>();
            arriving = waiting.size();
        }
        pass();
        for (Guest<H> guest : waiting) arrive(guest);
    }

    // ---- from the upstream

    @Override
    public void head(Response response) {
        Judge.Verdict<H> verdict = judge.judge(response);
        Judge.Place how = verdict.place();
        length = verdict.length();
        Writing begun = null;
        if (how != null && length <= how.mostBytes() && !isOutdated()) {
            mostBytes = how.mostBytes();
            begun = settings.store().begin(ticket, how.label(), how.head(), length, listener);
        }
        // Before it shows, as what was validated may be in its place already.
        if (verdict.stays()) became(Fate.VALIDATED);
        else if (begun == null) became(notStored(how));
        List<Guest<H>> waiting;
        boolean late;
        synchronized (this) {
            late = begun != null && outdated;
            writing = begun;
            storing = begun != null && !outdated;
            head = verdict.head();
            stays = verdict.stays() && !outdated;
            waiting = guests;
            guests = new ArrayList<>();
            arriving = waiting.size();
        }
        if (late) became(Fate.OUTDATED);
        if (begun == null && !isStaying()) pass();
        for (Guest<H> guest : waiting) arrive(guest);
        boolean alone;
        synchronized (this) {
            alone = isForsaken();
        }
        if (alone) stop(); // its body may be long in coming
    }

    private Fate notStored(Judge.@Nullable Place how) {
        if (how == null) return isOutdated() ? Fate.OUTDATED : Fate.NOT_STORABLE;
        if (length > how.mostBytes()) return Fate.TOO_LARGE;
        return isOutdated() ? Fate.OUTDATED : Fate.REFUSED;
    }

    /// What it brings is out of date already: nobody new gets it, and it is not stored.
    public void outdate() {
        boolean known;
        synchronized (this) {
            outdated = true;
            known = head != null;
        }
        // Without a head nobody knows yet what else may become of it.
        if (known) became(Fate.OUTDATED);
        pass();
        trim();
    }

    /// Stores nothing of it, from now on.
    private void pass() {
        Writing begun;
        synchronized (this) {
            storing = false;
            settled = true;
            stays = false;
            begun = writing;
        }
        // A writing ends it itself: until then a purge must know of it.
        if (begun == null) ticket.close();
        registry.closed(this);
    }

    @Override
    public void content(ByteBuffer bytes, Retainable owner) {
        Tail.Part part;
        Writing to;
        boolean tooLong;
        synchronized (this) {
            part = tail.add(bytes, owner);
            tooLong = storing && tail.end() > mostBytes;
            to = storing && !tooLong ? writing : null;
        }
        if (tooLong) {
            judge.tooLong();
            became(Fate.TOO_LARGE);
            pass();
        }
        if (to != null) append(to, part);
        wake();
        trim();
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

    @Override
    public void room(Callback callback) {
        boolean alone;
        boolean goesOn;
        boolean stalls = false;
        synchronized (this) {
            alone = isForsaken();
            goesOn = alone || ended || hasRoom();
            if (!goesOn) {
                held = callback;
                stalls = storing;
            }
        }
        if (alone) stop(); // whoever reads on finds that it is over
        if (goesOn) callback.succeeded();
        else if (stalls)
            settings.threads()
                    .scheduler()
                    .schedule(() -> stalled(callback), STALL_MILLIS, TimeUnit.MILLISECONDS);
    }

    @GuardedBy("this")
    private boolean hasRoom() {
        if (storing) return !diskFull;
        return tail.end() - tail.begin() <= WINDOW_BYTES;
    }

    @SuppressWarnings("ReferenceEquality") // this very callback
    private void stalled(Callback callback) {
        boolean still;
        synchronized (this) {
            still = held == callback;
        }
        if (!still) return;
        became(Fate.SLOW_DISK);
        pass();
        trim();
    }

    /// Lets go of what nobody needs, and of the upstream if there is room again.
    private void trim() {
        trim(Callback::succeeded);
    }

    /// The same on a disk's thread, which has to write meanwhile.
    private void trimOnDisk() {
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
            settings.threads().executor().execute(callback::succeeded);
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

    @Override
    public void end(@Nullable ErrorKind kind) {
        List<Guest<H>> waiting;
        Writing to;
        boolean commit;
        long fetched;
        synchronized (this) {
            ended = true;
            fetched = tail.end();
            failure = kind;
            if (kind == null) length = tail.end();
            commit = storing && kind == null;
            to = writing;
            waiting = guests;
            guests = new ArrayList<>();
        }
        settings.figures().end(fetched);
        if (kind != null) became(Fate.UPSTREAM_FAILED);
        if (commit && to != null) to.commit();
        else if (kind != null || !isStaying()) pass();
        for (Guest<H> guest : waiting) fail(guest, kind == null ? ErrorKind.INTERNAL : kind);
        wake();
        trim();
        closeIfDone();
    }

    private void fail(Guest<H> guest, ErrorKind kind) {
        try {
            guest.failed(kind);
        } catch (RuntimeException e) {
            LOG.error("a guest could not be told of a failure", e);
        }
    }

    private static boolean isOfTime(StoreFailure reason) {
        return reason == StoreFailure.PURGED || reason == StoreFailure.OUTDATED;
    }

    private synchronized boolean isOutdated() {
        return outdated;
    }

    private synchronized boolean isStaying() {
        return stays;
    }

    private final class Listener implements WritingListener {
        @Override
        public void room() {
            synchronized (Fill.this) {
                // It may come before the append that found no room returns.
                roomAgain = !diskFull;
                diskFull = false;
            }
            trimOnDisk();
        }

        @Override
        public void committed() {
            became(Fate.STORED);
            registry.closed(Fill.this);
            synchronized (Fill.this) {
                settled = true;
            }
            closeIfDone();
        }

        @Override
        public void failed(StoreFailure reason) {
            became(isOfTime(reason) ? Fate.OUTDATED : Fate.WRITE_FAILED);
            pass();
            trimOnDisk();
            closeIfDone();
        }
    }

    /// The writing can be read until nobody does.
    private void closeIfDone() {
        Writing to;
        synchronized (this) {
            if (!ended || !settled || arriving > 0 || !readers.isEmpty()) return;
            closed = true;
            to = writing;
        }
        if (to != null) to.close();
    }

    // ---- one reader

    private final class Reader implements Body {
        // Both of the fill's lock.
        private long position;
        private @Nullable Runnable waiting;
        private volatile @Nullable ErrorKind unreadable;

        @Override
        public long length() {
            return length;
        }

        @Override
        public @Nullable Piece read(long at, int most) {
            boolean moved;
            Piece found = null;
            synchronized (Fill.this) {
                moved = at > position && !storing;
                position = at;
                if (at >= tail.end()) return null;
                if (at >= tail.begin()) found = tail.read(at, most);
            }
            if (moved) trim();
            if (found != null) return found;
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
            synchronized (Fill.this) {
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
                            // Nobody else is to come to a beginning that is lost.
                            pass();
                            action.run();
                        }
                    };
            Objects.requireNonNull(writing).load(at, StoredObject.MOST_BYTES, then);
        }

        @Override
        public boolean isEnd(long at) {
            synchronized (Fill.this) {
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
            boolean alone;
            synchronized (Fill.this) {
                if (!readers.remove(this)) return;
                waiting = null;
                alone = isForsaken();
            }
            if (alone) stop();
            trim();
            closeIfDone();
        }
    }
}
