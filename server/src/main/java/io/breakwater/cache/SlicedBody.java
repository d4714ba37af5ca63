package io.breakwater.cache;

import io.breakwater.cache.body.Body;
import io.breakwater.cache.body.Piece;
import io.breakwater.cache.policy.Slices;
import io.breakwater.exchange.ErrorKind;
import org.jspecify.annotations.Nullable;

/// A body in slices, of which the present one and the next are open: while one is sent, the one
/// behind it is looked for, or fetched, if bytes of it are wanted.
final class SlicedBody implements Body {
    private final Visitor visitor;
    private final Slices slices;
    private @Nullable SliceReader present;
    private @Nullable SliceReader ahead;
    private long wantedTo;
    private boolean closed;

    /// A body of which nothing is open yet.
    SlicedBody(Visitor visitor, Slices slices) {
        this.visitor = visitor;
        this.slices = slices;
    }

    /// Takes a slice that is on its way. Before anything is read.
    void take(SliceReader reader) {
        present = reader;
    }

    /// Begins to get the slice of a place.
    ///
    /// @param position 0 to below the length
    /// @return the slice
    SliceReader open(long position) {
        return at(position);
    }

    /// Whether bytes of a place are there.
    boolean isThere(long position) {
        Piece piece = read(position, 1);
        if (piece != null) piece.release();
        return piece != null;
    }

    @Override
    public long length() {
        return slices.total();
    }

    @Override
    public void expect(long from, long to) {
        wantedTo = to < 0 ? slices.total() : to;
    }

    @Override
    public @Nullable Piece read(long position, int most) {
        SliceReader reader = at(position);
        long begin = slices.begin(reader.number());
        long left = slices.end(reader.number()) - position;
        return reader.read(position - begin, (int) Math.min(most, left));
    }

    private SliceReader at(long position) {
        long number = slices.number(position);
        SliceReader reader = present;
        if (reader == null || reader.number() != number) reader = next(number);
        boolean further = ahead == null && slices.end(number) < wantedTo;
        if (further) ahead = SliceReader.open(visitor, slices, number + 1);
        return reader;
    }

    private SliceReader next(long number) {
        if (closed) throw new IllegalStateException("closed");
        SliceReader old = present;
        if (old != null) old.close();
        SliceReader reader = ahead;
        ahead = null;
        if (reader != null && reader.number() != number) {
            reader.close();
            reader = null;
        }
        if (reader == null) reader = SliceReader.open(visitor, slices, number);
        present = reader;
        return reader;
    }

    @Override
    public void await(long position, Runnable action) {
        SliceReader reader = at(position);
        reader.await(position - slices.begin(reader.number()), action);
    }

    @Override
    public boolean isEnd(long position) {
        return position >= slices.total();
    }

    @Override
    public @Nullable ErrorKind failure() {
        SliceReader reader = present;
        return reader == null ? null : reader.failure();
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        if (present != null) present.close();
        if (ahead != null) ahead.close();
    }
}
