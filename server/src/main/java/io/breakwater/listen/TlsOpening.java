package io.breakwater.listen;

import io.breakwater.exchange.Handshake;
import io.breakwater.exchange.Handshake.Outcome;
import io.breakwater.io.InlineTls;
import io.breakwater.tls.AlpnChallenges;
import io.breakwater.tls.ServerTls;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.BufferUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The first connection within a client's TLS: waits for the handshake, then makes place for the
/// one of the protocol that was agreed upon.
final class TlsOpening extends AbstractConnection.NonBlocking
        implements SslHandshakeListener, Opening {
    private static final Logger LOG = LoggerFactory.getLogger(TlsOpening.class);

    private static final String NATIVE = "OPENSSL_internal:";

    /// Said of a client that takes too long.
    static final String TOO_SLOW = "no end within header-timeout";

    private final ListenAddress listener;
    private final SSLEngine engine;
    private final long begin;
    private final Tasks tasks;
    private boolean succeeded;
    private volatile boolean timedOut;

    private TlsOpening(
            ListenAddress listener, EndPoint endPoint, SSLEngine engine, long begin, Tasks tasks) {
        super(endPoint, listener.connector().getExecutor());
        this.listener = listener;
        this.engine = engine;
        this.begin = begin;
        this.tasks = tasks;
    }

    /// Makes the connection of an accepted end point that waits for TLS on it.
    ///
    /// @param begin `System.nanoTime()` when the client came
    static SslConnection on(
            ListenAddress listener, EndPoint plain, ServerTls by, SSLEngine engine, long begin) {
        Server server = listener.connector().getServer();
        Tasks tasks = new Tasks(listener.connector().getExecutor());
        SslConnection tls = new Tls(server.getByteBufferPool(), tasks, plain, by, engine);
        // RFC 9325 §3.5.
        tls.setRenegotiationAllowed(false);
        TlsOpening opening = new TlsOpening(listener, tls.getSslEndPoint(), engine, begin, tasks);
        tls.addHandshakeListener(opening);
        tls.getSslEndPoint().setConnection(opening);
        return tls;
    }

    /// What the TLS of an end point went by when it began.
    ///
    /// @return null when it is not within TLS
    static @Nullable ServerTls by(EndPoint endPoint) {
        return endPoint instanceof SslConnection.SslEndPoint within
                        && within.getSslConnection() instanceof Tls tls
                ? tls.by
                : null;
    }

    /// The end point that an end point within TLS is in.
    static EndPoint plain(EndPoint endPoint) {
        return endPoint instanceof EndPoint.Wrapper within ? within.unwrap() : endPoint;
    }

    @Override
    public void onOpen() {
        listener.opened(this);
        super.onOpen();
        onFillable(); // what the client said first has come
    }

    @Override
    public void onClose(@Nullable Throwable cause) {
        listener.closed(this);
        super.onClose(cause);
    }

    @Override
    public void checkDeadline(long now, long most) {
        if (now - begin <= most) return;
        timedOut = true;
        plain(getEndPoint()).close();
    }

    @Override
    public void onFillable() {
        tasks.keep();
        try {
            shakeHands();
        } finally {
            tasks.run();
        }
    }

    private void shakeHands() {
        try {
            int filled = 1;
            while (!succeeded && filled > 0) filled = getEndPoint().fill(BufferUtil.EMPTY_BUFFER);
            if (succeeded) goOn();
            else if (filled == 0) fillInterested();
            else failed(new EOFException());
        } catch (IOException e) {
            failed(e);
        }
    }

    private void goOn() {
        String agreed = engine.getApplicationProtocol();
        String protocol = agreed == null ? "" : agreed; // the native one's way to say none
        // RFC 8737 §3: the handshake was the answer.
        if (protocol.equals(AlpnChallenges.PROTOCOL)) {
            tell(Outcome.DONE, "asked by an authority");
            getEndPoint().close();
            return;
        }
        Connection next = listener.secured(getEndPoint(), protocol);
        if (next == null) {
            tell(Outcome.NOTHING_IN_COMMON, "the client offers no protocol, and http1 is off");
            getEndPoint().close();
            return;
        }
        tell(Outcome.DONE, engine.getSession().getProtocol());
        getEndPoint().upgrade(next);
    }

    @Override
    public void onFillInterestedFailed(Throwable cause) {
        failed(cause);
    }

    @Override
    public void handshakeSucceeded(Event event) {
        succeeded = true;
    }

    private void failed(Throwable failure) {
        String words = words(String.valueOf(failure.getMessage()));
        if (timedOut) tell(Outcome.TIMEOUT, TOO_SLOW);
        else if (failure instanceof EOFException) tell(Outcome.CLIENT_LEFT, "the client left");
        else tell(outcome(words.toLowerCase(Locale.ROOT)), words);
        getEndPoint().close(failure); // its address is gone with that
    }

    /// The native library says `…OPENSSL_internal:SSLV3_ALERT_BAD_CERTIFICATE` and then where in it
    /// that was found.
    private static String words(String message) {
        int at = message.lastIndexOf(NATIVE);
        if (at < 0) return message;
        String reason = message.substring(at + NATIVE.length()).split("\\s", 2)[0];
        return reason.toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /// Neither has kinds, but words.
    private static Outcome outcome(String words) {
        if (words.contains("unrecognized server name") || words.contains("no available auth"))
            return Outcome.UNKNOWN_HOST;
        if (words.contains("unrecognized ssl message") || words.contains("plaintext"))
            return Outcome.NOT_TLS;
        // Clients of TLS 1.3 may send their alert in the clear where all else is sealed by now.
        if (words.contains("received fatal alert")
                || words.contains(" alert ")
                || words.contains("bad record mac")) return Outcome.REFUSED_BY_CLIENT;
        if (words.contains("certificate") || words.contains("certpath"))
            return Outcome.CLIENT_CERTIFICATE;
        if (words.contains("protocol") || words.contains("cipher suites in common"))
            return Outcome.NOTHING_IN_COMMON;
        return words.contains("reset") || words.contains("closed")
                ? Outcome.CLIENT_LEFT
                : Outcome.OTHER;
    }

    private void tell(Outcome outcome, String words) {
        tell(listener, getEndPoint(), outcome, words);
    }

    /// Tells of a handshake.
    ///
    /// @param endPoint of the client
    static void tell(ListenAddress listener, EndPoint endPoint, Outcome outcome, String words) {
        String peer =
                endPoint.getRemoteSocketAddress() instanceof InetSocketAddress inet
                        ? inet.getAddress().getHostAddress()
                        : "-";
        listener.handshake(new Handshake(listener.config().name(), peer, outcome, words));
    }

    /// Tasks of the connection within TLS. What is to be done with the bytes that came with the end
    /// of the handshake is done by the thread that saw it, not by another one that would have to be
    /// woken for it.
    private static final class Tasks implements Executor {
        private final Executor executor;
        private @Nullable Thread keeper;
        private final Deque<Runnable> kept = new ArrayDeque<>();

        Tasks(Executor executor) {
            this.executor = executor;
        }

        @Override
        public void execute(Runnable task) {
            if (!keep(task)) executor.execute(task);
        }

        @SuppressWarnings("ReferenceEquality") // this very thread
        private synchronized boolean keep(Runnable task) {
            return keeper == Thread.currentThread() && kept.add(task);
        }

        /// Keeps this thread's from now on.
        synchronized void keep() {
            keeper = Thread.currentThread();
        }

        private synchronized @Nullable Runnable next() {
            Runnable task = kept.poll();
            if (task == null) keeper = null;
            return task;
        }

        /// Runs what was kept.
        void run() {
            Runnable task = next();
            try {
                for (; task != null; task = next()) task.run();
            } finally {
                // After a failure what is left must not wait for a thread that keeps no more.
                if (task != null) handOver();
            }
        }

        private void handOver() {
            for (Runnable rest = next(); rest != null; rest = next()) executor.execute(rest);
        }
    }

    /// TLS whose engine is done with when the connection is: a native one's memory would wait for a
    /// collection otherwise.
    private static final class Tls extends InlineTls {
        private final ServerTls by;

        Tls(
                ByteBufferPool buffers,
                Executor executor,
                EndPoint plain,
                ServerTls by,
                SSLEngine engine) {
            super(buffers, executor, plain, engine);
            this.by = by;
        }

        @Override
        protected SSLEngineResult wrap(SSLEngine engine, ByteBuffer[] input, ByteBuffer output)
                throws SSLException {
            return by.wrap(engine, input, output);
        }

        @Override
        public void onClose(@Nullable Throwable cause) {
            super.onClose(cause);
            getSSLEngine().closeOutbound();
            try {
                getSSLEngine().closeInbound();
            } catch (SSLException e) {
                LOG.trace("a client ended without saying so", e);
            }
        }
    }
}
