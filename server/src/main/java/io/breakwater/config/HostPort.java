package io.breakwater.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// An address as configuration writes it: `host:port`, IPv6 in brackets.
///
/// @param host name or literal without brackets
/// @param port 0 to 65535
public record HostPort(String host, int port) {
    private static final Pattern FORM =
            Pattern.compile("(?:\\[([0-9a-fA-F:.]+)]|([^\\[\\]:/?#@\\s]+)):(\\d{1,5})");
    private static final Pattern HOST_NAME =
            Pattern.compile("(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?");
    private static final Pattern NUMBERS = Pattern.compile("[0-9.]+");

    /// The address as configuration writes it.
    ///
    /// @return `host:port`, IPv6 in brackets
    public String text() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }

    /// Parses an address.
    ///
    /// @param text what was written
    /// @return null when it is none
    public static @Nullable HostPort parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) return null;
        int port = Integer.parseInt(form.group(3));
        if (port > 65535) return null;
        String v6 = form.group(1);
        String host = v6 == null ? form.group(2) : v6;
        boolean right = host.equals("*") || literal(host) != null || (v6 == null && isName(host));
        return right ? new HostPort(host, port) : null;
    }

    /// Parses an address whose name may be absolute, with a dot at its end as in DNS.
    ///
    /// @param text what was written
    /// @return null when it is none
    static @Nullable HostPort parseAbsolute(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1 || text.charAt(colon - 1) != '.') return parse(text);
        HostPort relative = parse(text.substring(0, colon - 1) + text.substring(colon));
        return relative == null || !isName(relative.host)
                ? null
                : new HostPort(relative.host + ".", relative.port);
    }

    /// The address of a literal. Never asks DNS.
    ///
    /// @return null when the text is no literal
    static @Nullable InetAddress literal(String host) {
        boolean v6 = host.indexOf(':') >= 0;
        if (!v6 && !NUMBERS.matcher(host).matches()) return null;
        try {
            return Cidr.parse(host).prefixBits() == 0 ? null : InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException e) {
            return null; // the caller says what is expected
        }
    }

    /// The loopback address by its usual name, without asking anybody.
    static InetAddress localhost() {
        try {
            return InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1});
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }

    /// Whether this is the name of a host or a service.
    static boolean isName(String host) {
        return HOST_NAME.matcher(host).matches()
                && !NUMBERS.matcher(host).matches()
                && !host.contains("..");
    }
}
