package io.breakwater.exchange;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;

/// Reads on for a moment after a local answer, for a client that is still sending its body.
///
/// Otherwise Jetty closes an HTTP/1 connection at once, without having announced it when the whole
/// answer was written in one go: the client's next request fails, and a reset may take the answer
/// along. Over HTTP/2 it resets the stream, and clients throw away the answer with it (RFC 9113
/// §8.1 wants such an answer to be kept). Bounded in bytes and time.
///
/// The states: `READING <-> WAITING`, from either to `ENDED`; `OVERDUE` while a reader that has to
/// end it is at work. So the request is never read after its end.
final class Lingering {
    private static final int MOST_BYTES = 256 * 1024;
    private static final long MOST_MILLIS = 1000;

    private final Request request;
    private final Callback callback;
    private final boolean http1;
    private final AtomicReference<State> state = new AtomicReference<>(State.READING);
    private int left = MOST_BYTES;
    private boolean timed;

    private Lingering(Request request, Callback callback) {
        this.request = request;
        this.callback = callback;
        this.http1 = isHttp1(request);
    }

    private enum State {
        READING,
        WAITING,
        OVERDUE,
        ENDED
    }

    /// Whether the connection of an unfinished request is going to be closed after a local answer.
    /// Then the answer has to say so (RFC 9112 §9.6).
    ///
    /// @param request the request, which has not been answered
    /// @param readBytes how much of its body has been read
    static boolean endsConnection(Request request, long readBytes) {
        if (!isHttp1(request)) return false;
        long length = request.getLength();
        if (length >= 0 && readBytes >= length) return false;
        return length - readBytes > MOST_BYTES || expectsContinue(request);
    }

    /// Completes a callback, after the rest of the body.
    ///
    /// @param request the answered request
    /// @param gate knows who waits for the body yet
    /// @param callback completed once, soon
    static void complete(Request request, BodyGate gate, Callback callback) {
        new Lingering(request, callback).begin(gate);
    }

    private static boolean isHttp1(Request request) {
        return request.getConnectionMetaData().getHttpVersion().getVersion() < 20;
    }

    private static boolean expectsContinue(Request request) {
        HttpField expect = request.getHeaders().getField(HttpHeader.EXPECT);
        return expect != null && expect.contains(HttpHeaderValue.CONTINUE.asString());
    }

    /// Takes the place of a reader that waits yet: the server must not be told of the end before it
    /// has called back.
    private void begin(BodyGate gate) {
        state.set(State.WAITING);
        if (gate.replace(this::resume)) limit();
        else resume();
    }

    private void limit() {
        if (timed) return;
        timed = true;
        request.getComponents()
                .getScheduler()
                .schedule(this::timeOut, MOST_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void resume() {
        if (state.compareAndSet(State.WAITING, State.READING)) read();
    }

    private void read() {
        while (state.get() == State.READING) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                await();
                return;
            }
            left -= chunk.remaining();
            boolean over = chunk.isLast() || left < 0 || Content.Chunk.isFailure(chunk);
            chunk.release();
            if (over) break;
        }
        end();
    }

    private void await() {
        // Waiting would make Jetty send 100 Continue, after the final answer.
        if (http1 && expectsContinue(request)) {
            end();
            return;
        }
        limit();
        if (!state.compareAndSet(State.READING, State.WAITING)) {
            end();
            return;
        }
        try {
            request.demand(Invocable.from(Invocable.InvocationType.NON_BLOCKING, this::resume));
        } catch (IllegalStateException e) {
            // The time was over, and the request with it.
            if (state.compareAndSet(State.WAITING, State.ENDED)) callback.succeeded();
        }
    }

    private void timeOut() {
        if (state.compareAndSet(State.WAITING, State.ENDED)) callback.succeeded();
        else state.compareAndSet(State.READING, State.OVERDUE);
    }

    /// By the reader.
    private void end() {
        state.set(State.ENDED);
        callback.succeeded();
    }
}
