package io.breakwater.boot;

import io.breakwater.config.HostPort;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// Socket addresses from and to the text that people write.
final class Addresses {
    private Addresses() {}

    /// Reads an address; null when it is not one. `*` is every address; names are resolved.
    static @Nullable InetSocketAddress parse(String text) {
        HostPort parsed = HostPort.parse(text);
        if (parsed == null) {
            return null;
        }
        return parsed.host().equals("*")
                ? new InetSocketAddress(parsed.port())
                : new InetSocketAddress(parsed.host(), parsed.port());
    }

    /// The address as one writes it, with IPv6 in brackets.
    static String text(InetSocketAddress address) {
        return text(address.getHostString(), address.getPort());
    }

    /// As [#text(InetSocketAddress)], from its parts.
    static String text(String host, int port) {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    /// A link that a browser on this machine can open: the wildcard address becomes `127.0.0.1`.
    static String link(String address) {
        String open =
                address.replaceFirst("^(0\\.0\\.0\\.0|\\[(::|0:0:0:0:0:0:0:0)])(?=:)", "127.0.0.1");
        return open.equals(address)
                ? "http://" + address
                : "http://" + open + " (listens on " + address + ")";
    }
}
