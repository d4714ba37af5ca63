package io.breakwater.io;

import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;

/// A callback that the selector's thread may call. Jetty's HTTP/2 connections do not say so of
/// theirs, and for what might block Jetty has another thread select meanwhile. Nothing blocks here.
record InlineCallback(Callback callback) implements Callback {
    /// Makes one of any callback.
    ///
    /// @param callback such as tells of bytes that can be read
    /// @return itself if it says that it does not block
    static Callback of(Callback callback) {
        return callback.getInvocationType() == InvocationType.NON_BLOCKING
                ? callback
                : new InlineCallback(callback);
    }

    @Override
    public void succeeded() {
        callback.succeeded();
    }

    @Override
    public void failed(Throwable failure) {
        callback.failed(failure);
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }
}
