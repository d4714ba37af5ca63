package io.breakwater.cache.store;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The threads of a block file: one that writes, some that read. They are never interrupted, as
/// that would close the file.
final class DiskThreads {
    private static final Logger LOG = LoggerFactory.getLogger(DiskThreads.class);
    private static final int MOST_WAITING_LOADS = 512;

    private final ThreadPoolExecutor writer;
    private final ThreadPoolExecutor loaders;

    /// @param number of the file among those of the store
    /// @param readers how many threads read
    DiskThreads(int number, int readers) {
        // Bounded by the number of writings, each of which waits at most once.
        writer = pool(1, new LinkedBlockingQueue<>(), "bw-disk-write-" + number);
        loaders =
                pool(
                        readers,
                        new ArrayBlockingQueue<>(MOST_WAITING_LOADS),
                        "bw-disk-read-" + number + "-");
    }

    private static ThreadPoolExecutor pool(
            int threads, BlockingQueue<Runnable> queue, String name) {
        AtomicInteger numbers = new AtomicInteger();
        ThreadFactory factory =
                task ->
                        Thread.ofPlatform()
                                .daemon()
                                .name(threads == 1 ? name : name + numbers.getAndIncrement())
                                .unstarted(task);
        return new ThreadPoolExecutor(threads, threads, 0, TimeUnit.SECONDS, queue, factory);
    }

    /// Runs a task on the thread that writes.
    ///
    /// @return false when the store is closed
    boolean write(Runnable task) {
        return run(writer, task);
    }

    /// Runs a task on a thread that reads.
    ///
    /// @return false when too many wait, or the store is closed
    boolean read(Runnable task) {
        return run(loaders, task);
    }

    int waitingLoads() {
        return loaders.getQueue().size();
    }

    private static boolean run(ThreadPoolExecutor pool, Runnable task) {
        try {
            pool.execute(() -> guarded(task));
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    /// A task deals with what it can expect; what is left over is a mistake, which must not end the
    /// thread.
    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.error("a disk task failed", e);
        }
    }

    /// Lets what waits end, but not without end: a disk may hang.
    ///
    /// @return false when something still runs
    boolean close(Duration patience) throws InterruptedException {
        writer.shutdown();
        loaders.shutdown();
        long end = System.nanoTime() + patience.toNanos();
        return writer.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS)
                && loaders.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS);
    }
}
