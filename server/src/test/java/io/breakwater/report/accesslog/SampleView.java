package io.breakwater.report.accesslog;

import io.breakwater.exchange.ExchangeView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A hand-made finished exchange: `GET /` answered with 200 and 612 bytes, unless changed.
public final class SampleView implements ExchangeView {
    private String method = "GET";
    private String uri = "/";
    private String protocol = "HTTP/1.1";
    private int status = 200;
    private long startMillis = 1_795_255_200_000L;
    private long latencyNanos = 1_234_567;
    private long requestBodyBytes;
    private long responseBodyBytes = 612;
    private String serverName = "web";
    private @Nullable String locationName = "app";
    private @Nullable String upstreamName;
    private @Nullable String reason;
    private final Map<String, String> headers = new HashMap<>();
    private final Map<String, String> responseHeaders = new HashMap<>();
    private final Map<String, String> cookies = new HashMap<>();
    private final List<Attempt> attempts = new ArrayList<>();

    /// Makes the plain one.
    public SampleView() {}

    /// Sets the request line.
    ///
    /// @param newMethod method
    /// @param newUri path and query as sent
    /// @return this
    public SampleView request(String newMethod, String newUri) {
        method = newMethod;
        uri = newUri;
        return this;
    }

    /// Sets the protocol.
    ///
    /// @param value as logged
    /// @return this
    public SampleView protocol(String value) {
        protocol = value;
        return this;
    }

    /// Sets the answer.
    ///
    /// @param newStatus status
    /// @param bytes body bytes sent
    /// @return this
    public SampleView answer(int newStatus, long bytes) {
        status = newStatus;
        responseBodyBytes = bytes;
        return this;
    }

    /// Sets the times.
    ///
    /// @param newStartMillis epoch milliseconds
    /// @param nanos latency
    /// @return this
    public SampleView times(long newStartMillis, long nanos) {
        startMillis = newStartMillis;
        latencyNanos = nanos;
        return this;
    }

    /// Sets the body bytes received.
    ///
    /// @param bytes how many
    /// @return this
    public SampleView received(long bytes) {
        requestBodyBytes = bytes;
        return this;
    }

    /// Sets the names.
    ///
    /// @param server server name
    /// @param location location name
    /// @param upstream upstream name
    /// @return this
    public SampleView names(String server, @Nullable String location, @Nullable String upstream) {
        serverName = server;
        locationName = location;
        upstreamName = upstream;
        return this;
    }

    /// Sets the failure.
    ///
    /// @param code reason code
    /// @return this
    public SampleView reason(String code) {
        reason = code;
        return this;
    }

    /// Adds a request field.
    ///
    /// @param name field name
    /// @param value one char a byte
    /// @return this
    public SampleView field(String name, String value) {
        headers.put(name.toLowerCase(Locale.ROOT), value);
        return this;
    }

    /// Adds a response field.
    ///
    /// @param name field name
    /// @param value one char a byte
    /// @return this
    public SampleView responseField(String name, String value) {
        responseHeaders.put(name.toLowerCase(Locale.ROOT), value);
        return this;
    }

    /// Adds a cookie.
    ///
    /// @param name cookie name
    /// @param value one char a byte
    /// @return this
    public SampleView withCookie(String name, String value) {
        cookies.put(name, value);
        return this;
    }

    /// Adds an attempt.
    ///
    /// @param attempt the attempt
    /// @return this
    public SampleView attempt(Attempt attempt) {
        attempts.add(attempt);
        return this;
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public String scheme() {
        return "http";
    }

    @Override
    public String host() {
        return "shop.example.com";
    }

    @Override
    public String path() {
        return encodedPath();
    }

    @Override
    public String encodedPath() {
        int mark = uri.indexOf('?');
        return mark < 0 ? uri : uri.substring(0, mark);
    }

    @Override
    public @Nullable String query() {
        int mark = uri.indexOf('?');
        return mark < 0 ? null : uri.substring(mark + 1);
    }

    @Override
    public String uri() {
        return uri;
    }

    @Override
    public String remoteAddr() {
        return "127.0.0.1";
    }

    @Override
    public int remotePort() {
        return 40000;
    }

    @Override
    public String clientIp() {
        return "127.0.0.1";
    }

    @Override
    public String serverAddr() {
        return "127.0.0.1";
    }

    @Override
    public int serverPort() {
        return 8080;
    }

    @Override
    public String requestId() {
        return "0123456789abcdef0123456789abcdef";
    }

    @Override
    public @Nullable String header(String name) {
        return headers.get(name.toLowerCase(Locale.ROOT));
    }

    @Override
    public @Nullable String cookie(String name) {
        return cookies.get(name);
    }

    @Override
    public @Nullable String argument(String name) {
        return null;
    }

    @Override
    public @Nullable String capture(String name) {
        return null;
    }

    @Override
    public @Nullable String tlsVersion() {
        return null;
    }

    @Override
    public @Nullable String tlsSni() {
        return null;
    }

    @Override
    public String protocol() {
        return protocol;
    }

    @Override
    public long startMillis() {
        return startMillis;
    }

    @Override
    public long latencyNanos() {
        return latencyNanos;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public long requestBodyBytes() {
        return requestBodyBytes;
    }

    @Override
    public long responseBodyBytes() {
        return responseBodyBytes;
    }

    @Override
    public @Nullable String responseHeader(String name) {
        return responseHeaders.get(name.toLowerCase(Locale.ROOT));
    }

    @Override
    public String serverName() {
        return serverName;
    }

    @Override
    public @Nullable String locationName() {
        return locationName;
    }

    @Override
    public @Nullable String upstreamName() {
        return upstreamName;
    }

    @Override
    public @Nullable String cacheStatus() {
        return null;
    }

    @Override
    public @Nullable String reason() {
        return reason;
    }

    @Override
    public List<Attempt> attempts() {
        return attempts;
    }

    @Override
    public long connectionId() {
        return 7;
    }

    @Override
    public boolean connectionReused() {
        return true;
    }

    @Override
    public @Nullable String tlsCipher() {
        return null;
    }
}
