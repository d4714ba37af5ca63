package io.breakwater.cache.body;

import io.breakwater.exchange.ErrorKind;
import org.jspecify.annotations.Nullable;

/// A body that can be read from any place, and may still be growing. For one reader; one call at a
/// time.
public interface Body extends AutoCloseable {
    /// Its length.
    ///
    /// @return bytes, -1 while not known
    long length();

    /// Says what is read next, which may be got ready.
    ///
    /// @param from the first position
    /// @param to the position after the last; -1: to the end
    default void expect(long from, long to) {
        // What is in one piece needs not be told.
    }

    /// Bytes at a place.
    ///
    /// @param position 0 to below the length
    /// @param most how many are wanted at most, 1 or more
    /// @return at least one byte, to be released; null when there are none yet, at the end, or
    ///   after a failure
    @Nullable Piece read(long position, int most);

    /// Waits until it helps to read again.
    ///
    /// @param position where [#read] found nothing
    /// @param action run once, soon or later, on any thread that may do I/O; must not block
    void await(long position, Runnable action);

    /// How long a wait may take.
    ///
    /// @return nanoseconds, above 0; the greatest number when what is waited for has a deadline of
    ///   its own
    default long patienceNanos() {
        return Long.MAX_VALUE;
    }

    /// Whether a place is the end.
    ///
    /// @param position 0 to the length
    /// @return true when all bytes are before it
    boolean isEnd(long position);

    /// Why there will be no more bytes.
    ///
    /// @return null while there may
    @Nullable ErrorKind failure();

    /// Says that a piece could not be written.
    default void doubt() {
        // What is not stored comes from no disk.
    }

    /// Ends the reading. Pieces that are not released yet stay valid. Any number of times.
    @Override
    void close();
}
