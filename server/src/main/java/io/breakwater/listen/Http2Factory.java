package io.breakwater.listen;

import io.breakwater.config.ServerConfig;
import io.breakwater.exchange.Http2End;
import io.breakwater.exchange.Http2End.Reason;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.HTTP2Stream;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.api.server.ServerSessionListener;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.http2.frames.SettingsFrame;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.RateControl;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/// A listener's HTTP/2: by ALPN; on a plain listener by prior knowledge (RFC 9113 §3.3) and, if it
/// is wanted, by Upgrade (RFC 7540 §3.2). The server's limits are those of the moment at which a
/// connection begins.
///
/// Frames that carry nothing but cost something are counted per connection by Jetty: RST_STREAM
/// both ways, CONTINUATION, PING, SETTINGS, PRIORITY, empty or late DATA, empty or broken HEADERS,
/// useless WINDOW_UPDATE and unknown ones.
final class Http2Factory extends HTTP2CServerConnectionFactory {
    private final ListenAddress listener;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();

    Http2Factory(ListenAddress listener) {
        super(listener.httpConfiguration());
        this.listener = listener;
        // It would tell of HTTP/3 on whatever ports any other server speaks it.
        listener.httpConfiguration()
                .getCustomizers()
                .removeIf(HTTP2ServerConnectionFactory.AltSvcCustomizer.class::isInstance);
        setStreamIdleTimeout(0); // exchanges have their own deadlines
        setRateControlFactory(new Control());
    }

    /// Open connections.
    int connections() {
        return connections.size();
    }

    /// Says goodbye to the clients of connections that are to end; their requests are answered.
    void endOutdated() {
        for (Connection connection : connections) endIfOutdated(connection);
    }

    private void endIfOutdated(Connection connection) {
        if (!(connection instanceof HTTP2Connection http2)) return;
        if (!listener.ends(connection.getEndPoint())) return;
        CompletableFuture<Void> said = http2.getSession().shutdown();
        if (said.isCompletedExceptionally()) connection.close();
    }

    @Override
    public int getMaxConcurrentStreams() {
        return listener.config().http2().maxConcurrentStreams();
    }

    @Override
    public @Nullable Connection upgradeConnection(
            Connector from,
            EndPoint endPoint,
            MetaData.Request request,
            HttpFields.Mutable answer) {
        ServerConfig config = listener.config();
        if (endPoint.isSecure() || !config.protocols().contains(ServerConfig.Protocol.H2))
            return null;
        // The connection preface comes this way, too (RFC 9113 §3.4).
        if (!HttpMethod.PRI.is(request.getMethod()) && !config.http2().upgrade()) return null;
        return super.upgradeConnection(from, endPoint, request, answer);
    }

    @Override
    public Connection newConnection(Connector from, EndPoint endPoint) {
        Connection made = super.newConnection(from, endPoint);
        endPoint.setIdleTimeout(listener.config().idleTimeout().toMillis());
        made.addEventListener(
                new Connection.Listener() {
                    @Override
                    public void onOpened(Connection opened) {
                        connections.add(opened);
                    }

                    @Override
                    public void onClosed(Connection closed) {
                        connections.remove(closed);
                    }
                });
        return made;
    }

    @Override
    protected ServerSessionListener newSessionListener(Connector from, EndPoint endPoint) {
        return new Ending(endPoint);
    }

    private final class Control implements RateControl.Factory {
        @Override
        public RateControl newRateControl(EndPoint endPoint) {
            return new Http2RateControl(listener.config().http2());
        }
    }

    /// Tells of connections that end for what the client sent.
    private final class Ending extends HTTPServerSessionListener {
        private final EndPoint endPoint;

        Ending(EndPoint endPoint) {
            super(endPoint);
            this.endPoint = endPoint;
        }

        @Override
        public Stream.@Nullable Listener onNewStream(Stream stream, HeadersFrame frame) {
            if (stream.getSession() instanceof HTTP2Session own)
                own.getParser().rateControlOnEvent(Http2RateControl.REQUEST);
            return super.onNewStream(stream, frame);
        }

        /// Jetty resets a stream for what its client sent without a word to the request, which
        /// might wait for its body until `body-timeout`.
        @Override
        public void onClosed(Stream stream) {
            if (stream instanceof HTTP2Stream own
                    && endPoint.getConnection() instanceof ConnectionMetaData connection)
                Http2Client.closed(
                        connection, own.getId(), own.isReset() || !own.isLastDataReceived());
        }

        /// Jetty takes a client's SETTINGS_ENABLE_CONNECT_PROTOCOL for its own, and the 0 that some
        /// send, although it means nothing from them (RFC 8441 §3), would end extended CONNECT.
        @Override
        public void onSettings(Session session, SettingsFrame frame) {
            if (session instanceof HTTP2Session own)
                own.setConnectProtocolEnabled(isConnectProtocolEnabled());
            // A handshake that began before a change of TLS may have ended after it.
            Connection connection = endPoint.getConnection();
            if (connection != null) endIfOutdated(connection);
        }

        @Override
        public void onFailure(Session session, Throwable failure, Callback callback) {
            String words = String.valueOf(failure.getMessage());
            Reason reason = reason(words);
            if (reason != null) tell(session, reason, words);
            if (failure instanceof ClosedChannelException) giveUp((HTTP2Session) session);
            super.onFailure(session, failure, callback);
        }
    }

    /// The client sends no more, so that no window grows again. Jetty lets answers go on after a
    /// GOAWAY of the client; those that wait for a window would wait until `idle-timeout`.
    private static void giveUp(HTTP2Session session) {
        for (Stream stream : session.getStreams()) {
            boolean waits =
                    session.getSendWindow() <= 0
                            || stream instanceof HTTP2Stream own && own.getSendWindow() <= 0;
            if (waits)
                stream.reset(
                        new ResetFrame(stream.getId(), ErrorCode.CANCEL_STREAM_ERROR.code),
                        Callback.NOOP);
        }
    }

    private void tell(Session session, Reason reason, String words) {
        String peer =
                session.getRemoteSocketAddress() instanceof InetSocketAddress inet
                        ? inet.getAddress().getHostAddress()
                        : "-";
        listener.ended(new Http2End(listener.config().name(), peer, reason, words));
    }

    /// Jetty has no kinds, but words: the error of the GOAWAY, a slash, and what was found.
    ///
    /// @return null when it is not for what the client sent
    static @Nullable Reason reason(String words) {
        int slash = words.indexOf('/');
        if (slash < 0) return null;
        return switch (words.substring(0, slash)) {
            case "enhance_your_calm_error" -> flood(words.substring(slash + 1));
            case "compression_error" -> Reason.COMPRESSION_ERROR;
            case "flow_control_error" -> Reason.FLOW_CONTROL_ERROR;
            case "frame_size_error" -> Reason.FRAME_SIZE_ERROR;
            case "protocol_error", "stream_closed_error", "refused_stream_error" ->
                    Reason.PROTOCOL_ERROR;
            default -> null;
        };
    }

    private static Reason flood(String found) {
        if (found.startsWith("invalid_rst_stream")) return Reason.RESET_FLOOD;
        if (found.startsWith("invalid_continuation")) return Reason.CONTINUATION_FLOOD;
        if (found.startsWith("invalid_ping")) return Reason.PING_FLOOD;
        if (found.startsWith("invalid_settings")) return Reason.SETTINGS_FLOOD;
        if (found.startsWith("invalid_data")) return Reason.DATA_FLOOD;
        return found.startsWith("invalid_headers") ? Reason.HEADERS_FLOOD : Reason.OTHER_FLOOD;
    }
}
