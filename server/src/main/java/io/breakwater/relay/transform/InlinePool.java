package io.breakwater.relay.transform;

import java.util.ArrayDeque;
import java.util.concurrent.CountDownLatch;
import org.eclipse.jetty.util.thread.ThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A "pool" that runs tasks on the calling thread. A task that is given from within a task waits
/// until that one is done, so tasks do not nest: the order is that of a pool with one thread per
/// caller, and the stack stays flat. Every way into the container leads through it, so a task that
/// ends an exchange never pulls it from under the container's feet.
final class InlinePool implements ThreadPool {
    private static final Logger LOG = LoggerFactory.getLogger(InlinePool.class);

    /// The tasks that wait on this thread; null while none runs.
    private static final ThreadLocal<ArrayDeque<Runnable>> WAITING = new ThreadLocal<>();

    private final CountDownLatch never = new CountDownLatch(1);

    @Override
    public void execute(Runnable task) {
        ArrayDeque<Runnable> waiting = WAITING.get();
        if (waiting != null) {
            waiting.add(task);
            return;
        }
        waiting = new ArrayDeque<>(4);
        WAITING.set(waiting);
        try {
            for (Runnable next = task; next != null; next = waiting.poll()) run(next);
        } finally {
            WAITING.remove();
        }
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error(
                    "a servlet step failed",
                    e); // the caller is an I/O thread that has other exchanges to serve
        }
    }

    @Override
    public void join() throws InterruptedException {
        never.await();
    }

    @Override
    public int getThreads() {
        return 0;
    }

    @Override
    public int getIdleThreads() {
        return 0;
    }

    @Override
    public boolean isLowOnThreads() {
        return false;
    }
}
