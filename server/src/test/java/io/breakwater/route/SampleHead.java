package io.breakwater.route;

import io.breakwater.exchange.RequestHead;
import io.breakwater.http.PathNormaliser;
import io.breakwater.http.PathNormaliser.Normalised;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A request made up for a test.
final class SampleHead implements RequestHead {
    private final String method;
    private String host;
    private final String uri;
    private Normalised path;
    private final @Nullable String query;
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final Map<String, String> cookies = new TreeMap<>();
    private final Map<String, String> arguments = new TreeMap<>();
    private final Map<String, String> captures = new TreeMap<>();

    private SampleHead(String method, String host, String uri) {
        this.method = method;
        this.host = host.toLowerCase(Locale.ROOT);
        this.uri = uri;
        int question = uri.indexOf('?');
        query = question < 0 ? null : uri.substring(question + 1);
        path = normalised(question < 0 ? uri : uri.substring(0, question));
    }

    private static Normalised normalised(String rawPath) {
        Normalised normalised = PathNormaliser.of(rawPath);
        if (normalised == null) {
            throw new IllegalArgumentException(rawPath);
        }
        return normalised;
    }

    /// Makes it the next request, for benchmarks.
    SampleHead withTarget(String newHost, String rawPath) {
        host = newHost;
        path = normalised(rawPath);
        return this;
    }

    static SampleHead get(String host, String uri) {
        return new SampleHead("GET", host, uri);
    }

    static SampleHead of(String method, String host, String uri) {
        return new SampleHead(method, host, uri);
    }

    SampleHead withHeader(String name, String value) {
        headers.put(name, value);
        return this;
    }

    SampleHead withCookie(String name, String value) {
        cookies.put(name, value);
        return this;
    }

    SampleHead withArgument(String name, String value) {
        arguments.put(name, value);
        return this;
    }

    SampleHead withCaptures(Map<String, String> more) {
        captures.putAll(more);
        return this;
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public String scheme() {
        return "https";
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public String path() {
        return path.decoded();
    }

    @Override
    public String encodedPath() {
        return path.encoded();
    }

    @Override
    public @Nullable String query() {
        return query;
    }

    @Override
    public String uri() {
        return uri;
    }

    @Override
    public String remoteAddr() {
        return "192.0.2.1";
    }

    @Override
    public int remotePort() {
        return 40000;
    }

    @Override
    public String clientIp() {
        return "198.51.100.7";
    }

    @Override
    public String serverAddr() {
        return "192.0.2.9";
    }

    @Override
    public int serverPort() {
        return 8443;
    }

    @Override
    public String requestId() {
        return "0123456789abcdef0123456789abcdef";
    }

    @Override
    public @Nullable String header(String name) {
        return headers.get(name);
    }

    @Override
    public @Nullable String cookie(String name) {
        return cookies.get(name);
    }

    @Override
    public @Nullable String argument(String name) {
        return arguments.get(name);
    }

    @Override
    public @Nullable String capture(String name) {
        return captures.get(name);
    }

    @Override
    public @Nullable String tlsVersion() {
        return "TLSv1.3";
    }

    @Override
    public @Nullable String tlsSni() {
        return null;
    }
}
