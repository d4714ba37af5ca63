package io.breakwater.deliver;

import io.breakwater.deliver.PageTemplate.Escape;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// The origin that a first start puts behind the proxy, so that there is something to see before
/// anything is configured: a page, its style sheet and the time as JSON. Never blocks.
public final class SampleOrigin extends Handler.Abstract.NonBlocking {
    private static final String PAGE = Resources.text("sample-page.html");
    private static final byte[] STYLE = bytes(Resources.text("sample-page.css"));

    private final byte[] page;

    /// Makes the origin.
    ///
    /// @param consoleUrl the console's address, which the page links to
    /// @param version what the page shows as Breakwater's version
    public SampleOrigin(String consoleUrl, String version) {
        page =
                bytes(
                        PAGE.replace("{{console}}", Escape.HTML.escaped(consoleUrl))
                                .replace("{{version}}", Escape.HTML.escaped(version)));
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String method = request.getMethod();
        boolean head = HttpMethod.HEAD.is(method);
        Answer answer =
                head || HttpMethod.GET.is(method)
                        ? answer(Request.getPathInContext(request))
                        : plain(
                                HttpStatus.METHOD_NOT_ALLOWED_405,
                                "Only GET and HEAD are answered here.\n");
        response.setStatus(answer.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.contentType());
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, answer.cacheControl());
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.body().length);
        if (answer.status() == HttpStatus.METHOD_NOT_ALLOWED_405) {
            response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD");
        }
        response.write(true, head ? null : ByteBuffer.wrap(answer.body()), callback);
        return true;
    }

    /// The answer for a path.
    ///
    /// @param path decoded path
    /// @return the answer; 404 for all but the few paths there are
    Answer answer(String path) {
        return switch (path) {
            case "/", "/index.html" ->
                    new Answer(200, "text/html; charset=utf-8", "max-age=60", page);
            case "/style.css" -> new Answer(200, "text/css; charset=utf-8", "max-age=300", STYLE);
            case "/time" ->
                    new Answer(
                            200,
                            "application/json",
                            "no-store",
                            bytes("{\"time\":\"" + Instant.now() + "\"}\n"));
            default ->
                    plain(
                            HttpStatus.NOT_FOUND_404,
                            "The sample origin has no such page. Try / or /time.\n");
        };
    }

    private static Answer plain(int status, String text) {
        return new Answer(status, "text/plain; charset=utf-8", "no-store", bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// What is answered.
    ///
    /// @param status the status
    /// @param contentType the media type
    /// @param cacheControl the Cache-Control field
    /// @param body the body, not to be changed
    // The arrays never leave this class but into read-only writes.
    @SuppressWarnings("ArrayRecordComponent")
    record Answer(int status, String contentType, String cacheControl, byte[] body) {}
}
