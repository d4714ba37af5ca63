package io.breakwater.exchange;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.util.BufferUtil;
import org.jspecify.annotations.Nullable;

/// What a proxy has to know of gRPC over HTTP/2 (the protocol's document PROTOCOL-HTTP2): how calls
/// are recognised, how long they may take, and how failures are told.
public final class Grpc {
    private static final String TYPE = "application/grpc";
    private static final HttpField CONTENT_TYPE = new HttpField(HttpHeader.CONTENT_TYPE, TYPE);

    /// Where a status is told, in a head or in trailers.
    public static final String STATUS = "grpc-status";

    /// Where it is told in words, which is percent-encoded UTF-8.
    public static final String MESSAGE = "grpc-message";

    private static final int UNKNOWN = 2;
    private static final int DEADLINE_EXCEEDED = 4;
    private static final int PERMISSION_DENIED = 7;
    private static final int RESOURCE_EXHAUSTED = 8;
    private static final int UNIMPLEMENTED = 12;
    private static final int INTERNAL = 13;
    private static final int UNAVAILABLE = 14;
    private static final int UNAUTHENTICATED = 16;

    private static final int MOST_DIGITS = 8;
    private static final long LONGEST_NANOS = Long.MAX_VALUE / 4;

    private Grpc() {}

    /// Whether a request is a call: its content type is `application/grpc` or one of its formats,
    /// such as `application/grpc+proto`, and not that of gRPC-Web.
    ///
    /// @param request the request's fields, or a response's
    /// @return true for a call
    public static boolean isCall(HttpFields request) {
        String type = request.get(HttpHeader.CONTENT_TYPE);
        if (type == null || !type.regionMatches(true, 0, TYPE, 0, TYPE.length())) return false;
        if (type.length() == TYPE.length()) return true;
        char next = type.charAt(TYPE.length());
        return next == '+' || next == ';' || next == ' ';
    }

    /// How long a call may take, by its `grpc-timeout`: up to eight digits and a unit.
    ///
    /// @param request the request's fields
    /// @return nanoseconds, -1 when there is none that can be read, which is for the node to judge
    public static long timeoutNanos(HttpFields request) {
        String text = request.get("grpc-timeout");
        if (text == null || text.length() < 2 || text.length() > MOST_DIGITS + 1) return -1;
        long unit = unitNanos(text.charAt(text.length() - 1));
        if (unit < 0) return -1;
        long value = 0;
        for (int at = 0; at < text.length() - 1; at++) {
            char digit = text.charAt(at);
            if (digit < '0' || digit > '9') return -1;
            value = value * 10 + digit - '0';
        }
        return value > LONGEST_NANOS / unit ? LONGEST_NANOS : value * unit;
    }

    private static long unitNanos(char unit) {
        return switch (unit) {
            case 'n' -> 1L;
            case 'u' -> 1_000L;
            case 'm' -> 1_000_000L;
            case 'S' -> 1_000_000_000L;
            case 'M' -> 60_000_000_000L;
            case 'H' -> 3_600_000_000_000L;
            default -> -1;
        };
    }

    /// Makes a response, whose status becomes 200, tell of a failure as its client understands it.
    ///
    /// @param kind what failed
    /// @param exchange the exchange
    /// @return the body, which may be empty; null when the request is no call, and nothing is done
    public static @Nullable ByteBuffer tell(ErrorKind kind, Exchange exchange) {
        HttpFields.Mutable fields = exchange.response().getHeaders();
        GrpcWeb web = exchange.grpcWeb();
        ByteBuffer body;
        if (web != null) {
            body = web.tell(statusOf(kind, exchange), kind, fields);
        } else if (isCall(exchange.request().getHeaders())) {
            fields.put(CONTENT_TYPE);
            for (HttpField field : trailers(statusOf(kind, exchange), kind.code()))
                fields.put(field);
            body = BufferUtil.EMPTY_BUFFER;
        } else {
            return null;
        }
        exchange.response().setStatus(200);
        fields.put("X-Request-Id", exchange.requestId());
        return body;
    }

    /// What fails after a call's own deadline fails for that: a node may see it before we do.
    private static int statusOf(ErrorKind kind, Exchange exchange) {
        long most = timeoutNanos(exchange.request().getHeaders());
        boolean late = most >= 0 && System.nanoTime() - exchange.startNanos() >= most;
        return late && kind == ErrorKind.UPSTREAM_RESET ? DEADLINE_EXCEEDED : statusOf(kind);
    }

    /// Trailers that end a call.
    ///
    /// @param status 0 to 16
    /// @param message in words, printable ASCII without `%`
    /// @return the two fields
    public static HttpFields trailers(int status, String message) {
        return HttpFields.build().put(STATUS, Integer.toString(status)).put(MESSAGE, message);
    }

    /// The status of an answer that is no gRPC, by the table of http-grpc-status-mapping.
    ///
    /// @param status of the answer
    /// @return 2 to 16
    public static int ofHttp(int status) {
        return switch (status) {
            case 400 -> INTERNAL;
            case 401 -> UNAUTHENTICATED;
            case 403 -> PERMISSION_DENIED;
            case 404 -> UNIMPLEMENTED;
            case 429, 502, 503, 504 -> UNAVAILABLE;
            default -> UNKNOWN;
        };
    }

    /// The status of a failure, by the table of http-grpc-status-mapping where that has one, and by
    /// what happened where a proxy knows more than the table.
    ///
    /// @param kind what failed
    /// @return 1 to 16
    static int statusOf(ErrorKind kind) {
        return switch (kind) {
            case NO_LOCATION, METHOD_REFUSED, NOT_IMPLEMENTED -> UNIMPLEMENTED;
            case PURGE_REFUSED -> PERMISSION_DENIED;
            case TOO_MANY_REQUESTS,
                    OVERLOADED,
                    TOO_MANY_CONNECTIONS,
                    UPSTREAM_FULL,
                    QUEUE_TIMEOUT,
                    BODY_TOO_LARGE,
                    URI_TOO_LONG,
                    HEADERS_TOO_LARGE ->
                    RESOURCE_EXHAUSTED;
            // Nothing was executed, so that the call may be made again.
            case CONNECT_TIMEOUT -> UNAVAILABLE;
            case BODY_TIMEOUT, HEADER_TIMEOUT -> DEADLINE_EXCEEDED;
            default ->
                    switch (kind.status()) {
                        case 502, 503 -> UNAVAILABLE;
                        case 504 -> DEADLINE_EXCEEDED;
                        default -> INTERNAL;
                    };
        };
    }
}
