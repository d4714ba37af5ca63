package io.breakwater.admin.api;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client of the event stream. Writes never block: what the connection does not take waits in a
/// bounded queue, and a client that falls too far behind is cut off.
///
/// The lock is held over calls of the servlet output stream, which only hand bytes on; the
/// container calls back on other threads, so two writers would meet there without it.
final class EventClient implements WriteListener, AsyncListener {
    private static final Logger LOG = LoggerFactory.getLogger(EventClient.class);
    private static final int MAX_PENDING_BYTES = 256 * 1024;

    private final AsyncContext async;
    private final ServletOutputStream out;
    private final BooleanSupplier live;
    private final Consumer<EventClient> onGone;

    @GuardedBy("this")
    private final ArrayDeque<byte[]> pending = new ArrayDeque<>();

    @GuardedBy("this")
    private int pendingBytes;

    @GuardedBy("this")
    private State state = State.OPENING;

    @GuardedBy("this")
    private boolean unflushed;

    /// @param live whether the client may still listen
    /// @param onGone told once when it is over
    EventClient(
            AsyncContext async,
            ServletOutputStream out,
            BooleanSupplier live,
            Consumer<EventClient> onGone) {
        this.async = async;
        this.out = out;
        this.live = live;
        this.onGone = onGone;
    }

    void start() {
        async.addListener(this);
        out.setWriteListener(this);
    }

    boolean isLive() {
        return live.getAsBoolean();
    }

    /// Sends text that is one or more whole events. Any thread.
    void send(String events) {
        byte[] bytes = events.getBytes(StandardCharsets.UTF_8);
        boolean tooSlow;
        synchronized (this) {
            if (state == State.ENDING || state == State.GONE) {
                return;
            }
            pending.add(bytes);
            pendingBytes += bytes.length;
            tooSlow = pendingBytes > MAX_PENDING_BYTES;
        }
        if (tooSlow) {
            gone();
        } else {
            pump();
        }
    }

    /// Sends what is pending and ends the stream.
    void end() {
        synchronized (this) {
            if (state == State.OPENING || state == State.OPEN) {
                state = State.ENDING;
            }
        }
        pump();
    }

    @Override
    public void onWritePossible() {
        synchronized (this) {
            if (state == State.OPENING) {
                state = State.OPEN;
            }
        }
        pump();
    }

    @Override
    public void onError(Throwable failure) {
        LOG.debug("an event client left", failure);
        gone();
    }

    @Override
    public void onComplete(AsyncEvent event) {
        gone();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        gone();
    }

    @Override
    public void onError(AsyncEvent event) {
        gone();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // Nobody starts it again.
    }

    private void pump() {
        boolean done;
        try {
            done = write();
        } catch (IOException | IllegalStateException e) {
            LOG.debug("an event client left", e);
            done = true;
        }
        if (done) {
            gone();
        }
    }

    /// Writes while the connection takes it.
    ///
    /// @return true when all is sent and the stream is to end
    private synchronized boolean write() throws IOException {
        // Before the first callback the output is not in asynchronous mode yet.
        if (state != State.OPEN && state != State.ENDING) {
            return false;
        }
        while (out.isReady()) {
            byte[] next = pending.poll();
            if (next != null) {
                pendingBytes -= next.length;
                unflushed = true;
                out.write(next);
            } else if (unflushed) {
                unflushed = false;
                out.flush();
            } else {
                return state == State.ENDING;
            }
        }
        return false;
    }

    private void gone() {
        synchronized (this) {
            if (state == State.GONE) {
                return;
            }
            state = State.GONE;
            pending.clear();
            pendingBytes = 0;
        }
        onGone.accept(this);
        try {
            async.complete();
        } catch (IllegalStateException e) {
            LOG.trace("the container completed it already", e);
        }
    }

    private enum State {
        OPENING,
        OPEN,
        ENDING,
        GONE
    }
}
