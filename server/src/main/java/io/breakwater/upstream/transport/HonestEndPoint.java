package io.breakwater.upstream.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.Scheduler;

/// An end point that tells a reset from an end. Jetty's makes an end of both, and then a body that
/// is delimited by the end of the connection would seem to be whole.
final class HonestEndPoint extends SocketChannelEndPoint {
    HonestEndPoint(
            SocketChannel channel,
            ManagedSelector selector,
            SelectionKey key,
            Scheduler scheduler) {
        super(channel, selector, key, scheduler);
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        if (isInputShutdown()) return -1;
        int position = BufferUtil.flipToFill(buffer);
        try {
            int filled = getChannel().read(buffer);
            if (filled > 0) notIdle();
            else if (filled < 0) shutdownInput();
            return filled;
        } finally {
            BufferUtil.flipToFlush(buffer, position);
        }
    }
}
