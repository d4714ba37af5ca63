package io.breakwater.relay;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The attempts of one call that are under way: one, or two when a slow one is hedged; and the one
/// that is answered first. Any thread.
final class Runners {
    @GuardedBy("this")
    private @Nullable Attempt first;

    @GuardedBy("this")
    private @Nullable Attempt rival;

    @GuardedBy("this")
    private @Nullable Attempt winner;

    /// An attempt begins while none is under way.
    synchronized void start(Attempt attempt) {
        first = attempt;
    }

    /// An attempt begins beside the one under way.
    ///
    /// @param attempt the second
    /// @return false when there is not exactly one, or it has been answered
    synchronized boolean join(Attempt attempt) {
        if (first == null || rival != null || winner != null) return false;
        rival = attempt;
        return true;
    }

    /// The one attempt under way that waits for its answer.
    ///
    /// @return null when there are none or two, or one has been answered
    synchronized @Nullable Attempt single() {
        return rival == null && winner == null ? first : null;
    }

    /// What an attempt was when it ended.
    enum Leaving {
        /// The one whose answer is the response.
        WINNER,
        /// The last one under way.
        LAST,
        /// One of two: the other goes on.
        ONE_OF_TWO,
        /// None of them any more.
        GONE
    }

    /// An attempt was answered with what is to become the response.
    ///
    /// @param attempt the attempt
    /// @return false when another one was before, or it has failed meanwhile
    @SuppressWarnings("ReferenceEquality") // this very attempt
    synchronized boolean win(Attempt attempt) {
        if (winner != null || (first != attempt && rival != attempt)) return false;
        winner = attempt;
        return true;
    }

    /// Whether some attempt has been answered.
    synchronized boolean isWon() {
        return winner != null;
    }

    /// An attempt has ended.
    ///
    /// @param attempt the attempt
    /// @return what it was
    @SuppressWarnings("ReferenceEquality") // this very attempt
    synchronized Leaving leave(Attempt attempt) {
        if (first == attempt) {
            first = rival;
            rival = null;
        } else if (rival == attempt) {
            rival = null;
        } else {
            return Leaving.GONE;
        }
        if (winner == attempt) return Leaving.WINNER;
        return first == null ? Leaving.LAST : Leaving.ONE_OF_TWO;
    }

    /// Those under way.
    ///
    /// @return at most two
    synchronized List<Attempt> all() {
        return Stream.of(first, rival).filter(Objects::nonNull).toList();
    }

    /// The other one.
    ///
    /// @param attempt one of them
    /// @return null when there is none
    @SuppressWarnings("ReferenceEquality") // this very attempt
    synchronized @Nullable Attempt otherThan(Attempt attempt) {
        return first == attempt ? rival : first;
    }
}
