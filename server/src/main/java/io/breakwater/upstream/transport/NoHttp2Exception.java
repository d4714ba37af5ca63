package io.breakwater.upstream.transport;

import java.io.Serial;
import org.eclipse.jetty.http.HttpException;

/// The node does not speak HTTP/2. Nothing has been sent to it.
final class NoHttp2Exception extends HttpException.RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    NoHttp2Exception(String why) {
        super(502, "no HTTP/2 from the node: " + why);
    }
}
