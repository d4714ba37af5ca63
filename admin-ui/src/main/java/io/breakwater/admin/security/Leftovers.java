package io.breakwater.admin.security;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Reads the rest of a request's body once its answer is out, without blocking.
///
/// Many answers need no body: wrong credentials, an unknown path, a method that does nothing.
/// Clients that send the body after the head get such an answer first. Jetty closes the connection
/// of a request whose body is not there to its end, and says so only when the answer has not begun;
/// a client then finds out with its next request, which fails. Over HTTP/2 it resets the stream,
/// and clients throw away the answer with it.
public final class Leftovers extends Handler.Wrapper {
    /// The longest body that is read on. Nothing here takes a longer one.
    private static final long MOST_BYTES = 10 * 1024 * 1024;

    /// Makes the handler.
    ///
    /// @param next what follows
    public Leftovers(Handler next) {
        super(next);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (request.getLength() > MOST_BYTES) {
            // RFC 9112 §9.6: a connection that will be closed is announced.
            if (isHttp1(request)) {
                response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString());
            }
            return super.handle(request, response, callback);
        }
        // Reading would ask for the body that the answer made unnecessary; Jetty announces the end
        // of such a connection.
        boolean waits = isHttp1(request) && expectsContinue(request);
        return super.handle(request, response, waits ? callback : new Rest(request, callback));
    }

    private static boolean isHttp1(Request request) {
        return request.getConnectionMetaData().getHttpVersion().getVersion()
                <= HttpVersion.HTTP_1_1.getVersion();
    }

    private static boolean expectsContinue(Request request) {
        HttpField expect = request.getHeaders().getField(HttpHeader.EXPECT);
        return expect != null && expect.contains(HttpHeaderValue.CONTINUE.asString());
    }

    private static final class Rest extends Callback.Nested {
        private final Request request;

        Rest(Request request, Callback callback) {
            super(callback);
            this.request = request;
        }

        @Override
        public void succeeded() {
            // A client that leaves meanwhile has had its answer.
            Content.Source.consumeAll(
                    request, Callback.from(super::succeeded, _ -> super.succeeded()));
        }
    }
}
