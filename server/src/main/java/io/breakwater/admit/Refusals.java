package io.breakwater.admit;

import io.breakwater.exchange.ClientConnection;
import io.breakwater.exchange.ErrorKind;
import io.breakwater.exchange.ErrorRenderer;
import io.breakwater.exchange.Exchange;
import io.breakwater.exchange.RequestLog;
import io.breakwater.exchange.ServerPlan;
import io.breakwater.exchange.Snapshot;
import io.breakwater.exchange.Unparsed;
import io.breakwater.listen.ListenAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/// Answers and logs what Jetty refuses before there is an exchange: malformed, oversized or slow
/// request heads.
public final class Refusals implements Request.Handler {
    private final Supplier<Snapshot> snapshot;
    private final RequestLog figures;

    /// Makes the handler, for [org.eclipse.jetty.server.Server#setErrorHandler].
    ///
    /// @param snapshot the configuration in force
    /// @param figures counts refusals
    public Refusals(Supplier<Snapshot> snapshot, RequestLog figures) {
        this.snapshot = snapshot;
        this.figures = figures;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (request.getAttribute(Exchange.BROKEN_OFF) != null) {
            callback.failed(new EofException("broken off"));
            return true;
        }
        ClientConnection connection = ListenAddress.connectionOf(request);
        ServerPlan server = ((ListenAddress) connection.listener()).planOf(snapshot.get());
        String id = UUID.randomUUID().toString().replace("-", "");
        if (request.getAttribute(ErrorHandler.ERROR_EXCEPTION) instanceof IOException gone) {
            // Its stream was reset, or its connection ended, before anything was done with it.
            report(
                    new Unparsed(
                            server.config().name(),
                            connection,
                            ErrorKind.CLIENT_LEFT,
                            request.getMethod(),
                            request.getHttpURI().getPathQuery(),
                            id,
                            0),
                    server.log());
            callback.failed(gone);
            return true;
        }
        ErrorKind kind = kindOf(request);
        ErrorRenderer.Body page =
                server.errors()
                        .render(
                                null,
                                id,
                                kind.status(),
                                request.getHeaders().get(HttpHeader.ACCEPT));
        response.setStatus(kind.status());
        HttpFields.Mutable fields = response.getHeaders();
        fields.put(HttpHeader.CONTENT_TYPE, page.contentType());
        fields.put(HttpHeader.CONTENT_LENGTH, page.bytes().length);
        fields.put(request.getConnectionMetaData().getConnector().getServer().getDateField());
        fields.put(HttpHeader.CONNECTION, "close");
        fields.put("X-Request-Id", id);
        server.sign(fields, request.getConnectionMetaData().isSecure(), connection);
        boolean parsed =
                !request.getHttpURI().toString().contains("badMessage")
                        && !request.getHttpURI().toString().contains("badRequest");
        report(
                new Unparsed(
                        server.config().name(),
                        connection,
                        kind,
                        parsed ? request.getMethod() : "-",
                        parsed ? request.getHttpURI().getPathQuery() : "-",
                        id,
                        page.bytes().length),
                server.log());
        response.write(true, ByteBuffer.wrap(page.bytes()), callback);
        return true;
    }

    /// Logs a connection that was closed for a slow request head.
    ///
    /// @param connection the connection
    public void headTimedOut(ClientConnection connection) {
        ServerPlan server = ((ListenAddress) connection.listener()).planOf(snapshot.get());
        String id = UUID.randomUUID().toString().replace("-", "");
        report(
                new Unparsed(
                        server.config().name(),
                        connection,
                        ErrorKind.HEADER_TIMEOUT,
                        "-",
                        "-",
                        id,
                        0),
                server.log());
    }

    private void report(Unparsed refused, RequestLog log) {
        log.log(refused);
        figures.log(refused);
    }

    private static ErrorKind kindOf(Request request) {
        int code =
                request.getAttribute(ErrorHandler.ERROR_STATUS) instanceof Integer status
                        ? status
                        : 400;
        if (request.getAttribute(ErrorHandler.ERROR_EXCEPTION) instanceof HttpException http)
            code = http.getCode();
        return switch (code) {
            case 408 -> ErrorKind.HEADER_TIMEOUT;
            case 413 -> ErrorKind.BODY_TOO_LARGE;
            case 414 -> ErrorKind.URI_TOO_LONG;
            case 417 -> ErrorKind.EXPECTATION_FAILED;
            case 431 -> ErrorKind.HEADERS_TOO_LARGE;
            case 501, 505 -> ErrorKind.NOT_IMPLEMENTED;
            case 500 -> ErrorKind.INTERNAL;
            default -> ErrorKind.BAD_REQUEST;
        };
    }
}
