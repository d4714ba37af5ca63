package io.breakwater.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a request means. Keys and defaults: the setting table (`Settings`).
///
/// @param name the object's name
/// @param enabled whether it takes part in routing
/// @param note free text
/// @param host host patterns as written: exact, `*.example.com`, `~regex`; empty matches any
/// @param path path pattern as written: `=/exact`, `/prefix`, `~regex`, empty for any
/// @param methods accepted methods in upper case; empty for all
/// @param matchHeaders conditions on fields: `name`, `name:value`, `name:~regex`
/// @param matchQuery conditions on query parameters
/// @param matchCookies conditions on cookies
/// @param weight overrides the computed weight; null for computed
/// @param upstream upstream name or a captured `$variable`; null when the location answers itself
///   or splits
/// @param split upstreams that share the requests, instead of one; empty for none
/// @param splitSticky the cookie that keeps clients at their upstream of the split, null for none
/// @param mirror who gets copies of the requests, null for nobody
/// @param rewrite rules `regex replacement`
/// @param requestHeaders operations on the upstream request's fields
/// @param responseHeaders operations on the response's fields
/// @param cache cache policy name, null for none
/// @param forwarded which forwarding fields the upstream gets
/// @param hostPolicy which Host the upstream gets: `preserve`, `upstream`, or a text with variables
/// @param respond a fixed answer, null for none
/// @param redirect a redirection, null for none
/// @param transform a body filter, null for none
/// @param compression how responses are compressed, null for not at all
/// @param maxBodySize bytes of a request body, -1 to use the server's
/// @param maxConcurrent requests at once, 0 for no limit
/// @param adaptiveConcurrency a limit of requests at once that finds itself, null for none
/// @param timeout the whole exchange, null for none
/// @param retry when another attempt is made, null for the upstream's own settings
/// @param websocket whether Upgrade is passed on
/// @param grpcWeb whether calls of gRPC-Web become calls of gRPC
/// @param tunnelIdleTimeout how long what an upgrade led to may be silent
public record LocationConfig(
        String name,
        boolean enabled,
        String note,
        List<String> host,
        String path,
        List<String> methods,
        List<String> matchHeaders,
        List<String> matchQuery,
        List<String> matchCookies,
        @Nullable Integer weight,
        @Nullable String upstream,
        List<Share> split,
        @Nullable CookieConfig splitSticky,
        @Nullable MirrorConfig mirror,
        List<String> rewrite,
        HeaderOps requestHeaders,
        HeaderOps responseHeaders,
        @Nullable String cache,
        Forwarded forwarded,
        String hostPolicy,
        @Nullable Respond respond,
        @Nullable Redirect redirect,
        @Nullable Transform transform,
        @Nullable CompressionConfig compression,
        long maxBodySize,
        int maxConcurrent,
        @Nullable AdaptiveConfig adaptiveConcurrency,
        @Nullable Duration timeout,
        @Nullable RetryConfig retry,
        boolean websocket,
        boolean grpcWeb,
        Duration tunnelIdleTimeout) {
    /// Copies the collections.
    public LocationConfig {
        host = List.copyOf(host);
        methods = List.copyOf(methods);
        matchHeaders = List.copyOf(matchHeaders);
        matchQuery = List.copyOf(matchQuery);
        matchCookies = List.copyOf(matchCookies);
        split = List.copyOf(split);
        rewrite = List.copyOf(rewrite);
    }

    /// Which forwarding fields are sent upstream.
    public enum Forwarded {
        /// `X-Forwarded-For`, `-Proto`, `-Host`, `-Port`.
        X_FORWARDED,
        /// `Forwarded` of RFC 7239.
        RFC7239,
        /// Both.
        BOTH,
        /// None; such fields of clients are removed.
        OFF
    }

    /// One upstream of a split.
    ///
    /// @param upstream its name
    /// @param weight its share, 0 for none
    public record Share(String upstream, int weight) {}

    /// A fixed answer.
    ///
    /// @param status 200 to 599
    /// @param body text with variables, may be empty
    /// @param headers fields with variables
    public record Respond(int status, String body, Map<String, String> headers) {
        /// Copies the map.
        public Respond {
            headers = Map.copyOf(headers);
        }
    }

    /// A redirection.
    ///
    /// @param to target with variables
    /// @param status 301, 302, 303, 307 or 308
    public record Redirect(String to, int status) {}

    /// A filter on the response body, run by the servlet engine.
    ///
    /// @param replace texts to replace, each with its replacement, tried in the given order; UTF-8
    /// @param types media types the filter touches, such as `text/html` or `text/*`
    public record Transform(List<Replace> replace, List<String> types) {
        /// Copies the lists.
        public Transform {
            replace = List.copyOf(replace);
            types = List.copyOf(types);
        }
    }

    /// One substitution.
    ///
    /// @param from literal text, not empty
    /// @param to literal text
    public record Replace(String from, String to) {}
}
