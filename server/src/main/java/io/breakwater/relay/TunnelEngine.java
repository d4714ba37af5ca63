package io.breakwater.relay;

import io.breakwater.exchange.ErrorKind;
import io.breakwater.exchange.Exchange;
import io.breakwater.exchange.Upgrade;
import io.breakwater.io.TunnelEnd;
import io.breakwater.tunnel.Tunnel;
import io.breakwater.tunnel.Tunnels;
import io.breakwater.tunnel.UpgradePhase;
import io.breakwater.tunnel.WebSocket;
import io.breakwater.upstream.transport.IncomingResponse;
import io.breakwater.upstream.transport.OutgoingBody;
import java.util.List;
import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.server.Components;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/// The body engine of a request for an upgrade: makes a tunnel when the node agrees, and leaves any
/// other answer to the pump.
final class TunnelEngine implements BodyEngine {
    private static final String ACCEPT = "Sec-WebSocket-Accept";

    private final UpstreamCall call;
    private final Exchange exchange;
    private final Upgrade upgrade;
    private final Tunnels tunnels;
    private final Pump pump;

    TunnelEngine(UpstreamCall call, Upgrade upgrade, Tunnels tunnels) {
        this.call = call;
        this.exchange = call.exchange();
        this.upgrade = upgrade;
        this.tunnels = tunnels;
        this.pump = new Pump(call);
    }

    @Override
    public @Nullable OutgoingBody requestBody() {
        return null;
    }

    @Override
    public void proceed() {
        // There is no body.
    }

    @Override
    public void fail(ErrorKind kind, @Nullable String detail) {
        pump.fail(kind, detail);
    }

    @Override
    public void response(IncomingResponse response) {
        int status = response.status();
        if (status != 101) {
            // To an extended CONNECT any 2xx says that there is a tunnel (RFC 8441 §5).
            if (upgrade.extended() && status < 300) refuse("a " + status + " instead of a 101");
            else pump.response(response);
            return;
        }
        String protocol = response.fields().get(HttpHeader.UPGRADE);
        String fault = fault(protocol, response.fields());
        if (protocol == null || fault != null) {
            refuse(fault);
            return;
        }
        TunnelEnd node = response.takeOver();
        if (node == null) return; // a failure has been told
        begin(protocol, node, response);
    }

    private void refuse(@Nullable String why) {
        call.end(ErrorKind.UPSTREAM_INVALID, why);
    }

    /// What is wrong with a 101 (RFC 9110 §7.8, RFC 6455 §4.1).
    private @Nullable String fault(@Nullable String protocol, HttpFields fields) {
        if (protocol == null || !UpgradePhase.isAmong(protocol, upgrade.protocols()))
            return "a 101 to '" + protocol + "' (expected: " + upgrade.protocols() + ")";
        if (!fields.contains(HttpHeader.CONNECTION, "Upgrade"))
            return "a 101 without Connection: Upgrade";
        String key = upgrade.key();
        if (key == null || !protocol.strip().equalsIgnoreCase(WebSocket.PROTOCOL)) return null;
        List<String> given = fields.getValuesList(ACCEPT);
        String expected = WebSocket.accept(key);
        return given.size() == 1 && given.getFirst().strip().equals(expected)
                ? null
                : ACCEPT + ": " + given + " (expected: " + expected + ")";
    }

    private void begin(String protocol, TunnelEnd node, IncomingResponse response) {
        call.switched();
        Tunnel tunnel =
                new Tunnel(
                        exchange,
                        protocol,
                        node,
                        tunnels,
                        new Tunnel.Watcher(
                                call::sentThroughTunnel,
                                call::receivedThroughTunnel,
                                call::closed));
        Components server = exchange.request().getComponents();
        ByteBufferPool buffers = server.getByteBufferPool();
        Executor executor = server.getExecutor();
        call.head(response, true);
        Heads.switching(exchange.response(), protocol, upgrade.extended());
        exchange.switching();
        exchange.connection()
                .tunnel(
                        exchange,
                        () ->
                                exchange.response()
                                        .write(true, BufferUtil.EMPTY_BUFFER, new Answered(tunnel)),
                        end -> tunnel.open(end, buffers, executor));
    }

    /// The head is written: the server lets go of the connection or stream.
    private final class Answered implements Callback {
        private final Tunnel tunnel;

        Answered(Tunnel tunnel) {
            this.tunnel = tunnel;
        }

        @Override
        public void succeeded() {
            exchange.complete(null);
        }

        @Override
        public void failed(Throwable failure) {
            tunnel.end(ErrorKind.CLIENT_LEFT);
            exchange.complete(failure);
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }
    }
}
