package io.breakwater.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.PriorityQueue;
import org.junit.jupiter.api.Test;

/// The limit that finds itself, in front of a simulated node with a number of workers.
class GradientTest {
    private static final long MILLI = 1_000_000L;

    private final PriorityQueue<Request> working = new PriorityQueue<>();
    private final ArrayDeque<Request> waiting = new ArrayDeque<>();
    private long now = 1_000 * MILLI;
    private int refused;

    private record Request(long cameNanos, long doneNanos) implements Comparable<Request> {
        @Override
        public int compareTo(Request other) {
            return Long.compare(doneNanos, other.doneNanos);
        }
    }

    /// So many requests a second for some seconds.
    private void offer(
            Gradient limit, int perSecond, int seconds, int workers, long serviceMillis) {
        long pause = 1_000L * MILLI / perSecond;
        long end = now + seconds * 1_000L * MILLI;
        while (now < end) {
            now += pause;
            while (!working.isEmpty() && working.peek().doneNanos() <= now) {
                Request done = working.remove();
                limit.leave(done.doneNanos() - done.cameNanos(), false, now);
                Request next = waiting.poll();
                if (next != null)
                    working.add(
                            new Request(
                                    next.cameNanos(), done.doneNanos() + serviceMillis * MILLI));
            }
            if (!limit.enter()) refused++;
            else if (working.size() < workers)
                working.add(new Request(now, now + serviceMillis * MILLI));
            else waiting.add(new Request(now, 0));
        }
    }

    @Test
    void findsWhatANodeCanDoWhenItIsStormed() {
        Gradient limit = new Gradient(2, 1000, now);
        offer(limit, 2000, 120, 50, 50); // twice what it can do
        assertThat(limit.limit()).isBetween(50, 180);
        assertThat(waiting).hasSizeLessThan(150);
        refused = 0;
        offer(limit, 2000, 10, 50, 50);
        // It does all that it can, or nearly so.
        assertThat(refused).isBetween(8_000, 13_000);
    }

    @Test
    void shrinksForASmallNode() {
        Gradient limit = new Gradient(2, 1000, now);
        offer(limit, 1000, 120, 4, 20);
        assertThat(limit.limit()).isBetween(4, 30);
    }

    @Test
    void isOutOfTheWayWhenThereIsLittleToDo() {
        Gradient limit = new Gradient(2, 1000, now);
        offer(limit, 100, 60, 50, 50);
        assertThat(refused).isZero();
    }

    @Test
    void findsItsWayBackAfterASlowTime() {
        Gradient limit = new Gradient(2, 1000, now);
        offer(limit, 2000, 60, 50, 50);
        offer(limit, 2000, 60, 50, 400);
        offer(limit, 2000, 120, 50, 50);
        refused = 0;
        offer(limit, 2000, 10, 50, 50);
        assertThat(refused).isBetween(8_000, 13_000);
    }

    @Test
    void keepsWithinItsBounds() {
        Gradient limit = new Gradient(5, 30, now);
        assertThat(limit.limit()).isEqualTo(20);
        offer(limit, 5000, 50, 1000, 50);
        assertThat(limit.limit()).isEqualTo(30);
        for (int i = 0; i < 100; i++) {
            // One of those under way is not answered in time, and another one comes.
            now += 200 * MILLI;
            limit.leave(-1, true, now);
            limit.enter();
        }
        assertThat(limit.limit()).isEqualTo(5);
    }
}
