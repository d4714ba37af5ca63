package io.breakwater.listen;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.breakwater.config.ServerConfig;
import java.time.Duration;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.io.RateControl;
import org.eclipse.jetty.io.WindowRateControl;

/// Counts what costs something and carries nothing on one HTTP/2 connection.
///
/// A reset costs more than the other frames: by then its request may be with a node
/// (CVE-2023-44487). So resets have a lower limit; but a client that has many requests answered,
/// such as a proxy for many others, may give up more of them, as long as they are the lesser half.
///
/// Any thread: resets are sent by whichever finds out.
final class Http2RateControl implements RateControl {
    /// An event: a request has begun. Never too many.
    static final Object REQUEST = new Object();

    private static final Duration WINDOW = Duration.ofSeconds(1);

    private final RateControl frames;
    private final int maxResets;

    @GuardedBy("this")
    private long windowBegin = System.nanoTime();

    @GuardedBy("this")
    private int requests;

    @GuardedBy("this")
    private int resets;

    Http2RateControl(ServerConfig.Http2 limits) {
        frames = new WindowRateControl(limits.maxControlFrames(), WINDOW);
        maxResets = limits.maxResets();
    }

    /// Takes a frame into account.
    ///
    /// @param event the frame, or [#REQUEST]
    /// @return false when it is one too many
    @Override
    public boolean onEvent(Object event) {
        if (REQUEST.equals(event)) {
            request();
            return true;
        }
        if (event instanceof ResetFrame && !reset()) return false;
        return frames.onEvent(event);
    }

    private synchronized void request() {
        turn();
        requests++;
    }

    private synchronized boolean reset() {
        turn();
        resets++;
        return resets <= maxResets || resets <= requests / 2;
    }

    @GuardedBy("this")
    private void turn() {
        long now = System.nanoTime();
        if (now - windowBegin < WINDOW.toNanos()) return;
        windowBegin = now;
        requests = 0;
        resets = 0;
    }
}
