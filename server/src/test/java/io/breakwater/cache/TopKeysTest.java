package io.breakwater.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// The URLs that are asked for most, counted in bounded memory.
class TopKeysTest {
    private final AtomicLong nanos = new AtomicLong();
    private final TopKeys top = new TopKeys(nanos::get);

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private void ask(String url, int times) {
        for (int i = 0; i < times; i++) {
            pass(Duration.ofMillis(10)); // few a second: each is looked at
            top.count(url, top.weight(), i % 2 == 0, 100);
        }
    }

    @Test
    void mostRequestsComeFirst() {
        ask("a", 2);
        ask("b", 4);
        ask("c", 1);
        assertThat(top.lately(2).urls())
                .containsExactly(new TopKeys.Top("b", 4, 2, 400), new TopKeys.Top("a", 2, 1, 200));
    }

    @Test
    void whatIsAskedForOftenIsFoundAmongWhatIsAskedForOnce() {
        for (int i = 0; i < 20 * TopKeys.KEPT; i++) {
            ask("once " + i, 1);
            if (i % 10 == 0) ask("often", 1);
            if (i % 20 == 0) ask("sometimes", 1);
            if (i % 1000 == 0)
                assertThat(top.lately(9999).urls().size()).isLessThanOrEqualTo(2 * TopKeys.KEPT);
        }
        assertThat(top.lately(2).urls())
                .extracting(TopKeys.Top::url)
                .containsExactly("often", "sometimes");
    }

    @Test
    void whatIsLongAgoIsForgotten() {
        ask("old", 10);
        pass(Duration.ofMinutes(5));
        ask("new", 1);
        assertThat(top.lately(9).urls()).extracting(TopKeys.Top::url).containsExactly("old", "new");
        assertThat(top.lately(9).spanSeconds()).isEqualTo(300);
        pass(Duration.ofMinutes(5));
        assertThat(top.lately(9).urls()).extracting(TopKeys.Top::url).containsExactly("new");
        pass(Duration.ofHours(1));
        assertThat(top.lately(9).urls()).isEmpty();
        assertThat(top.lately(9).spanSeconds()).isZero();
    }

    @Test
    void ofManyRequestsSomeStandForAll() {
        int requests = 1_000_000;
        int looked = 0;
        for (int i = 0; i < requests; i++) {
            pass(Duration.ofNanos(10_000));
            int weight = top.weight();
            if (weight == 0) continue;
            looked++;
            top.count("busy", weight, true, 1);
        }
        assertThat(looked).isLessThan(requests / 16);
        long counted = top.lately(1).urls().getFirst().requests();
        assertThat(counted).isBetween(requests * 9L / 10, requests * 11L / 10);
        // And each again, when they have become few.
        pass(Duration.ofMinutes(5));
        for (int i = 0; i < 20; i++) {
            pass(Duration.ofSeconds(1));
            top.count("quiet", 1, true, 1);
        }
        assertThat(top.weight()).isEqualTo(1);
    }

    @Test
    void longUrlsAreLeftOut() {
        ask("x".repeat(TopKeys.LONGEST + 1), 5);
        assertThat(top.lately(9).urls()).isEmpty();
    }
}
