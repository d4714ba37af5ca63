package io.breakwater.cache.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Question: what do a million objects of 2 kB cost: memory, a restart, looking one up, purging all
/// of them by a tag?
///
/// Workload: the objects are stored in a file of 4.2 GB with blocks of 4 kB, in a folder that is
/// given; the store is closed and opened again; half a million random keys are looked up in a store
/// of ten thousand objects and in this one; a tag that all have is purged softly. Built as in
/// `RouteTableBenchmark`, then `java --enable-native-access=ALL-UNNAMED -Xmx512m -cp
/// server/target/test-classes:server/target/classes:... io.breakwater.cache.store.MillionObjects
/// FOLDER [OBJECTS]`.
///
/// Last result, JDK 25, two cores that were busy with other things, worst of three runs in
/// brackets: 110.5 bytes for each object and nothing on the heap; opened again in 0.5 s (1.6 s);
/// 240 ns to look one of 10,000 up, 1.5 µs one of a million, most of it for pages of the mapped
/// file that are touched for the first time; purged softly in 7 ms (26 ms), all marked after 0.25 s
/// (1.6 s); counted in 0.2 s (0.7 s).
final class MillionObjects {
    private static final int LOOKUPS = 500_000;
    private static final int BLOCK = 4096;

    private MillionObjects() {}

    /// Measures and prints.
    ///
    /// @param args a folder for the files, and how many objects if not a million
    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory(Path.of(args[0]), "million");
        int objects = args.length > 1 ? Integer.parseInt(args[1]) : 1_000_000;
        try {
            double few = lookups(folder, 10_000);
            long heap = usedHeap();
            Path large = Files.createDirectory(folder.resolve("large"));
            long begin = System.nanoTime();
            BlockStore store = StoreLoad.open(large, bytes(objects), BLOCK);
            StoreLoad.fill(store, objects, 2048);
            print("stored %,d objects in %d ms", store.figures().objects(), millis(begin));
            print(
                    "index: %.1f bytes of memory for each object, heap %+.1f",
                    store.figures().memoryBytes() / (double) objects,
                    (usedHeap() - heap) / (double) objects);
            double many = lookup(store, objects);
            print("looking up: %.0f ns of 10,000, %.0f ns of %,d", few, many, objects);
            store.close();
            begin = System.nanoTime();
            store = StoreLoad.open(large, bytes(objects), BLOCK);
            print(
                    "opened again with %,d objects in %d ms",
                    store.figures().objects(), millis(begin));
            purge(store, objects);
            store.close();
        } finally {
            delete(folder);
        }
    }

    private static void purge(BlockStore store, int objects) throws Exception {
        long begin = System.nanoTime();
        long count = store.count(new Scope.Tag("all"));
        print("counted %,d objects with a tag in %d ms", count, millis(begin));
        begin = System.nanoTime();
        Purge purge = store.purge(new Scope.Tag("all"), Scope.Strength.SOFT);
        print("purged softly in %.1f ms", (System.nanoTime() - begin) / 1e6);
        int fresh = 0;
        for (int i = 0; i < objects; i += 1000) {
            try (StoredObject object = store.open(StoreLoad.key(i))) {
                if (object == null || object.isReady() && !object.mustValidate()) fresh++;
            }
        }
        long affected = purge.affected().toCompletableFuture().get(60, TimeUnit.SECONDS);
        print(
                "%d of a sample not to be validated; all %,d marked after %d ms",
                fresh, affected, millis(begin));
        begin = System.nanoTime();
        purge = store.purge(new Scope.All(), Scope.Strength.HARD);
        affected = purge.affected().toCompletableFuture().get(60, TimeUnit.SECONDS);
        print("all %,d dropped %d ms after a hard purge", affected, millis(begin));
    }

    private static double lookups(Path folder, int objects) throws Exception {
        Path small = Files.createDirectory(folder.resolve("small"));
        try (BlockStore store = StoreLoad.open(small, bytes(objects), BLOCK)) {
            StoreLoad.fill(store, objects, 2048);
            return lookup(store, objects);
        }
    }

    /// The best of several rounds, as other things run on the machine.
    private static double lookup(BlockStore store, int objects) {
        double best = Double.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            SplittableRandom random = new SplittableRandom(round);
            long begin = System.nanoTime();
            for (int i = 0; i < LOOKUPS; i++) {
                try (StoredObject object = store.open(StoreLoad.key(random.nextInt(objects)))) {
                    if (object == null) throw new IllegalStateException("not there");
                }
            }
            best = Math.min(best, (System.nanoTime() - begin) / (double) LOOKUPS);
        }
        return best;
    }

    private static long bytes(int objects) {
        return (objects + objects / 20 + 64L) * BLOCK;
    }

    private static long usedHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static long millis(long begin) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    }

    private static void print(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }
}
