package io.breakwater.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/// An end point of TCP that tells a reset from an end, and that is read by the selector's thread.
/// Jetty's makes an end of both, and then a body that is delimited by the end of the connection
/// would seem to be whole.
public class HonestEndPoint extends SocketChannelEndPoint implements Gathering {
    /// What may be read before the selector's other channels have their turn, in bytes: whoever
    /// sends as fast as it is read would keep the thread for itself.
    private static final int TURN_BYTES = 128 * 1024;

    private final ManagedSelector selector;

    /// What is left of it. Of one reader at a time.
    private int turn = TURN_BYTES;

    private volatile @Nullable GatheredWrites writes;

    /// Makes it.
    ///
    /// @param channel connected, non-blocking
    /// @param selector the channel's
    /// @param key the channel's with that selector
    /// @param scheduler of idle timeouts
    public HonestEndPoint(
            SocketChannel channel,
            ManagedSelector selector,
            SelectionKey key,
            Scheduler scheduler) {
        super(channel, selector, key, scheduler);
        this.selector = selector;
    }

    /// Has the next read look at the channel, however much was read before.
    ///
    /// @param endPoint one of these, or what is within TLS on one; of others nothing is known
    public static void beginTurn(EndPoint endPoint) {
        EndPoint plain = endPoint;
        while (plain instanceof EndPoint.Wrapper wrapper) plain = wrapper.unwrap();
        if (plain instanceof HonestEndPoint own) own.turn = TURN_BYTES;
    }

    /// Whether the calling thread is the selector's.
    final boolean isServed() {
        return SharedSelectors.serves(selector);
    }

    /// Does something when the selector's thread has dealt with all channels that are ready.
    final void later(Runnable task) {
        SharedSelectors.later(selector, task);
    }

    @Override
    public void gather(Runnable writing) {
        GatheredWrites gathered = writes;
        if (gathered == null) gathered = writes = new GatheredWrites(this, super::write);
        gathered.gather(writing);
    }

    @Override
    public void write(Callback callback, ByteBuffer... buffers) {
        GatheredWrites gathered = writes;
        if (gathered != null) gathered.write(callback, buffers);
        else super.write(callback, buffers);
    }

    @Override
    public void writeOut() {
        GatheredWrites gathered = writes;
        if (gathered != null) gathered.writeOut();
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        if (isInputShutdown()) return -1;
        if (turn <= 0) return 0; // whoever finds nothing waits, and is woken at once
        int position = BufferUtil.flipToFill(buffer);
        try {
            int filled = getChannel().read(buffer);
            if (filled > 0) {
                notIdle();
                turn -= filled;
            } else if (filled < 0) shutdownInput();
            return filled;
        } finally {
            BufferUtil.flipToFlush(buffer, position);
        }
    }

    @Override
    public void fillInterested(Callback callback) {
        turn = TURN_BYTES;
        super.fillInterested(InlineCallback.of(callback));
    }

    @Override
    public boolean tryFillInterested(Callback callback) {
        turn = TURN_BYTES;
        return super.tryFillInterested(InlineCallback.of(callback));
    }

    /// Jetty asks for it after each selection, and for a channel that was closed meanwhile learns
    /// of that by an exception.
    @Override
    public void updateKey() {
        if (getChannel().isOpen()) super.updateKey();
    }
}
