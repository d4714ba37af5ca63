package io.breakwater.cache.store;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A listener and callback that remembers what it was told and can be waited for.
final class Recorder implements WritingListener, DiskCallback {
    private static final long PATIENCE_SECONDS = 30;

    /// Completed with null for success.
    private final CompletableFuture<@Nullable StoreFailure> outcome = new CompletableFuture<>();

    private final Semaphore rooms = new Semaphore(0);

    @Override
    public void room() {
        rooms.release();
    }

    @Override
    public void committed() {
        end(null);
    }

    @Override
    public void done() {
        end(null);
    }

    @Override
    public void failed(StoreFailure reason) {
        end(reason);
    }

    private void end(@Nullable StoreFailure reason) {
        if (!outcome.complete(reason)) throw new IllegalStateException("told twice");
    }

    boolean isTold() {
        return outcome.isDone();
    }

    /// Waits for room, or for the end.
    void awaitRoom() {
        while (!isTold()) {
            try {
                if (rooms.tryAcquire(10, TimeUnit.MILLISECONDS)) return;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /// Waits for the outcome.
    ///
    /// @return null when it went well
    @Nullable StoreFailure await() {
        try {
            return outcome.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("nothing was told", e);
        }
    }
}
