package io.breakwater.io;

import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.thread.TryExecutor;
import org.eclipse.jetty.util.thread.strategy.AdaptiveExecutionStrategy;

/// Runs connections on the thread that asks and everything else on the pool.
///
/// When an answer is completed by another thread, Jetty hands the connection to the executor to
/// look for the next request. All our handlers are non-blocking, so the completing selector thread
/// may as well look itself: that saves a hand-over and a wake-up per request.
///
/// For what cannot wait, such as the failure of an HTTP/2 stream, Jetty makes a thread when none is
/// reserved: one for each of the streams that a client resets. Nothing blocks the pool's threads
/// here, so that it does not have to wait there either.
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
        if (pool.tryExecute(task)) return true;
        if (task instanceof AdaptiveExecutionStrategy) return false; // it goes on by itself then
        pool.execute(task);
        return true;
    }
}
