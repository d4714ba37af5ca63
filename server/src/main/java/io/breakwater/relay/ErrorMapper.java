package io.breakwater.relay;

import io.breakwater.exchange.ErrorKind;
import io.breakwater.exchange.ProxyException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.RejectedExecutionException;
import org.eclipse.jetty.client.HttpResponseException;
import org.eclipse.jetty.http.HttpException;

/// Says what a failure of an upstream attempt is.
final class ErrorMapper {
    private ErrorMapper() {}

    /// Finds the kind of a failure.
    ///
    /// @param failure what the client reported
    /// @return the kind
    static ErrorKind kindOf(Throwable failure) {
        return switch (failure) {
            case ProxyException proxy -> proxy.kind();
            case SocketTimeoutException timeout -> ErrorKind.CONNECT_TIMEOUT;
            case ConnectException refused -> ErrorKind.CONNECT_REFUSED;
            case NoRouteToHostException unreachable -> ErrorKind.CONNECT_REFUSED;
            case UnknownHostException unknown -> ErrorKind.UNRESOLVED;
            case UnresolvedAddressException unresolved -> ErrorKind.UNRESOLVED;
            case HttpResponseException invalid -> ofParser(invalid);
            case HttpException invalid ->
                    invalid.getCode() == 431
                            ? ErrorKind.UPSTREAM_HEADERS_TOO_LARGE
                            : ErrorKind.UPSTREAM_INVALID;
            case RejectedExecutionException full -> ErrorKind.CONNECT_REFUSED;
            case IOException broken -> ErrorKind.UPSTREAM_RESET;
            default -> ErrorKind.INTERNAL;
        };
    }

    /// The client's parser says in the reason phrase of a made-up response what it did not like.
    private static ErrorKind ofParser(HttpResponseException invalid) {
        if (invalid.getCause() instanceof HttpException http && http.getCode() == 431)
            return ErrorKind.UPSTREAM_HEADERS_TOO_LARGE;
        String reason = invalid.getResponse().getReason();
        if ("Response Header Bytes Too Large".equals(reason))
            return ErrorKind.UPSTREAM_HEADERS_TOO_LARGE;
        return "Early EOF".equals(reason) ? ErrorKind.UPSTREAM_RESET : ErrorKind.UPSTREAM_INVALID;
    }
}
