package io.breakwater.cache.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.cache.store.Scope.Strength;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Many threads at one small store: what is read is always what was written under that key, nothing
/// purged is found, and all blocks are accounted for in the end.
class StoreConcurrencyTest {
    private static final int KEYS = 150;
    private static final int HOSTS = 4;
    private static final int WRITES = 1200;

    @TempDir private Path folder;

    /// The last purge of each host that has returned.
    private final AtomicLongArray purged = new AtomicLongArray(HOSTS);

    private final AtomicBoolean over = new AtomicBoolean();

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void readersWritersPurgesAndEvictionTogether(int files) throws Exception {
        try (StoreKit kit = StoreKit.of(folder, 300 / files, files);
                ExecutorService threads = Executors.newCachedThreadPool()) {
            List<Future<?>> writers = new ArrayList<>();
            List<Future<?>> others = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                int seed = i;
                writers.add(threads.submit(() -> write(kit, new Random(seed))));
                others.add(threads.submit(() -> read(kit, new Random(100 + seed))));
            }
            others.add(threads.submit(() -> purge(kit, new Random(200))));
            others.add(threads.submit(() -> freshen(kit, new Random(300))));
            for (Future<?> writer : writers) writer.get(120, TimeUnit.SECONDS);
            over.set(true);
            for (Future<?> other : others) other.get(60, TimeUnit.SECONDS);

            long evictions = 0;
            for (int i = 0; i < files; i++) {
                evictions += kit.file(i).evictions();
                assertThat(kit.file(i).checksumFailures()).isZero();
            }
            assertThat(evictions).isPositive();
            assertThat(kit.store().figures().openTickets()).isZero();
            kit.restart();
            for (int key = 0; key < KEYS; key++) check(kit, key);
            kit.assertNoBlockIsLost();
        }
    }

    @Test
    void directoryFindsWhatIsThereWhileEntriesMove() throws Exception {
        Directory directory = new Directory(1000);
        for (int i = 0; i < 500; i++) directory.insert(StoreKit.key(i).fingerprint(), i);
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            Future<?> changer =
                    threads.submit(() -> {
                        for (int round = 0; round < 300; round++) {
                            for (int i = 500; i < 999; i++)
                                directory.insert(StoreKit.key(i).fingerprint(), i);
                            for (int i = 500; i < 999; i++)
                                directory.remove(StoreKit.key(i).fingerprint(), i);
                        }
                    });
            while (!changer.isDone()) {
                for (int i = 0; i < 500; i++) assertThat(finds(directory, i)).isTrue();
            }
            changer.get();
        }
        assertThat(directory.count()).isEqualTo(500);
    }

    private static boolean finds(Directory directory, int reference) {
        int fingerprint = StoreKit.key(reference).fingerprint();
        while (true) {
            long stamp = directory.stamp();
            long place = directory.home(fingerprint);
            for (long entry = directory.entry(place); entry != 0; entry = directory.entry(place)) {
                if (Directory.reference(entry) == reference) return true;
                place = directory.after(place);
            }
            if (!directory.changedSince(stamp)) return false;
        }
    }

    private void write(StoreKit kit, Random random) {
        for (int i = 0; i < WRITES; i++) {
            int key = random.nextInt(KEYS);
            int length = random.nextInt(10) == 0 ? random.nextInt(100_000) : random.nextInt(6000);
            long seed = random.nextLong();
            Label label =
                    new Label(StoreKit.key(key), "https://h/" + key, host(key), List.of("t" + key));
            Recorder recorder = new Recorder();
            try (Writing writing =
                    kit.begin(
                            kit.store().ticket(),
                            label,
                            key + ":" + seed + ":" + length,
                            random.nextBoolean() ? length : -1,
                            recorder)) {
                StoreKit.append(writing, recorder, StoreKit.body(seed, length));
                if (random.nextInt(20) == 0) continue;
                writing.commit();
                if (random.nextBoolean()) recorder.await();
            }
        }
    }

    private void read(StoreKit kit, Random random) {
        while (!over.get()) check(kit, random.nextInt(KEYS));
    }

    private void check(StoreKit kit, int key) {
        long before = purged.get(key % HOSTS);
        try (StoredObject object = kit.open(key)) {
            if (object == null) return;
            assertThat(object.sequence()).as("purged").isGreaterThan(before);
            String head = StandardCharsets.UTF_8.decode(object.head()).toString();
            String[] parts = head.strip().split(":", -1);
            assertThat(parts[0]).isEqualTo(String.valueOf(key));
            byte[] body = StoreKit.body(Long.parseLong(parts[1]), Integer.parseInt(parts[2]));
            assertThat(StoreKit.read(object)).isEqualTo(body);
        }
    }

    private int purge(StoreKit kit, Random random) throws Exception {
        int purges = 0;
        while (!over.get()) {
            int host = random.nextInt(HOSTS);
            purges++;
            Strength strength = random.nextBoolean() ? Strength.HARD : Strength.SOFT;
            Purge purge = kit.store().purge(new Scope.Host(host(host)), strength);
            if (strength == Strength.HARD) purged.set(host, purge.sequence());
            kit.store().count(new Scope.Tag("t" + random.nextInt(KEYS)));
            if (random.nextBoolean())
                purge.affected().toCompletableFuture().get(30, TimeUnit.SECONDS);
        }
        return purges;
    }

    private void freshen(StoreKit kit, Random random) {
        while (!over.get()) {
            try (StoredObject object = kit.open(random.nextInt(KEYS))) {
                if (object == null) continue;
                String head = StandardCharsets.UTF_8.decode(object.head()).toString().strip();
                Recorder recorder = new Recorder();
                kit.store()
                        .freshen(
                                object,
                                kit.store().ticket(),
                                StoreKit.head(head + " ".repeat(random.nextInt(600))),
                                List.of(),
                                recorder);
                recorder.await();
            }
        }
    }

    private static String host(int key) {
        return "host" + key % HOSTS;
    }
}
