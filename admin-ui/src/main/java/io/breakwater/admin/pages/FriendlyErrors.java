package io.breakwater.admin.pages;

import io.breakwater.admin.security.PlainErrors;
import io.breakwater.config.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.ee10.servlet.ErrorHandler;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Error answers of the context: a page for browsers, one line of text for everything else.
final class FriendlyErrors extends ErrorHandler {
    private static final Logger LOG = LoggerFactory.getLogger(FriendlyErrors.class);

    private final PlainErrors plain = new PlainErrors();
    private final StaticFiles assets;
    private final Templates templates;

    FriendlyErrors(StaticFiles assets, Templates templates) {
        this.assets = assets;
        this.templates = templates;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String accept = request.getHeaders().get(HttpHeader.ACCEPT);
        String path = request.getHttpURI().getPath();
        if (accept == null
                || !accept.contains("text/html")
                || path == null
                || path.startsWith("/api/")
                || path.startsWith("/static/")) return plain.handle(request, response, callback);
        Object code =
                request.getAttribute(org.eclipse.jetty.server.handler.ErrorHandler.ERROR_STATUS);
        int status = code instanceof Integer number ? number : response.getStatus();
        String id = "";
        Object cause =
                request.getAttribute(org.eclipse.jetty.server.handler.ErrorHandler.ERROR_EXCEPTION);
        if (status >= 500) {
            id = Failure.newId();
            LOG.error("{} failed, id {}", path, id, cause instanceof Throwable t ? t : null);
        }
        Reply reply =
                cause instanceof StoreException
                        ? Failure.unavailable("", id)
                        : Failure.of(status, id);
        if (!(reply instanceof Reply.View view)) return plain.handle(request, response, callback);
        Frame frame = new Frame(view.title(), "", "", "", List.of(), 0, false, false, null, assets);
        String html = templates.render("failure", Map.of("frame", frame, "view", view.view()));
        response.setStatus(view.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/html; charset=utf-8");
        byte[] bytes = html.getBytes(StandardCharsets.UTF_8);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
        response.write(true, BufferUtil.toBuffer(bytes), callback);
        return true;
    }
}
