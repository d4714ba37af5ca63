package io.breakwater.http;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Parses Host fields and authorities (RFC 9112 §3.2, RFC 3986 §3.2.2).
public final class Hosts {
    private static final int MAX_HOST = 253;
    private static final int MAX_LABEL = 63;
    private static final int MAX_PORT = 65535;
    private static final int V6_GROUPS = 8;

    private Hosts() {}

    /// A host and its port.
    ///
    /// @param host lower case, without a trailing dot; IPv6 without brackets; empty for an empty
    ///   Host field
    /// @param port 1 to 65535, -1 when none is given
    public record HostPort(String host, int port) {
        /// The host as it stands in a URL: IPv6 in brackets.
        ///
        /// @return the host without port
        public String urlHost() {
            return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        }
    }

    /// Parses the value of a Host field or the authority of a target.
    ///
    /// @param value as sent, without surrounding white space
    /// @return the host, null when the value is not a host with an optional port: user information,
    ///   white space, empty or overlong labels, characters outside of names, ports beyond 65535
    public static @Nullable HostPort of(String value) {
        int length = value.length();
        if (length == 0) {
            return new HostPort("", -1); // RFC 9112 §3.2: empty when the target has no authority
        }
        if (value.charAt(0) == '[') {
            return bracketed(value);
        }
        int colon = value.indexOf(':');
        int end = colon < 0 ? length : colon;
        int port = colon < 0 ? -1 : port(value, colon + 1);
        if (port == 0) {
            return null;
        }
        if (end > 0 && value.charAt(end - 1) == '.') {
            end--; // the root's dot names the same host
        }
        String host = name(value, end);
        return host == null ? null : new HostPort(host, port);
    }

    private static @Nullable HostPort bracketed(String value) {
        int close = value.indexOf(']');
        if (close < 0) {
            return null;
        }
        int port = -1;
        if (close + 1 < value.length()) {
            port = value.charAt(close + 1) == ':' ? port(value, close + 2) : 0;
        }
        String host = value.substring(1, close).toLowerCase(Locale.ROOT);
        return port == 0 || !isIpv6(host) ? null : new HostPort(host, port);
    }

    /// Reads the digits from an index to the end: the port, -1 for none, 0 for a bad one.
    private static int port(String value, int from) {
        int digits = value.length() - from;
        if (digits == 0) {
            return -1; // RFC 3986 §3.2.3: the port may be empty
        }
        int port = 0;
        for (int i = from; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < '0' || c > '9' || digits > 5) {
                return 0;
            }
            port = port * 10 + (c - '0');
        }
        return port <= MAX_PORT ? port : 0;
    }

    private static @Nullable String name(String value, int end) {
        if (end == 0 || end > MAX_HOST) {
            return null;
        }
        boolean upper = false;
        int label = 0;
        for (int i = 0; i < end; i++) {
            char c = value.charAt(i);
            if (c == '.') {
                if (label == 0) {
                    return null;
                }
                label = 0;
                continue;
            }
            label++;
            boolean big = c >= 'A' && c <= 'Z';
            upper |= big;
            // The underscore is no letter of host names, yet names of containers and services use
            // it.
            if (label > MAX_LABEL
                    || !(big
                            || (c >= 'a' && c <= 'z')
                            || (c >= '0' && c <= '9')
                            || c == '-'
                            || c == '_')) {
                return null;
            }
        }
        if (label == 0) {
            return null;
        }
        String host = end == value.length() ? value : value.substring(0, end);
        return upper ? host.toLowerCase(Locale.ROOT) : host;
    }

    /// Whether a text is an IPv6 address without brackets and without a zone.
    ///
    /// @param text the text
    /// @return true for an address of RFC 4291 §2.2
    public static boolean isIpv6(String text) {
        int groups = 0;
        boolean gap = false;
        int at = 0;
        int length = text.length();
        while (at < length) {
            if (text.startsWith("::", at)) {
                if (gap) {
                    return false;
                }
                gap = true;
                at += 2;
                continue;
            }
            if (at > 0 && !(gap && text.charAt(at - 1) == ':')) {
                if (text.charAt(at) != ':') {
                    return false;
                }
                at++;
            }
            int end = groupEnd(text, at);
            if (end == length && text.indexOf('.', at) >= 0) {
                groups += 2;
                return isIpv4(text.substring(at)) && complete(groups, gap);
            }
            if (end == at || end - at > 4) {
                return false;
            }
            groups++;
            at = end;
        }
        return complete(groups, gap);
    }

    private static boolean complete(int groups, boolean gap) {
        return gap ? groups < V6_GROUPS : groups == V6_GROUPS;
    }

    private static int groupEnd(String text, int from) {
        int end = from;
        while (end < text.length()
                && (Character.digit(text.charAt(end), 16) >= 0 || text.charAt(end) == '.')) {
            if (text.charAt(end) > 'f') {
                return from;
            }
            end++;
        }
        return end;
    }

    private static boolean isIpv4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return false;
        }
        for (String part : parts) {
            if (part.isEmpty() || part.length() > 3) {
                return false;
            }
            int number = 0;
            for (int i = 0; i < part.length(); i++) {
                int digit = part.charAt(i) - '0';
                if (digit < 0 || digit > 9) {
                    return false;
                }
                number = number * 10 + digit;
            }
            if (number > 255) {
                return false;
            }
        }
        return true;
    }
}
