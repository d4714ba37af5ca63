package io.breakwater.cache.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/// Question: what does a hit cost in the store, from the key to the bytes?
///
/// Workload: 10,000 objects of 1 kB in blocks of 4 kB, all in memory; a random one is opened, its
/// head and its body are taken, it is closed. The same by two threads; a key that is not there. Run
/// as in `RouteTableBenchmark`, with `StoreBenchmark`.
///
/// Last result, JDK 25, two busy cores: 272 ns for a hit, 43 ns for a miss, 368 bytes of garbage
/// for a hit.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class StoreBenchmark {
    private static final int OBJECTS = 10_000;

    private Path folder;
    private BlockStore store;

    /// A source of keys for each thread.
    @State(Scope.Thread)
    public static class Keys {
        private final SplittableRandom random = new SplittableRandom(1);

        Key next() {
            return StoreLoad.key(random.nextInt(OBJECTS));
        }
    }

    /// Fills a store.
    @Setup
    public void fill() throws IOException, InterruptedException {
        folder = Files.createTempDirectory("store");
        store = StoreLoad.open(folder, 64 << 20, 4096);
        StoreLoad.fill(store, OBJECTS, 1024);
    }

    /// Deletes it.
    @TearDown
    public void delete() throws IOException {
        store.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }

    /// One thread.
    @Benchmark
    public int hit(Keys keys) {
        return read(keys.next());
    }

    /// Two threads.
    @Benchmark
    @Threads(2)
    public int hitByTwo(Keys keys) {
        return read(keys.next());
    }

    /// A key that is not there.
    @Benchmark
    public @Nullable Object miss(Keys keys) {
        return store.open(StoreLoad.key(OBJECTS + keys.random.nextInt(OBJECTS)));
    }

    private int read(Key key) {
        try (StoredObject object = store.open(key)) {
            if (object == null) throw new IllegalStateException("not there");
            ByteBuffer body = object.read(0, 1024);
            if (body == null) throw new IllegalStateException("not in memory");
            return object.head().remaining() + body.remaining();
        }
    }
}
