package io.breakwater.relay;

import io.breakwater.exchange.ErrorKind;
import io.breakwater.exchange.ProxyException;
import io.breakwater.upstream.transport.NodeTlsException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import org.eclipse.jetty.http.HttpException;

/// Says what a failure of an upstream attempt is.
final class ErrorMapper {
    private ErrorMapper() {}

    /// Finds the kind of a failure.
    ///
    /// @param failure what the transport reported
    /// @return the kind
    static ErrorKind kindOf(Throwable failure) {
        return switch (failure) {
            case ProxyException proxy -> proxy.kind();
            case SocketTimeoutException timeout -> ErrorKind.CONNECT_TIMEOUT;
            case ConnectException refused -> ErrorKind.CONNECT_REFUSED;
            case NoRouteToHostException unreachable -> ErrorKind.CONNECT_REFUSED;
            case UnknownHostException unknown -> ErrorKind.UNRESOLVED;
            case UnresolvedAddressException unresolved -> ErrorKind.UNRESOLVED;
            case HttpException invalid ->
                    invalid.getCode() == 431
                            ? ErrorKind.UPSTREAM_HEADERS_TOO_LARGE
                            : ErrorKind.UPSTREAM_INVALID;
            case NodeTlsException tls -> ErrorKind.UPSTREAM_TLS;
            case IOException broken -> ErrorKind.UPSTREAM_RESET;
            default -> ErrorKind.INTERNAL;
        };
    }
}
