package io.breakwater.listen.quic;

import io.breakwater.config.ServerConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.io.CyclicTimeouts;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.quic.api.frames.ConnectionCloseFrame;
import org.eclipse.jetty.quic.quiche.Quiche;
import org.eclipse.jetty.quic.quiche.QuicheConfig;
import org.eclipse.jetty.quic.quiche.QuicheConnectionId;
import org.eclipse.jetty.quic.quiche.QuicheSession;
import org.eclipse.jetty.quic.quiche.server.QuicheServerConnectionFactory;
import org.eclipse.jetty.quic.quiche.server.internal.ServerQuicheConnection;
import org.eclipse.jetty.quic.quiche.server.internal.ServerQuicheSession;
import org.eclipse.jetty.quic.util.ErrorCode;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.strategy.AdaptiveExecutionStrategy;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where the datagrams of all clients come in and are given to the sessions that they belong to.
///
/// It takes the place of Jetty's reading, whose loop ends for good, with all sessions, at the first
/// packet that cannot be taken: one with a token that is not valid, or without a connection id, is
/// enough, from anybody. Here such a packet is dropped. Also here: tokens that cannot be forged,
/// handshakes that never end are given up, the limits and the certificate of the moment at which a
/// connection begins.
final class QuicConnection extends ServerQuicheConnection {
    private static final Logger LOG = LoggerFactory.getLogger(QuicConnection.class);

    private static final int PACKET_BYTES = 2048;

    /// RFC 9000 §14.1: whoever begins sends at least so much; what is shorter is not answered.
    private static final int LEAST_FIRST_BYTES = 1200;

    /// What may come of bodies that nobody reads: as over HTTP/2.
    private static final long STREAM_WINDOW = 512L << 10;

    private static final long CONNECTION_WINDOW = 1L << 20;

    /// For control, QPACK and what is not known (RFC 9114 §6.2).
    private static final long UNIDIRECTIONAL_STREAMS = 8;

    private static final long UNIDIRECTIONAL_WINDOW = 64L << 10;

    private final Map<QuicheConnectionId, QuicSession> sessions = new ConcurrentHashMap<>();
    private final AddressTokens tokens = new AddressTokens();
    private final QuicheServerConnectionFactory factory;
    private final QuicOwner owner;
    private final PemFiles files;
    private final BooleanSupplier accepting;
    private final InetSocketAddress local;
    private final Timeouts timeouts;
    private final AdaptiveExecutionStrategy strategy;

    QuicConnection(
            QuicConnector connector,
            QuicheServerConnectionFactory factory,
            EndPoint endPoint,
            QuicOwner owner,
            PemFiles files,
            BooleanSupplier accepting) {
        super(
                connector,
                factory.getSslContextFactory(),
                factory.getServerQuicConfiguration(),
                endPoint,
                factory.getSessionListenerFactory());
        this.factory = factory;
        this.owner = owner;
        this.files = files;
        this.accepting = accepting;
        this.local = (InetSocketAddress) endPoint.getLocalSocketAddress();
        this.timeouts = new Timeouts();
        this.strategy = new AdaptiveExecutionStrategy(this::produce, getExecutor());
    }

    /// Open connections, and those whose handshake is not over. Any thread.
    Collection<QuicSession> sessions() {
        return sessions.values();
    }

    @Override
    public void onOpen() {
        LifeCycle.start(strategy);
        super.onOpen();
    }

    @Override
    public void onClose(@Nullable Throwable cause) {
        LifeCycle.stop(strategy);
        timeouts.destroy();
        super.onClose(cause);
    }

    @Override
    public void onFillable() {
        strategy.produce();
    }

    /// Reads packets until one has something to be done for its session.
    private @Nullable Runnable produce() {
        if (isFillInterested()) return null;
        RetainableByteBuffer buffer = getByteBufferPool().acquire(PACKET_BYTES, true);
        try {
            ByteBuffer packet = buffer.getByteBuffer();
            while (true) {
                BufferUtil.clear(packet);
                SocketAddress from = getEndPoint().receive(packet);
                if (EndPoint.EOF.equals(from)) {
                    getEndPoint().shutdownOutput();
                    return null;
                }
                if (!packet.hasRemaining()) break;
                Runnable task = take((InetSocketAddress) from, packet);
                if (task != null) return task;
            }
        } catch (IOException e) {
            if (!getEndPoint().isOpen()) return null;
            LOG.warn("a datagram could not be read", e);
        } finally {
            buffer.release();
        }
        fillInterested();
        return null;
    }

    /// @param from the sender
    /// @param packet anything
    private @Nullable Runnable take(InetSocketAddress from, ByteBuffer packet) {
        QuicheConnectionId id;
        try {
            id = QuicheConnectionId.fromPacket(packet);
        } catch (IllegalStateException e) {
            return null; // it is empty
        }
        if (id == null) return null;
        QuicSession session = sessions.get(id);
        if (session != null) return feed(session, from, packet);
        if (packet.remaining() < LEAST_FIRST_BYTES || !accepting.getAsBoolean()) return null;
        try {
            begin(id, from, packet);
        } catch (IOException | RuntimeException e) {
            LOG.debug("a packet of {} was dropped", from, e);
        }
        return null;
    }

    private void begin(QuicheConnectionId id, InetSocketAddress from, ByteBuffer packet)
            throws IOException {
        int begin = packet.position();
        Quiche quiche =
                Quiche.tryAccept(
                        settings(),
                        (token, length) -> {
                            byte[] first = tokens.validate(from, Arrays.copyOf(token, length));
                            // What is left in the buffer would be read at once, and a fault in it
                            // would leave the native part behind.
                            if (first != null) packet.position(packet.limit());
                            return first;
                        },
                        packet,
                        local,
                        from);
        if (quiche == null) {
            negotiate(from, packet);
            return;
        }
        packet.position(begin);
        QuicSession session;
        try {
            while (packet.hasRemaining()) quiche.feedCipherBytes(packet, local, from);
            session = newServerQuicheSession(quiche, from);
        } catch (IOException | RuntimeException e) {
            quiche.dispose();
            throw e;
        }
        session.setConnectionId(id);
        LifeCycle.start(session);
        sessions.put(id, session);
        session.waitForHandshake();
        session.flush();
    }

    private void negotiate(InetSocketAddress from, ByteBuffer packet) throws IOException {
        RetainableByteBuffer buffer = getByteBufferPool().acquire(PACKET_BYTES, true);
        ByteBuffer answer = buffer.getByteBuffer();
        BufferUtil.clearToFill(answer);
        boolean answered = false;
        try {
            answered =
                    Quiche.negotiate(
                            (id, length) -> tokens.mint(from, Arrays.copyOf(id, length)),
                            packet,
                            answer);
        } finally {
            if (!answered) buffer.release();
        }
        if (!answered) return;
        BufferUtil.flipToFlush(answer, 0);
        write(Callback.from(buffer::release), from, answer);
    }

    private static @Nullable Runnable feed(
            QuicSession session, InetSocketAddress from, ByteBuffer packet) {
        try {
            session.feed(from, packet);
            if (!session.isConnectionEstablished()) {
                session.flush();
                return null;
            }
            if (!session.isOpen()) session.open();
            // EITHER, as Jetty has it: what comes may be what a thread that waits is waiting for.
            return Invocable.from(Invocable.InvocationType.EITHER, () -> produce(session));
        } catch (IOException | RuntimeException e) {
            LOG.debug("{} fails", session, e);
            session.disconnect(
                    new ConnectionCloseFrame(
                            ErrorCode.CONNECTION_REFUSED_ERROR.code(), "session_failure"),
                    e,
                    Promise.Invocable.noop());
            return null;
        }
    }

    private static void produce(QuicSession session) {
        try {
            session.produce();
        } catch (IllegalStateException e) {
            LOG.debug("{} has ended", session, e);
        }
    }

    @Override
    protected QuicSession newServerQuicheSession(Quiche quiche, SocketAddress remote) {
        return new QuicSession(
                getConnector(),
                getServerQuicConfiguration(),
                quiche,
                this,
                local,
                (InetSocketAddress) remote,
                factory.getSessionListenerFactory().newListener(),
                owner);
    }

    /// What a connection goes by that begins now.
    private QuicheConfig settings() {
        ServerConfig config = owner.config();
        PemFiles.Pair pair = files.current();
        QuicheConfig settings = new QuicheConfig();
        settings.setCertChainPemPath(pair.certificate());
        settings.setPrivKeyPemPath(pair.key());
        settings.setVerifyPeer(false);
        settings.setApplicationProtos("h3");
        settings.setMaxIdleTimeout(0L); // sessions have their own
        settings.setInitialMaxData(CONNECTION_WINDOW);
        settings.setMaxConnectionWindow(CONNECTION_WINDOW);
        settings.setInitialMaxStreamDataBidiLocal(0L); // servers begin none
        settings.setInitialMaxStreamDataBidiRemote(STREAM_WINDOW);
        settings.setMaxStreamWindow(STREAM_WINDOW);
        settings.setInitialMaxStreamDataUni(UNIDIRECTIONAL_WINDOW);
        settings.setInitialMaxStreamsUni(UNIDIRECTIONAL_STREAMS);
        settings.setInitialMaxStreamsBidi((long) config.http2().maxConcurrentStreams());
        settings.setCongestionControl(QuicheConfig.CongestionControl.CUBIC);
        return settings;
    }

    // ---- sessions

    @Override
    public void schedule(ServerQuicheSession session) {
        timeouts.schedule((QuicSession) session);
    }

    @Override
    public void disconnect(
            QuicheSession session, ConnectionCloseFrame frame, @Nullable Throwable failure) {
        QuicheConnectionId id = session.getConnectionId();
        if (id != null) sessions.remove(id);
    }

    /// Ends all sessions; the socket stays. Returns at once.
    @Override
    public void close() {
        sessions.values().forEach(QuicSession::close);
    }

    private final class Timeouts extends CyclicTimeouts<QuicSession> {
        Timeouts() {
            super(QuicConnection.this.getScheduler());
        }

        @Override
        protected Iterator<QuicSession> iterator() {
            return sessions.values().iterator();
        }

        @Override
        protected boolean onExpired(QuicSession session) {
            session.idle();
            return false; // it leaves by itself
        }
    }
}
