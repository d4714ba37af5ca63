package io.breakwater.tunnel;

import io.breakwater.io.TunnelEnd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import org.jspecify.annotations.Nullable;

/// One direction of a tunnel: reads from one end, writes to the other, and reads again when that is
/// written. So it holds one buffer, and that only while bytes are on their way.
///
/// Of WebSocket it knows where frames begin. So it can say goodbye between two of them; what comes
/// after that is read and thrown away, up to the end.
final class Direction extends IteratingCallback {
    private static final int LEAST_BUFFER_BYTES = 4 * 1024;
    private static final int MOST_BUFFER_BYTES = 64 * 1024;

    /// Buffers in a row before other connections have their turn.
    private static final int BUFFERS_PER_TURN = 16;

    private final Tunnel tunnel;
    private final Tunnel.Way way;
    private final TunnelEnd from;
    private final TunnelEnd to;
    private final ByteBufferPool buffers;
    private final Executor executor;
    private final @Nullable Frames frames;
    private final Callback readable = new Readable();

    private volatile boolean waiting;
    private volatile boolean leaving;

    // Of whoever iterates: one after the other.
    private @Nullable RetainableByteBuffer buffer;
    private int bufferBytes = LEAST_BUFFER_BYTES;
    private int turn;
    private boolean saidGoodbye;
    private boolean ended;

    Direction(
            Tunnel tunnel,
            Tunnel.Way way,
            TunnelEnd from,
            TunnelEnd to,
            ByteBufferPool buffers,
            Executor executor) {
        this.tunnel = tunnel;
        this.way = way;
        this.from = from;
        this.to = to;
        this.buffers = buffers;
        this.executor = executor;
        this.frames = tunnel.isWebSocket() ? new Frames() : null;
    }

    /// Says goodbye as soon as a frame has ended. Any thread.
    void leave() {
        leaving = true;
        iterate();
    }

    @Override
    protected Action process() {
        if (tunnel.isOver() || ended) {
            release();
            return Action.SUCCEEDED;
        }
        Frames known = frames;
        if (known != null && mayLeave(known) && known.isBetween()) {
            saidGoodbye = true;
            to.write(this, goodbye());
            return Action.SCHEDULED;
        }
        if (waiting) return Action.IDLE;
        try {
            return move(known);
        } catch (IOException e) {
            release();
            tunnel.broken(way.from());
            return Action.SUCCEEDED;
        }
    }

    private Action move(@Nullable Frames known) throws IOException {
        while (turn < BUFFERS_PER_TURN) {
            RetainableByteBuffer target = target();
            ByteBuffer bytes = target.getByteBuffer();
            BufferUtil.clear(bytes);
            int filled = from.fill(bytes);
            if (filled <= 0) {
                release();
                turn = 0;
                return filled == 0 ? await() : end();
            }
            turn++;
            if (filled >= bufferBytes) bufferBytes = Math.min(2 * bufferBytes, MOST_BUFFER_BYTES);
            tunnel.moved(way, filled);
            if (saidGoodbye) continue;
            write(bytes, known);
            return Action.SCHEDULED;
        }
        // Others have their turn, too.
        turn = 0;
        executor.execute(this::iterate);
        return Action.IDLE;
    }

    private void write(ByteBuffer bytes, @Nullable Frames known) {
        if (known != null) {
            boolean stop = mayLeave(known);
            int passed = known.pass(bytes, stop);
            if (known.isClosing()) tunnel.closing();
            if (stop && known.isBetween() && !known.isClosing()) {
                saidGoodbye = true;
                bytes.limit(bytes.position() + passed);
                to.write(this, bytes, goodbye());
                return;
            }
        }
        to.write(this, bytes);
    }

    private boolean mayLeave(Frames known) {
        return leaving && !saidGoodbye && !known.isClosing() && !tunnel.isClosing();
    }

    private ByteBuffer goodbye() {
        return way == Tunnel.Way.DOWN ? Goodbye.toClient() : Goodbye.toNode();
    }

    private Action await() {
        waiting = true;
        from.awaitReadable(readable);
        return Action.IDLE;
    }

    private Action end() {
        ended = true;
        // First, as the other end may answer to it at once.
        tunnel.ending(way);
        to.shutdownOutput();
        tunnel.ended();
        return Action.SUCCEEDED;
    }

    private RetainableByteBuffer target() {
        RetainableByteBuffer present = buffer;
        if (present != null && present.capacity() >= bufferBytes) return present;
        release();
        RetainableByteBuffer fresh = buffers.acquire(bufferBytes, true);
        buffer = fresh;
        return fresh;
    }

    private void release() {
        RetainableByteBuffer held = buffer;
        buffer = null;
        if (held != null) held.release();
    }

    @Override
    protected void onCompleteFailure(Throwable failure) {
        release();
        tunnel.broken(way.to());
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    private final class Readable implements Callback {
        @Override
        public void succeeded() {
            waiting = false;
            iterate();
        }

        @Override
        public void failed(Throwable failure) {
            // A closed end: reading says so.
            succeeded();
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }
    }
}
