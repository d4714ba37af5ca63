package io.breakwater.exchange;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;

/// Reads on for a moment after a local answer, so that a client that is still sending its body gets
/// to read the answer and may go on with its connection.
///
/// Without that Jetty closes an HTTP/1 connection whose request is not read to its end, without
/// having said so in the answer; over HTTP/2 it resets the stream, and clients throw away the
/// answer with it (RFC 9113 §8.1 wants such an answer to be kept). Bounded in bytes and time; a
/// body that is too long for that is announced to end the connection.
final class Lingering {
    private static final int MOST_BYTES = 256 * 1024;
    private static final long MOST_MILLIS = 1000;

    private final Request request;
    private final Callback callback;
    private final AtomicBoolean ended = new AtomicBoolean();
    private int left = MOST_BYTES;
    private boolean timed;

    private Lingering(Request request, Callback callback) {
        this.request = request;
        this.callback = callback;
    }

    /// Completes a callback, after the rest of the body where that matters.
    ///
    /// @param request the answered request
    /// @param callback completed once, soon
    static void complete(Request request, Callback callback) {
        if (isHttp2(request) || (hasBody(request) && !isTooLong(request)))
            new Lingering(request, callback).read();
        else callback.succeeded();
    }

    /// Whether an HTTP/1 connection has to end with an answer that does not wait for the body:
    /// there is too much of it, or it waits for a 100 that will not come (RFC 9110 §10.1.1).
    ///
    /// @param request a request that was not read to its end
    /// @return true when the answer should say `Connection: close`
    static boolean isTooLong(Request request) {
        return !isHttp2(request)
                && hasBody(request)
                && (request.getLength() > MOST_BYTES
                        || request.getHeaders().contains(HttpHeader.EXPECT));
    }

    private static boolean isHttp2(Request request) {
        return request.getConnectionMetaData().getHttpVersion().getVersion() >= 20;
    }

    private static boolean hasBody(Request request) {
        return request.getLength() > 0
                || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
    }

    private void read() {
        while (!ended.get()) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                await();
                return;
            }
            left -= chunk.remaining();
            boolean over = chunk.isLast() || left < 0 || Content.Chunk.isFailure(chunk);
            chunk.release();
            if (over) end();
        }
    }

    private void await() {
        if (!timed) {
            timed = true;
            request.getComponents()
                    .getScheduler()
                    .schedule(this::end, MOST_MILLIS, TimeUnit.MILLISECONDS);
        }
        try {
            request.demand(Invocable.from(Invocable.InvocationType.NON_BLOCKING, this::read));
        } catch (IllegalStateException e) {
            end(); // somebody else waits for the body: it is theirs
        }
    }

    private void end() {
        if (ended.compareAndSet(false, true)) callback.succeeded();
    }
}
