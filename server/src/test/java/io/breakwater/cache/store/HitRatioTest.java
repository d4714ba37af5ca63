package io.breakwater.cache.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The hit ratio of the store's eviction beside that of Caffeine (W-TinyLFU) and of LRU, on the
/// same trace: a million requests for 100,000 objects of one block by a Zipf distribution of
/// exponent 0.9, with room for 10,000.
class HitRatioTest {
    private static final int REQUESTS = 1_000_000;
    private static final int OBJECTS = 100_000;
    private static final int ROOM = 10_000;
    private static final double EXPONENT = 0.9;

    private final int[] trace = trace();

    @Test
    void isWithinTwoPointsOfCaffeineAndAboveLru() {
        double store = percent(storeHits());
        double caffeine = percent(caffeineHits());
        double lru = percent(lruHits());
        String figures = "store %.2f, Caffeine %.2f, LRU %.2f".formatted(store, caffeine, lru);
        assertThat(store).as(figures).isGreaterThan(caffeine - 2).isGreaterThan(lru);
    }

    private int storeHits() {
        // Block 0 is never used.
        Pins pins = new Pins(ROOM + 1);
        Eviction eviction = new Eviction(ROOM + 1, pins);
        int[] blockOf = new int[OBJECTS];
        int[] objectOf = new int[ROOM + 1];
        int free = ROOM;
        int hits = 0;
        for (int object : trace) {
            if (blockOf[object] != 0) {
                hits++;
                assertThat(pins.use(blockOf[object])).isTrue();
                pins.unpin(blockOf[object]);
                continue;
            }
            int block = free > 0 ? free-- : eviction.victim(any -> 1);
            if (objectOf[block] != 0 || blockOf[objectOf[block]] == block) {
                eviction.evicted(block, 1, fingerprint(objectOf[block]));
                pins.retire(block);
                blockOf[objectOf[block]] = 0;
            }
            blockOf[object] = block;
            objectOf[block] = object;
            pins.publish(block, 0, 0);
            eviction.add(block, 1, fingerprint(object));
        }
        return hits;
    }

    private static int fingerprint(int object) {
        return StoreKit.key(object).fingerprint();
    }

    private int caffeineHits() {
        Cache<Integer, Integer> cache =
                Caffeine.newBuilder().maximumSize(ROOM).executor(Runnable::run).build();
        int hits = 0;
        for (int object : trace) {
            if (cache.getIfPresent(object) != null) hits++;
            else cache.put(object, object);
        }
        return hits;
    }

    private int lruHits() {
        Map<Integer, Integer> cache =
                new LinkedHashMap<>(ROOM, 0.75f, true) {
                    private static final long serialVersionUID = 1;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<Integer, Integer> eldest) {
                        return size() > ROOM;
                    }
                };
        int hits = 0;
        for (int object : trace) {
            if (cache.get(object) != null) hits++;
            else cache.put(object, object);
        }
        return hits;
    }

    private static double percent(int hits) {
        return hits * 100.0 / REQUESTS;
    }

    private static int[] trace() {
        double[] upTo = new double[OBJECTS];
        double sum = 0;
        for (int i = 0; i < OBJECTS; i++) {
            sum += 1 / Math.pow(i + 1.0, EXPONENT);
            upTo[i] = sum;
        }
        Random random = new Random(42);
        int[] trace = new int[REQUESTS];
        for (int i = 0; i < REQUESTS; i++) {
            double wanted = random.nextDouble() * sum;
            int low = 0;
            int high = OBJECTS - 1;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (upTo[middle] < wanted) low = middle + 1;
                else high = middle;
            }
            trace[i] = low;
        }
        return trace;
    }
}
