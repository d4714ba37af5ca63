package io.breakwater.acme;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/// Runs on a thread apart what must not be interrupted: an interrupt closes the file that its
/// thread reads or writes, which for the store is the whole database, and would leave a change of
/// the configuration half done. Orders are given up by interrupts.
final class Apart {
    private Apart() {}

    /// Runs work to its end, whatever happens to the caller meanwhile.
    ///
    /// @param work what to do
    /// @return what it returns
    /// @throws ExecutionException with what it throws
    static <T extends @Nullable Object> T call(Callable<T> work) throws ExecutionException {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofVirtual().name("bw-acme-apart").start(task);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }
}
