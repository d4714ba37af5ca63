package io.breakwater.admin.security;

import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.ee10.servlet.ErrorHandler;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Answers what no servlet answers (unreadable requests, unknown paths, faults) with one line of
/// text that says nothing about the inside.
public final class PlainErrors extends ErrorHandler {
    /// Makes the handler.
    public PlainErrors() {}

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Object code =
                request.getAttribute(org.eclipse.jetty.server.handler.ErrorHandler.ERROR_STATUS);
        int status = code instanceof Integer number ? number : response.getStatus();
        Object message =
                request.getAttribute(org.eclipse.jetty.server.handler.ErrorHandler.ERROR_MESSAGE);
        String detail =
                status == HttpStatus.FORBIDDEN_403 && message instanceof String text ? text : "";
        answer(
                response,
                status == 0 ? HttpStatus.INTERNAL_SERVER_ERROR_500 : status,
                detail,
                callback);
        return true;
    }

    /// Answers a status with its reason and an explanation.
    static void answer(Response response, int status, String detail, Callback callback) {
        ResponseHeaders.addTo(response.getHeaders());
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
        String reason = status + " " + HttpStatus.getMessage(status);
        String text = detail.isEmpty() ? reason + "\n" : reason + ": " + detail + "\n";
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
        Content.Sink.write(response, true, text, callback);
    }
}
