package io.breakwater.acme;

import io.breakwater.tls.AlpnChallenges;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// What authorities are answered that ask whether a name is ours, as long as they do. Any thread.
public final class Challenges {
    private final Map<Asked, byte[]> files = new ConcurrentHashMap<>();
    private final AlpnChallenges alpn = new AlpnChallenges();

    /// Makes one without any.
    public Challenges() {}

    /// What is asked for.
    ///
    /// @param host whose it is, in lower case
    /// @param token the last segment of the path
    private record Asked(String host, String token) {}

    /// Those that are asked for over TLS.
    ///
    /// @return live
    public AlpnChallenges alpn() {
        return alpn;
    }

    void file(String host, String token, String content) {
        files.put(new Asked(host, token), content.getBytes(StandardCharsets.US_ASCII));
    }

    void removeFile(String host, String token) {
        files.remove(new Asked(host, token));
    }

    boolean hasFiles() {
        return !files.isEmpty();
    }

    /// What a file holds.
    ///
    /// @return null when it is not asked for
    byte @Nullable [] file(String host, String token) {
        return files.get(new Asked(host, token));
    }
}
