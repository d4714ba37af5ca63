package io.breakwater.cache;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.breakwater.cache.body.Body;
import io.breakwater.cache.body.Piece;
import io.breakwater.cache.fill.Fill;
import io.breakwater.cache.fill.Guest;
import io.breakwater.cache.policy.Slices;
import io.breakwater.cache.store.DiskCallback;
import io.breakwater.cache.store.Key;
import io.breakwater.cache.store.StoreFailure;
import io.breakwater.cache.store.StoredObject;
import io.breakwater.exchange.ErrorKind;
import org.jspecify.annotations.Nullable;

/// One slice as one client reads it: from the store, or from a fill that is joined or begun.
///
/// Threads: the reading, one call at a time; what comes of a disk or an upstream, any thread.
/// Nothing foreign runs under the lock.
final class SliceReader implements Guest<FillHead> {
    /// What is gone each time it was found is not looked for any more.
    private static final int MOST_LOOKUPS = 3;

    private final Visitor visitor;
    private final Slices slices;
    private final long number;
    private final Key key;
    private final long length;

    @GuardedBy("this")
    private @Nullable Body body;

    @GuardedBy("this")
    private @Nullable Runnable waiting;

    @GuardedBy("this")
    private boolean closed;

    private volatile @Nullable ErrorKind failure;
    private volatile Origin origin = Origin.STORE;
    private volatile boolean changed;
    private volatile int lookups;

    /// Where a slice comes from.
    enum Origin {
        /// It was stored.
        STORE,
        /// It was on its way for somebody else.
        JOINED,
        /// It was asked for.
        FETCHED
    }

    private SliceReader(Visitor visitor, Slices slices, long number) {
        this.visitor = visitor;
        this.slices = slices;
        this.number = number;
        this.key = visitor.cache().keys().hash(visitor, slices, number);
        this.length = slices.end(number) - slices.begin(number);
    }

    /// Begins to get a slice.
    ///
    /// @param visitor who reads
    /// @param slices what is known of the whole
    /// @param number of the slice
    /// @return to be closed
    static SliceReader open(Visitor visitor, Slices slices, long number) {
        SliceReader reader = new SliceReader(visitor, slices, number);
        reader.lookUp();
        return reader;
    }

    /// Takes a slice that is there.
    ///
    /// @param visitor who reads
    /// @param slices what is known of the whole
    /// @param number of the slice
    /// @param body read from a fill that has just told its head; taken over
    /// @return to be closed
    static SliceReader of(Visitor visitor, Slices slices, long number, Body body) {
        SliceReader reader = new SliceReader(visitor, slices, number);
        reader.settle(body);
        return reader;
    }

    long number() {
        return number;
    }

    /// Where it comes from, as far as that is known.
    Origin origin() {
        return origin;
    }

    /// Whether there is none because the response is another one by now.
    boolean isChanged() {
        return changed;
    }

    @Nullable ErrorKind failure() {
        ErrorKind own = failure;
        if (own != null) return own;
        Body present = body();
        return present == null ? null : present.failure();
    }

    private synchronized @Nullable Body body() {
        return body;
    }

    // ---- getting it

    @SuppressWarnings("NonAtomicVolatileUpdate") // one look after the other
    private void lookUp() {
        lookups++;
        StoredObject found = visitor.cache().open(key);
        if (found == null) {
            fetch();
        } else if (found.isReady()) {
            found(found);
        } else {
            found.loadHead(
                    new DiskCallback() {
                        @Override
                        public void done() {
                            found(found);
                        }

                        @Override
                        public void failed(StoreFailure reason) {
                            found.close();
                            fetch();
                        }
                    });
        }
    }

    private void found(StoredObject found) {
        if (found.bodyLength() == length) {
            settle(new StoredBody(found));
            return;
        }
        visitor.cache().store().remove(found);
        found.close();
        fetch();
    }

    private void fetch() {
        SliceFetch fetch = new SliceFetch(visitor, key, slices, number);
        long keep = visitor.policy().keepFilling();
        Fills fills = visitor.cache().fills();
        origin = Origin.JOINED;
        Fill<FillHead> own =
                visitor.policy().collapse()
                        ? fills.enter(key, fetch.primary(), this, () -> fetch.fill(key, keep))
                        : fills.alone(fetch.primary(), this, () -> fetch.fill(key, keep));
        if (own == null) return;
        origin = Origin.FETCHED;
        // It may have been stored since, by a fill that has just left.
        if (lookups < MOST_LOOKUPS && isThere()) {
            own.withdraw(new FillHead.Stored());
            return;
        }
        fetch.prepare(own);
        fetch.begin();
    }

    private boolean isThere() {
        try (StoredObject found = visitor.cache().open(key)) {
            return found != null;
        }
    }

    @Override
    public void arrived(Fill<FillHead> from) {
        switch (from.head()) {
            case FillHead.Sliced first -> read(from);
            case FillHead.Slice further -> read(from);
            case FillHead.Stored stored -> {
                origin = Origin.STORE;
                lookUp();
            }
            case FillHead.Changed not -> {
                changed = true;
                fail(ErrorKind.UPSTREAM_INVALID);
            }
            case FillHead.Passed error -> fail(ErrorKind.UPSTREAM_INVALID);
            case FillHead.Shared whole -> fail(ErrorKind.INTERNAL);
            case FillHead.Whole not -> fail(ErrorKind.INTERNAL);
            case FillHead.Unclear not -> fail(ErrorKind.INTERNAL);
            case FillHead.Validated not -> fail(ErrorKind.INTERNAL);
        }
    }

    private void read(Fill<FillHead> from) {
        Body read = from.read();
        if (read != null) settle(read);
        else if (lookups < MOST_LOOKUPS) lookUp();
        else fail(ErrorKind.INTERNAL);
    }

    @Override
    public void failed(ErrorKind kind) {
        fail(kind);
    }

    private void fail(ErrorKind kind) {
        failure = kind;
        wake();
    }

    private void settle(Body found) {
        boolean late;
        synchronized (this) {
            late = closed;
            if (!late) body = found;
        }
        if (late) found.close();
        else wake();
    }

    private void wake() {
        Runnable action;
        synchronized (this) {
            action = waiting;
            waiting = null;
        }
        if (action != null) action.run();
    }

    // ---- reading it

    /// As [Body#read], with a position in the slice.
    @Nullable Piece read(long position, int most) {
        Body present = body();
        if (present == null) return null;
        Piece piece = present.read(position, most);
        // Shorter than it said.
        if (piece == null && present.isEnd(position)) failure = ErrorKind.UPSTREAM_INVALID;
        return piece;
    }

    /// As [Body#await].
    void await(long position, Runnable action) {
        Body present;
        synchronized (this) {
            present = body;
            if (present == null && failure == null) {
                waiting = action;
                return;
            }
        }
        if (present == null) action.run();
        else if (present instanceof StoredBody stored)
            stored.await(position, () -> loaded(stored, action));
        else present.await(position, action);
    }

    /// What a disk has lost is fetched: the bytes are the same.
    private void loaded(StoredBody stored, Runnable action) {
        if (stored.failure() == null || lookups >= MOST_LOOKUPS) {
            action.run();
            return;
        }
        synchronized (this) {
            if (closed) return;
            body = null;
            waiting = action;
        }
        stored.close();
        lookUp();
    }

    void close() {
        Body present;
        synchronized (this) {
            closed = true;
            waiting = null;
            present = body;
        }
        if (present != null) present.close();
    }
}
