package io.breakwater.admit;

import io.breakwater.exchange.ClientConnection;
import io.breakwater.exchange.ErrorKind;
import io.breakwater.exchange.Exchange;
import io.breakwater.exchange.ExtendedConnect;
import io.breakwater.exchange.Pipeline;
import io.breakwater.exchange.ServerPlan;
import io.breakwater.exchange.Snapshot;
import io.breakwater.listen.ListenAddress;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The root handler of the data plane: every request that Jetty could parse comes in here, on a
/// selector thread.
public final class Front extends Handler.Abstract.NonBlocking {
    private static final Logger LOG = LoggerFactory.getLogger(Front.class);

    private final Supplier<Snapshot> snapshot;
    private final Pipeline pipeline;
    private final Exchange.Reports reports;

    /// Makes the handler.
    ///
    /// @param snapshot the configuration in force
    /// @param pipeline what happens to an exchange
    /// @param reports in-flight registry and figures
    public Front(Supplier<Snapshot> snapshot, Pipeline pipeline, Exchange.Reports reports) {
        this.snapshot = snapshot;
        this.pipeline = pipeline;
        this.reports = reports;
    }

    @Override
    public boolean handle(Request received, Response response, Callback callback) {
        Request request = ExtendedConnect.seen(received);
        ClientConnection connection = ListenAddress.connectionOf(request);
        ListenAddress listener = (ListenAddress) connection.listener();
        ServerPlan server = listener.planOf(snapshot.get());
        Exchange exchange = new Exchange(request, response, callback, server, connection, reports);
        if (request.getConnectionMetaData().getHttpVersion().getVersion()
                > HttpVersion.HTTP_1_1.getVersion())
            request.addFailureListener(failure -> exchange.clientLeft());
        try {
            if (!listener.hasPlace(request)) exchange.fail(ErrorKind.TOO_MANY_CONNECTIONS, null);
            else pipeline.run(exchange);
        } catch (RuntimeException e) {
            LOG.error("request {} failed", exchange.requestId(), e);
            exchange.fail(ErrorKind.INTERNAL, e.toString());
        }
        return true;
    }
}
