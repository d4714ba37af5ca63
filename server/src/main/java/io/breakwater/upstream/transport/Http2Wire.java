package io.breakwater.upstream.transport;

import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.BufferingFlowControlStrategy;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.HTTP2Stream;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.PrefaceFrame;
import org.eclipse.jetty.http2.frames.PushPromiseFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.http2.frames.SettingsFrame;
import org.eclipse.jetty.http2.frames.WindowUpdateFrame;
import org.eclipse.jetty.http2.generator.Generator;
import org.eclipse.jetty.http2.parser.Parser;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/// The frames of one HTTP/2 connection to a node: Jetty's parser, generator and flow control, with
/// our settings, read on the selector's thread.
///
/// Windows: a stream may have [#STREAM_WINDOW] bytes under way that nobody has read yet, which
/// bounds what a slow client holds. The connection's window is as large as all streams' together,
/// so that slow ones never hold up others.
final class Http2Wire extends HTTP2Connection {
    static final int STREAM_WINDOW = 256 * 1024;
    private static final int CONNECTION_WINDOW = STREAM_WINDOW * Http2Link.MOST_STREAMS;
    private static final int USUAL_WINDOW = 65_535;
    private static final int BUFFER_BYTES = 16 * 1024;

    /// A node's head may be larger than is allowed by so much without ending the connection.
    private static final int MOST_HEAD_BYTES = 4 * Http2Head.MOST_BYTES;

    private static final Map<Integer, Integer> SETTINGS =
            Map.of(
                    SettingsFrame.ENABLE_PUSH,
                    0,
                    SettingsFrame.INITIAL_WINDOW_SIZE,
                    STREAM_WINDOW,
                    SettingsFrame.MAX_HEADER_LIST_SIZE,
                    MOST_HEAD_BYTES);

    private final Http2Pool pool;
    private final Http2Link link;

    Http2Wire(Http2Pool pool, EndPoint endPoint, Http2Link link) {
        super(
                pool.connector().buffers(),
                pool.connector().executor(),
                endPoint,
                session(pool.connector(), endPoint, link),
                BUFFER_BYTES);
        this.pool = pool;
        this.link = link;
        setUseInputDirectByteBuffers(true);
        setUseOutputDirectByteBuffers(true);
        getSession().getParser().init(this);
    }

    private static HTTP2Session session(Connector connector, EndPoint endPoint, Http2Link link) {
        Generator generator = new Generator(connector.buffers());
        generator.getHpackEncoder().setMaxHeaderListSize(Http2Head.MOST_BYTES);
        generator.getHpackEncoder().setValidateEncoding(false); // Http2Head has done so
        Parser parser = new Parser(connector.buffers(), MOST_HEAD_BYTES);
        return new NodeSession(connector, endPoint, parser, generator, link);
    }

    @Override
    public void onOpen() {
        pool.opened();
        if (!link.mayBegin()) return;
        HTTP2Session session = getSession();
        int more = CONNECTION_WINDOW - USUAL_WINDOW;
        session.updateRecvWindow(more);
        session.frames(
                null,
                List.of(
                        new PrefaceFrame(),
                        new SettingsFrame(SETTINGS, false),
                        new WindowUpdateFrame(0, more)),
                Callback.from(
                        Invocable.InvocationType.NON_BLOCKING,
                        this::prefaced,
                        failure -> session.onWriteFailure(failure)));
    }

    private void prefaced() {
        super.onOpen();
        produce();
    }

    @Override
    public void onClose(@Nullable Throwable cause) {
        super.onClose(cause);
        pool.closed();
    }

    /// Nothing that is called from here blocks, so the selector's thread goes on by itself.
    @Override
    public void fillInterested(Callback callback) {
        super.fillInterested(
                Callback.from(
                        Invocable.InvocationType.NON_BLOCKING,
                        callback::succeeded,
                        callback::failed));
    }

    /// Says goodbye and closes. Any thread.
    void end() {
        ((NodeSession) getSession()).end();
    }

    /// A session with a node, which begins no streams.
    private static final class NodeSession extends HTTP2Session {
        NodeSession(
                Connector connector,
                EndPoint endPoint,
                Parser parser,
                Generator generator,
                Http2Link link) {
            super(
                    connector.scheduler(),
                    endPoint,
                    parser,
                    generator,
                    link,
                    new BufferingFlowControlStrategy(0.5f),
                    1);
            setMaxRemoteStreams(0);
            setMaxEncoderTableCapacity(4096);
        }

        void end() {
            try {
                doStop();
            } catch (Exception e) {
                disconnect();
            }
        }

        @Override
        protected HTTP2Stream newStream(int streamId, MetaData.Request request, boolean local) {
            return new NodeStream(this, streamId, request, local);
        }

        @Override
        public void onHeaders(HeadersFrame frame) {
            super.onHeaders(frame);
            HTTP2Stream stream = getStream(frame.getStreamId());
            if (stream != null) {
                // Jetty closes a stream before it says that these were trailers.
                if (frame.isEndStream() && stream.getListener() instanceof Http2Exchange exchange)
                    exchange.ending();
                if (frame.getMetaData().isRequest()) broken("a request from the node");
                else stream.process(frame, Callback.NOOP);
            } else if (!isClientStream(frame.getStreamId())
                    || !isLocalStreamClosed(frame.getStreamId())) {
                broken("a head for no request");
            }
        }

        @Override
        public void onPushPromise(PushPromiseFrame frame) {
            broken("a push that was not allowed");
        }

        private void broken(String why) {
            onConnectionFailure(ErrorCode.PROTOCOL_ERROR.code, why);
        }

        /// The node's limit for heads is advice (RFC 9113 §6.5.2). Jetty would end the connection,
        /// with all that others do on it; the node can answer as it sees fit.
        @Override
        public void onSettings(SettingsFrame frame) {
            super.onSettings(frame);
            getGenerator().getHpackEncoder().setMaxHeaderListSize(Http2Head.MOST_BYTES);
        }
    }

    /// A stream that tells its exchange when Jetty resets it for what the node has sent.
    private static final class NodeStream extends HTTP2Stream {
        NodeStream(HTTP2Session session, int streamId, MetaData.Request request, boolean local) {
            super(session, streamId, request, local);
        }

        @Override
        public void reset(ResetFrame frame, Callback callback) {
            if (getListener() instanceof Http2Exchange exchange) exchange.resetHere(frame);
            super.reset(frame, callback);
        }
    }
}
