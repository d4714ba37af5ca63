package io.breakwater.cache.fill;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.breakwater.cache.body.Body;
import io.breakwater.cache.fill.FillFigures.Fate;
import io.breakwater.cache.store.BlockStore;
import io.breakwater.cache.store.StoreFailure;
import io.breakwater.cache.store.Ticket;
import io.breakwater.cache.store.Writing;
import io.breakwater.cache.store.WritingListener;
import io.breakwater.exchange.ErrorKind;
import io.breakwater.exchange.Taker;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
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
/// While it is stored, readers go at their own pace ([Flow]), and the upstream is held back only
/// for what a fast one may need to keep up. A disk that does not keep up holds the upstream back
/// for a moment, and then the storing is given up, never a reader. From then on, and when a
/// response may not be stored at all, it only *passes*: readers go at the pace of the slowest, and
/// nobody new is let in.
///
/// It is nobody's exchange. When nobody reads any more it goes on only if it is worth it.
///
/// Threads: [Taker]'s calls come one after the other; everything else from any thread. Nothing
/// foreign runs under the lock.
///
/// @param <H> the heads that guests get
public final class Fill<H> implements Taker {
    private static final Logger LOG = LoggerFactory.getLogger(Fill.class);

    private static final long SHORT_BYTES = 64 * 1024;

    private final Settings settings;
    private final Judge<H> judge;
    private final Ticket ticket;
    private final Registry<H> registry;
    private final WritingListener listener = new Listener();

    /// Its lock is this fill's, too.
    private final Flow flow;

    @GuardedBy("flow")
    private List<Guest<H>> guests = new ArrayList<>();

    /// It is known what became of the storing.
    @GuardedBy("flow")
    private boolean settled;

    @GuardedBy("flow")
    private boolean closed;

    @GuardedBy("flow")
    private boolean stays;

    @GuardedBy("flow")
    private boolean outdated;

    /// Nobody wants it, and it is about to be ended: who comes now would get half of it.
    @GuardedBy("flow")
    private boolean givenUp;

    /// Its fate is counted.
    @GuardedBy("flow")
    private boolean told;

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
        this.flow = new Flow(settings.threads().executor(), this::readerGone, this::pass);
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
        synchronized (flow) {
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
        synchronized (flow) {
            boolean shared = head == null ? !outdated : flow.isStoring() || stays;
            if (flow.failure() != null || closed || givenUp || !shared) return false;
            if (head == null) {
                guests.add(guest);
                return true;
            }
            flow.expect(1);
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
        synchronized (flow) {
            flow.arrived();
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
        synchronized (flow) {
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
        synchronized (flow) {
            return closed ? null : flow.read();
        }
    }

    private void readerGone() {
        boolean alone;
        synchronized (flow) {
            alone = isForsaken();
        }
        if (alone) stop();
        flow.trim();
        closeIfDone();
    }

    /// Whether it would be worth nothing to go on. Then it takes nobody any more.
    @GuardedBy("flow")
    private boolean isForsaken() {
        givenUp |= isWorthNothing();
        return givenUp && !flow.hasEnded();
    }

    @GuardedBy("flow")
    private boolean isWorthNothing() {
        if (flow.hasEnded() || flow.isWanted() || !guests.isEmpty()) return false;
        if (head == null) return false; // what comes of it is not known yet
        long expected = flow.length();
        long come = flow.come();
        // What is nearly there is read, for the sake of the connection.
        if (expected >= 0 && expected - come <= SHORT_BYTES) return false;
        if (!flow.isStoring()) return true;
        long keep = settings.keepFilling();
        return expected < 0 ? come > keep : expected > keep && come < expected / 2;
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
        synchronized (flow) {
            head = instead;
            flow.end(null);
            waiting = admit();
        }
        pass();
        for (Guest<H> guest : waiting) arrive(guest);
    }

    // ---- from the upstream

    @Override
    public void head(Response response) {
        Judge.Verdict<H> verdict = judge.judge(response);
        Judge.Place how = verdict.place();
        long length = verdict.length();
        flow.announce(length);
        Writing begun = null;
        if (how != null && length <= how.mostBytes() && !isOutdated()) {
            mostBytes = how.mostBytes();
            begun = settings.store().begin(ticket, how.label(), how.head(), length, listener);
        }
        // Before it shows, as what was validated may be in its place already.
        if (verdict.stays()) became(Fate.VALIDATED);
        else if (begun == null) became(notStored(how, length));
        List<Guest<H>> waiting;
        boolean late;
        synchronized (flow) {
            late = begun != null && outdated;
            if (begun != null) flow.writeTo(begun, !outdated);
            head = verdict.head();
            stays = verdict.stays() && !outdated;
            waiting = admit();
        }
        if (late) became(Fate.OUTDATED);
        if (begun == null && !isStaying()) pass();
        for (Guest<H> guest : waiting) arrive(guest);
        boolean alone;
        synchronized (flow) {
            alone = isForsaken();
        }
        if (alone) stop(); // its body may be long in coming
    }

    /// All that wait, who are told next.
    @GuardedBy("flow")
    private List<Guest<H>> admit() {
        List<Guest<H>> waiting = guests;
        guests = new ArrayList<>();
        flow.expect(waiting.size());
        return waiting;
    }

    private Fate notStored(Judge.@Nullable Place how, long length) {
        if (how == null) return isOutdated() ? Fate.OUTDATED : Fate.NOT_STORABLE;
        if (length > how.mostBytes()) return Fate.TOO_LARGE;
        return isOutdated() ? Fate.OUTDATED : Fate.REFUSED;
    }

    /// What it brings is out of date already: nobody new gets it, and it is not stored.
    public void outdate() {
        boolean known;
        synchronized (flow) {
            outdated = true;
            known = head != null;
        }
        // Without a head nobody knows yet what else may become of it.
        if (known) became(Fate.OUTDATED);
        pass();
        flow.trim();
    }

    /// Stores nothing of it, from now on.
    private void pass() {
        synchronized (flow) {
            flow.stopStoring();
            settled = true;
            stays = false;
        }
        // A writing ends it itself: until then a purge must know of it.
        if (flow.writing() == null) ticket.close();
        registry.closed(this);
    }

    @Override
    public void content(ByteBuffer bytes, Retainable owner) {
        if (!flow.add(bytes, owner, mostBytes)) {
            judge.tooLong();
            became(Fate.TOO_LARGE);
            pass();
        }
        flow.spread();
    }

    @Override
    public void room(Callback callback) {
        boolean alone;
        boolean waits;
        long patience;
        long hold;
        synchronized (flow) {
            alone = isForsaken();
            waits = !alone && flow.hold(callback);
            patience = waits ? flow.patienceMillis() : 0;
            hold = flow.lastHold();
        }
        if (alone) stop(); // whoever reads on finds that it is over
        if (!waits) callback.succeeded();
        if (patience > 0)
            settings.threads()
                    .scheduler()
                    .schedule(() -> overdue(hold), patience, TimeUnit.MILLISECONDS);
    }

    private void overdue(long hold) {
        if (!flow.isHeldSince(hold) || flow.leaveBehind()) return;
        became(Fate.SLOW_DISK);
        pass();
        flow.trim();
    }

    @Override
    public void end(@Nullable ErrorKind kind) {
        List<Guest<H>> waiting;
        boolean commit;
        long fetched;
        synchronized (flow) {
            flow.end(kind);
            fetched = flow.come();
            commit = flow.isStoring() && kind == null;
            waiting = guests;
            guests = new ArrayList<>();
        }
        settings.figures().end(fetched);
        if (kind != null) became(Fate.UPSTREAM_FAILED);
        Writing to = flow.writing();
        if (commit && to != null) to.commit();
        else if (kind != null || !isStaying()) pass();
        for (Guest<H> guest : waiting) fail(guest, kind == null ? ErrorKind.INTERNAL : kind);
        flow.spread();
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

    private boolean isOutdated() {
        synchronized (flow) {
            return outdated;
        }
    }

    private boolean isStaying() {
        synchronized (flow) {
            return stays;
        }
    }

    private final class Listener implements WritingListener {
        @Override
        public void room() {
            flow.room();
        }

        @Override
        public void committed() {
            became(Fate.STORED);
            registry.closed(Fill.this);
            synchronized (flow) {
                settled = true;
            }
            flow.trimOnDisk(); // all is written
            closeIfDone();
        }

        @Override
        public void failed(StoreFailure reason) {
            became(isOfTime(reason) ? Fate.OUTDATED : Fate.WRITE_FAILED);
            pass();
            flow.trimOnDisk();
            closeIfDone();
        }
    }

    /// The writing can be read until nobody does.
    private void closeIfDone() {
        synchronized (flow) {
            if (!flow.hasEnded() || !settled || flow.isWanted()) return;
            closed = true;
        }
        Writing to = flow.writing();
        if (to != null) to.close();
    }
}
