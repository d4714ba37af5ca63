package io.breakwater.config.reload;

import io.breakwater.exchange.ExchangeView;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An invented exchange for previews of log formats and error pages. Its addresses are of the
/// documentation blocks (RFC 5737), its time is now.
final class SampleExchange implements ExchangeView {
    private static final String REQUEST_ID = "4f0c2b7e9d1a4c3f8b6e5d7a90c1f2e3";
    private static final long LATENCY_NANOS = 23_417_000;
    private static final long BODY_BYTES = 18_342;
    private static final int OK = 200;
    private static final Map<String, String> REQUEST_FIELDS =
            Map.ofEntries(
                    Map.entry("host", "www.example.com"),
                    Map.entry(
                            "user-agent",
                            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101"
                                    + " Firefox/140.0"),
                    Map.entry("accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"),
                    Map.entry("accept-language", "en-GB,en;q=0.7"),
                    Map.entry("accept-encoding", "gzip, br"),
                    Map.entry("referer", "https://www.example.com/articles/"),
                    Map.entry("cookie", "session=8c1f; theme=dark"),
                    Map.entry(
                            "traceparent",
                            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
    private static final Map<String, String> RESPONSE_FIELDS =
            Map.of(
                    "content-type", "text/html; charset=utf-8",
                    "content-length", Long.toString(BODY_BYTES),
                    "cache-control", "max-age=60",
                    "etag", "\"5f3a-18342\"",
                    "server", "origin");
    private static final Map<String, String> COOKIES = Map.of("session", "8c1f", "theme", "dark");

    private final int status;
    private final long startMillis = System.currentTimeMillis();

    private SampleExchange(int status) {
        this.status = status;
    }

    static SampleExchange served() {
        return new SampleExchange(OK);
    }

    static SampleExchange failed(int status) {
        return new SampleExchange(status);
    }

    @Override
    public String method() {
        return "GET";
    }

    @Override
    public String scheme() {
        return "https";
    }

    @Override
    public String host() {
        return "www.example.com";
    }

    @Override
    public String path() {
        return "/articles/42";
    }

    @Override
    public String encodedPath() {
        return path();
    }

    @Override
    public String query() {
        return "page=2";
    }

    @Override
    public String uri() {
        return path() + "?" + query();
    }

    @Override
    public String remoteAddr() {
        return "192.0.2.10";
    }

    @Override
    public int remotePort() {
        return 51_234;
    }

    @Override
    public String clientIp() {
        return "203.0.113.7";
    }

    @Override
    public String serverAddr() {
        return "198.51.100.1";
    }

    @Override
    public int serverPort() {
        return 443;
    }

    @Override
    public String requestId() {
        return REQUEST_ID;
    }

    @Override
    public @Nullable String header(String name) {
        return REQUEST_FIELDS.get(name.toLowerCase(Locale.ROOT));
    }

    @Override
    public @Nullable String cookie(String name) {
        return COOKIES.get(name);
    }

    @Override
    public @Nullable String argument(String name) {
        return name.equals("page") ? "2" : null;
    }

    @Override
    public @Nullable String capture(String name) {
        return null;
    }

    @Override
    public String tlsVersion() {
        return "TLSv1.3";
    }

    @Override
    public String tlsSni() {
        return host();
    }

    @Override
    public String tlsCipher() {
        return "TLS_AES_256_GCM_SHA384";
    }

    @Override
    public String protocol() {
        return "HTTP/1.1";
    }

    @Override
    public long startMillis() {
        return startMillis;
    }

    @Override
    public long latencyNanos() {
        return LATENCY_NANOS;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public long requestBodyBytes() {
        return 0;
    }

    @Override
    public long responseBodyBytes() {
        return BODY_BYTES;
    }

    @Override
    public @Nullable String responseHeader(String name) {
        return RESPONSE_FIELDS.get(name.toLowerCase(Locale.ROOT));
    }

    @Override
    public String serverName() {
        return "web";
    }

    @Override
    public String locationName() {
        return "articles";
    }

    @Override
    public String upstreamName() {
        return "app";
    }

    @Override
    public String cacheStatus() {
        return "MISS";
    }

    @Override
    public @Nullable String reason() {
        return null;
    }

    @Override
    public List<Attempt> attempts() {
        return List.of(
                new Attempt("198.51.100.20:9001", OK, false, 412_000, -1, 19_804_000, 22_960_000));
    }

    @Override
    public long connectionId() {
        return 1842;
    }

    @Override
    public boolean connectionReused() {
        return true;
    }
}
