package io.breakwater.io;

import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.thread.TryExecutor;

/// Runs connections on the thread that asks and everything else on the pool.
///
/// When an answer is completed by another thread, Jetty hands the connection to the executor to
/// look for the next request. All our handlers are non-blocking, so the completing selector thread
/// may as well look itself: that saves a hand-over and a wake-up per request.
public final class InlineExecutor implements TryExecutor {
    private final TryExecutor pool;

    /// Wraps a pool.
    ///
    /// @param pool runs all tasks that are not connections
    public InlineExecutor(TryExecutor pool) {
        this.pool = pool;
    }

    @Override
    public void execute(Runnable task) {
        if (task instanceof Connection) task.run();
        else pool.execute(task);
    }

    @Override
    public boolean tryExecute(Runnable task) {
        return pool.tryExecute(task);
    }
}
