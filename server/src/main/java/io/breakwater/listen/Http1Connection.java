package io.breakwater.listen;

import io.breakwater.exchange.ClientConnection;
import io.breakwater.exchange.Exchange;
import io.breakwater.io.HonestEndPoint;
import io.breakwater.io.TunnelEnd;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ReadPendingException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.IdleTimeout;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.jspecify.annotations.Nullable;

/// An HTTP/1 client connection. It adds to Jetty's what that leaves out:
///
/// - a time limit for the whole request head (Jetty's idle timeout starts anew with every byte,
///   which a slowloris knows);
/// - noticing that the client closes while its request waits for an upstream. Jetty does not read
///   then. So [#watch] registers a read of its own; if it sees the end, the exchange is told; if it
///   sees bytes (a pipelined request), they are appended to the connection's buffer; if the answer
///   completes first, Jetty's own wish to read is put behind it.
///
/// The watch's states: `NONE -> WAITING -> READING -> NONE`. Only while it is `READING` the watch
/// touches the request buffer, and then nobody else does. An exchange that ends before its watch
/// was woken takes the reading away from it (`OUTRUN`); the watch's fill interest stays, and what
/// wakes it is passed to Jetty's callback, if that is `Parked` by then. Each step is one exchange
/// of the state: between two of them the client may have got its answer and sent its next request.
///
/// A connection that becomes a tunnel is not watched any more: `OVER`, or `Parked` with nobody to
/// call when a watch is waiting, which then leaves the reading to the tunnel.
final class Http1Connection extends HttpConnection implements ClientConnection {
    private static final int IDLE = 0;
    private static final int BUSY = 1;
    private static final int CLOSED = 2;

    private static final byte[] REQUEST_TIMEOUT =
            "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    /// How much is read after the last answer, in bytes, and for how long a client may take its
    /// time.
    private static final int MAX_LINGERED = 1024 * 1024;

    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final ListenAddress listener;
    private final long number;
    private final InetAddress peer;
    private final String peerAddress;
    private final int peerPort;
    private final AtomicInteger state = new AtomicInteger(IDLE);

    /// A [Watching], or what is [Parked].
    private final AtomicReference<Object> watch = new AtomicReference<>(Watching.NONE);

    private volatile long idleSinceNanos = System.nanoTime();
    private volatile long requests;
    private volatile boolean hadBody;
    private volatile @Nullable Exchange watched;

    /// The callback with which Jetty waits for the next request.
    private volatile @Nullable Callback reading;

    /// What came after the last answer, in bytes. Of one thread at a time.
    private int lingered;

    private volatile boolean tunnelling;
    private volatile boolean upgraded;

    private enum Watching {
        NONE,
        WAITING,
        READING,
        OUTRUN,
        OVER
    }

    /// Jetty waits to read, behind the watch.
    private record Parked(Callback callback) {}

    Http1Connection(ListenAddress listener, EndPoint endPoint) {
        super(listener.httpConfiguration(), listener.connector(), endPoint);
        this.listener = listener;
        this.number = listener.nextConnectionNumber();
        InetSocketAddress remote =
                endPoint.getRemoteSocketAddress() instanceof InetSocketAddress inet
                        ? inet
                        : new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        this.peer = remote.getAddress();
        this.peerAddress = peer.getHostAddress();
        this.peerPort = remote.getPort();
    }

    @Override
    public void onOpen() {
        listener.opened(this);
        super.onOpen();
    }

    @Override
    public void onClose(@Nullable Throwable cause) {
        // The end point of a tunnel is open yet.
        if (!upgraded) listener.closed(this);
        if (isAnsweredForGood()) end();
        super.onClose(cause);
    }

    // ---- deadlines of the connection, by the watchdog's thread

    /// Closes the connection when it has been silent too long. The parser's state is read without a
    /// lock: a stale view only makes this a tick late, because `state` decides.
    void checkDeadlines(long now, long idleNanos, long headerNanos, boolean ends) {
        if (state.get() != IDLE) return;
        if (isAnsweredForGood()) {
            long left = Math.min(LINGER_NANOS, Math.min(idleNanos, headerNanos));
            if (now - idleSinceNanos > left) getEndPoint().close();
            return;
        }
        if (!getParser().isStart()) {
            long begin = Math.max(getParser().getBeginNanoTime(), idleSinceNanos);
            if (now - begin > headerNanos && state.compareAndSet(IDLE, CLOSED)) timeoutHead();
            return;
        }
        long limit = requests == 0 ? Math.min(headerNanos, idleNanos) : idleNanos;
        boolean over = ends || now - idleSinceNanos > limit;
        if (over && state.compareAndSet(IDLE, CLOSED)) getEndPoint().close();
    }

    private void timeoutHead() {
        listener.headTimedOut(this);
        EndPoint endPoint = getEndPoint();
        endPoint.write(
                Callback.from(endPoint::close, x -> endPoint.close()),
                ByteBuffer.wrap(REQUEST_TIMEOUT));
    }

    @Override
    public boolean ends() {
        return listener.ends(getEndPoint());
    }

    @Override
    public long quietNanos() {
        // Within TLS it is the plain end point that sees bytes come and go.
        return TlsOpening.plain(getEndPoint()) instanceof IdleTimeout idle
                ? TimeUnit.MILLISECONDS.toNanos(idle.getIdleFor())
                : Long.MAX_VALUE;
    }

    // ---- watching for a client that leaves

    @Override
    public void watch(Exchange exchange) {
        // While a body is being read, reading itself tells when the client has gone.
        if (getParser().inContentState() || getEndPoint().isFillInterested()) return;
        watched = exchange;
        if (!watch.compareAndSet(Watching.NONE, Watching.WAITING)) return;
        // Looked at only now: an exchange that ends later than this finds the watch.
        if (exchange.isFinished()) {
            unwatch();
            return;
        }
        try {
            getEndPoint().fillInterested(new Watch());
        } catch (RuntimeException e) {
            unwatch(); // somebody reads already: reading tells
        }
    }

    /// Takes a watch back that nothing will wake. By now the answer may have gone out.
    private void unwatch() {
        if (watch.getAndSet(Watching.NONE) instanceof Parked parked)
            fillInterested(parked.callback);
    }

    @Override
    public boolean isFillInterested() {
        Object present = watch.get();
        boolean unwatched = present == Watching.NONE || present == Watching.OVER;
        return unwatched && super.isFillInterested();
    }

    @Override
    public void fillInterested(Callback callback) {
        reading = callback;
        if (isAnsweredForGood()) leave();
        else awaitReadable(callback);
    }

    private void awaitReadable(Callback callback) {
        while (true) {
            Object present = watch.get();
            if (present == Watching.NONE || present == Watching.OVER) {
                try {
                    super.fillInterested(callback);
                    return;
                } catch (ReadPendingException e) {
                    // A watch has begun in between; anything else is a fault.
                    if (watch.get() == Watching.NONE) throw e;
                }
            } else if (watch.compareAndSet(present, new Parked(callback))) {
                return;
            }
        }
    }

    /// Goes on after an answer. With nothing pipelined the next bytes are waited for; Jetty would
    /// first try to read, which hardly ever finds any and costs a system call per request. It is
    /// left to do so after a request with a body, because then it still holds the buffer, and lets
    /// go of it only when it finds nothing to read.
    @Override
    public void run() {
        Callback read = reading;
        boolean nothingToDo =
                !hadBody
                        && isRequestBufferEmpty()
                        && getParser().isStart()
                        && getEndPoint().isOpen();
        // Jetty's own callback, which is non-blocking as the server is; the plain fillInterested()
        // would use another that makes the selector hand the read to a thread.
        if (nothingToDo && read != null) fillInterested(read);
        else super.run();
    }

    @Override
    public void onFillable() {
        if (isAnsweredForGood()) leave();
        else super.onFillable();
    }

    private boolean isAnsweredForGood() {
        return !tunnelling && getParser().isTerminated() && getEndPoint().isOutputShutdown();
    }

    /// Closes the connection after its last answer. From a client that is sending yet the end is
    /// waited for (RFC 9112, 9.6: who closes with bytes unread resets, and with that may destroy
    /// the answer on its way); Jetty would read once. For a client that is not, Jetty would wait.
    private void leave() {
        boolean sending = lingered > 0 || !isRequestBufferEmpty();
        ByteBuffer unwanted = BufferUtil.allocate(4096);
        HonestEndPoint.beginTurn(getEndPoint());
        try {
            int filled = getEndPoint().fill(unwanted);
            while (filled > 0 && lingered < MAX_LINGERED) {
                sending = true;
                lingered += filled;
                BufferUtil.clear(unwanted);
                filled = getEndPoint().fill(unwanted);
            }
            Callback read = reading;
            if (filled == 0 && sending && read != null) awaitReadable(read);
            else end();
        } catch (IOException e) {
            end(); // a reset
        }
    }

    /// Ends what was answered for good. Jetty holds its buffer of requests when something is in it
    /// and after a body; it gives it back when it finds that there is nothing to be parsed any
    /// more.
    private void end() {
        boolean first = state.compareAndSet(IDLE, CLOSED);
        if (first && (hadBody || !isRequestBufferEmpty())) super.onFillable();
        else getEndPoint().close();
    }

    private final class Watch implements Callback {
        @Override
        public void succeeded() {
            if (!watch.compareAndSet(Watching.WAITING, Watching.READING)) {
                // The answer went out in the meantime. When Jetty waits to read, this is its turn.
                if (watch.getAndSet(Watching.NONE) instanceof Parked parked)
                    parked.callback.succeeded();
                return;
            }
            boolean gone = read();
            Exchange exchange = watched;
            watched = null;
            Object happened = watch.getAndSet(Watching.NONE);
            // What was read may be the next request already.
            if (happened instanceof Parked parked) parked.callback.succeeded();
            else if (gone && exchange != null) exchange.clientLeft();
        }

        /// Reads what made the connection readable.
        ///
        /// @return whether the client has gone
        private boolean read() {
            ByteBuffer bytes = BufferUtil.allocate(2048);
            try {
                int filled = getEndPoint().fill(bytes);
                if (filled > 0) onUpgradeTo(bytes);
                return filled < 0;
            } catch (IOException e) {
                return true; // a reset
            }
        }

        @Override
        public void failed(Throwable failure) {
            Object happened = watch.getAndSet(Watching.NONE);
            Exchange exchange = watched;
            watched = null;
            if (happened instanceof Parked parked) parked.callback.failed(failure);
            else if (happened != Watching.OUTRUN && exchange != null) exchange.clientLeft();
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }
    }

    // ---- tunnels

    @Override
    public void tunnel(Exchange exchange, Runnable ready, Consumer<TunnelEnd> opened) {
        tunnelling = true;
        exchange.request()
                .setAttribute(
                        HttpStream.UPGRADE_CONNECTION_ATTRIBUTE,
                        new TunnelConnection(
                                getEndPoint(),
                                getExecutor(),
                                End::new,
                                opened,
                                () -> listener.closed(this)));
        endWatch(ready);
    }

    /// Ends the watch for good.
    ///
    /// @param then run when it does not read any more, now or by the watch that reads
    private void endWatch(Runnable then) {
        while (true) {
            Object present = watch.get();
            Object next =
                    present == Watching.NONE
                            ? Watching.OVER
                            : new Parked(
                                    present == Watching.READING
                                            ? Callback.from(InvocationType.NON_BLOCKING, then)
                                            : Callback.NOOP);
            if (!watch.compareAndSet(present, next)) continue;
            if (present != Watching.READING) then.run();
            return;
        }
    }

    @Override
    public @Nullable ByteBuffer onUpgradeFrom() {
        upgraded = tunnelling;
        return super.onUpgradeFrom();
    }

    /// The client's end of a tunnel. A watch may still be waiting for the first bytes in its place.
    private final class End extends TunnelEnd {
        End(@Nullable RetainableByteBuffer early) {
            super(Http1Connection.this.getEndPoint(), early);
        }

        @Override
        public void awaitReadable(Callback readable) {
            fillInterested(readable);
        }
    }

    // ---- ClientConnection

    @Override
    public long number() {
        return number;
    }

    @Override
    public ListenAddress listener() {
        return listener;
    }

    @Override
    public InetAddress peer() {
        return peer;
    }

    @Override
    public String peerAddress() {
        return peerAddress;
    }

    @Override
    public int peerPort() {
        return peerPort;
    }

    @Override
    public String localAddress() {
        return getEndPoint().getLocalSocketAddress() instanceof InetSocketAddress inet
                ? inet.getAddress().getHostAddress()
                : "127.0.0.1";
    }

    @Override
    public @Nullable HttpField altSvc() {
        return listener.altSvc();
    }

    @Override
    public int localPort() {
        return getEndPoint().getLocalSocketAddress() instanceof InetSocketAddress inet
                ? inet.getPort()
                : listener.port();
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one request at a time
    public long beginRequest() {
        state.compareAndSet(IDLE, BUSY);
        hadBody = getParser().inContentState();
        return ++requests;
    }

    @Override
    public void endRequest() {
        outrun();
        idleSinceNanos = System.nanoTime();
        state.compareAndSet(BUSY, IDLE);
    }

    /// Takes the reading away from the watch: from here on Jetty goes on with the connection, on
    /// this thread or another, and looks into the request buffer first.
    private void outrun() {
        while (true) {
            Object present = watch.get();
            if (present == Watching.READING) Thread.onSpinWait(); // one read, which does not block
            else if (present != Watching.WAITING || watch.compareAndSet(present, Watching.OUTRUN))
                return;
        }
    }
}
