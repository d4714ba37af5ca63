package io.breakwater.cache.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/// Fills stores for measurements.
final class StoreLoad {
    private static final int AT_ONCE = 256;

    private StoreLoad() {}

    static BlockStore open(Path folder, long bytes, int blockBytes) throws IOException {
        return BlockStore.open(
                StoreSettings.of(
                        List.of(new StoreSettings.BlockFile(folder.resolve("blocks"), bytes)),
                        folder.resolve("purges"),
                        blockBytes));
    }

    static Key key(long number) {
        return new Key(Hashes.mix(number + 1), Hashes.mix(~number));
    }

    /// Stores objects with a tag that all have and one of a thousand others.
    static void fill(BlockStore store, int objects, int bodyBytes) throws InterruptedException {
        Semaphore permits = new Semaphore(AT_ONCE);
        AtomicInteger failures = new AtomicInteger();
        ByteBuffer head = ByteBuffer.allocate(300);
        ByteBuffer body = ByteBuffer.allocateDirect(bodyBytes);
        for (int i = 0; i < objects; i++) {
            Label label =
                    new Label(
                            key(i),
                            "https://www.example.com/products/" + i,
                            "www.example.com",
                            List.of("all", "t" + i % 1000));
            permits.acquire();
            Listener listener = new Listener(permits, failures);
            Writing writing = store.begin(store.ticket(), label, head, bodyBytes, listener);
            if (writing == null) throw new IllegalStateException("refused at " + i);
            writing.append(body, () -> {});
            writing.commit();
            writing.close();
        }
        permits.acquire(AT_ONCE);
        if (failures.get() > 0) throw new IllegalStateException(failures + " failures");
    }

    private record Listener(Semaphore permits, AtomicInteger failures) implements WritingListener {
        @Override
        public void room() {
            // Each writing appends once.
        }

        @Override
        public void committed() {
            permits.release();
        }

        @Override
        public void failed(StoreFailure reason) {
            failures.getAndIncrement();
            permits.release();
        }
    }
}
