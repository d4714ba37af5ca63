package io.breakwater.exchange;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A request that was refused before it became an exchange, for the access log: its head was
/// malformed, too large or too slow.
///
/// @param server the server's name
/// @param connection the client's connection
/// @param kind why it was refused
/// @param method the method as far as known, `-` otherwise
/// @param uri the target as far as known, `-` otherwise
/// @param requestId its id
/// @param bodyBytes bytes of the answer's body
public record Unparsed(
        String server,
        ClientConnection connection,
        ErrorKind kind,
        String method,
        String uri,
        String requestId,
        long bodyBytes)
        implements ExchangeView {
    @Override
    public String scheme() {
        return "http";
    }

    @Override
    public String host() {
        return "";
    }

    @Override
    public String path() {
        return uri;
    }

    @Override
    public String encodedPath() {
        return uri;
    }

    @Override
    public @Nullable String query() {
        return null;
    }

    @Override
    public String remoteAddr() {
        return connection.peerAddress();
    }

    @Override
    public int remotePort() {
        return connection.peerPort();
    }

    @Override
    public String clientIp() {
        return connection.peerAddress();
    }

    @Override
    public String serverAddr() {
        return connection.localAddress();
    }

    @Override
    public int serverPort() {
        return connection.localPort();
    }

    @Override
    public @Nullable String header(String name) {
        return null;
    }

    @Override
    public @Nullable String cookie(String name) {
        return null;
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
        return "HTTP/1.1";
    }

    @Override
    public long startMillis() {
        return System.currentTimeMillis();
    }

    @Override
    public long latencyNanos() {
        return 0;
    }

    @Override
    public int status() {
        return kind.status();
    }

    @Override
    public long requestBodyBytes() {
        return 0;
    }

    @Override
    public long responseBodyBytes() {
        return bodyBytes;
    }

    @Override
    public @Nullable String responseHeader(String name) {
        return null;
    }

    @Override
    public String serverName() {
        return server;
    }

    @Override
    public @Nullable String locationName() {
        return null;
    }

    @Override
    public @Nullable String upstreamName() {
        return null;
    }

    @Override
    public @Nullable String cacheStatus() {
        return null;
    }

    @Override
    public String reason() {
        return kind.code();
    }

    @Override
    public List<Attempt> attempts() {
        return List.of();
    }

    @Override
    public long connectionId() {
        return connection.number();
    }

    @Override
    public boolean connectionReused() {
        return false;
    }

    @Override
    public @Nullable String tlsCipher() {
        return null;
    }
}
