package io.breakwater.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A cookie that keeps a client where it was sent first.
///
/// @param name its name, a token
/// @param ttl how long the client keeps it, 1 s or more; null for as long as its session lasts
/// @param path the paths the client sends it with
/// @param domain the hosts the client sends it to, null for the host that set it
/// @param secure whether it is sent over TLS only
/// @param httpOnly whether scripts are kept from it
/// @param sameSite with which requests from other sites it is sent
public record CookieConfig(
        String name,
        @Nullable Duration ttl,
        String path,
        @Nullable String domain,
        Secure secure,
        boolean httpOnly,
        SameSite sameSite) {
    /// When it is sent over TLS only.
    public enum Secure {
        /// When it was set over TLS.
        AUTO,
        /// Always.
        ON,
        /// Never.
        OFF
    }

    /// With which requests from other sites it is sent.
    public enum SameSite {
        /// With navigations.
        LAX,
        /// With none.
        STRICT,
        /// With all.
        NONE,
        /// As the browser thinks best.
        OFF
    }
}
