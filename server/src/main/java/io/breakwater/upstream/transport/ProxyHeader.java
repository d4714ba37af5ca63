package io.breakwater.upstream.transport;

import io.breakwater.config.ProxyProtocol;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Writes the header with which a connection tells of its client: haproxy's "The PROXY protocol",
/// versions 1 and 2.
final class ProxyHeader {
    private static final byte[] SIGNATURE = {
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A
    };
    private static final byte LOCAL = 0x20;
    private static final byte PROXY = 0x21;
    private static final byte TCP4 = 0x11;
    private static final byte TCP6 = 0x21;

    private ProxyHeader() {}

    /// Writes a header.
    ///
    /// @param version not OFF
    /// @param hop null for a connection of Breakwater's own
    /// @return ready to be sent
    static ByteBuffer of(ProxyProtocol version, @Nullable Hop hop) {
        return switch (version) {
            case OFF -> throw new IllegalArgumentException("no header");
            case V1 -> ByteBuffer.wrap(line(hop).getBytes(StandardCharsets.US_ASCII));
            case V2 -> binary(hop);
        };
    }

    private static String line(@Nullable Hop hop) {
        if (hop == null) return "PROXY UNKNOWN\r\n";
        boolean six = isSix(hop);
        return "PROXY "
                + (six ? "TCP6 " : "TCP4 ")
                + text(hop.client(), six)
                + ' '
                + text(hop.server(), six)
                + ' '
                + hop.client().getPort()
                + ' '
                + hop.server().getPort()
                + "\r\n";
    }

    /// One family for both addresses, so an IPv4 address beside an IPv6 one is mapped.
    private static boolean isSix(Hop hop) {
        return hop.client().getAddress() instanceof Inet6Address
                || hop.server().getAddress() instanceof Inet6Address;
    }

    private static String text(InetSocketAddress address, boolean six) {
        InetAddress ip = address.getAddress();
        if (ip instanceof Inet6Address || !six) {
            String text = ip.getHostAddress();
            int zone = text.indexOf('%');
            return zone < 0 ? text : text.substring(0, zone);
        }
        return "::ffff:" + ip.getHostAddress();
    }

    private static ByteBuffer binary(@Nullable Hop hop) {
        if (hop == null) {
            ByteBuffer header = ByteBuffer.allocate(16).put(SIGNATURE).put(LOCAL).put((byte) 0);
            return header.putShort((short) 0).flip();
        }
        boolean six = isSix(hop);
        int length = six ? 36 : 12;
        ByteBuffer header = ByteBuffer.allocate(16 + length).put(SIGNATURE).put(PROXY);
        header.put(six ? TCP6 : TCP4).putShort((short) length);
        put(header, hop.client().getAddress(), six);
        put(header, hop.server().getAddress(), six);
        header.putShort((short) hop.client().getPort());
        return header.putShort((short) hop.server().getPort()).flip();
    }

    private static void put(ByteBuffer header, InetAddress ip, boolean six) {
        byte[] bytes = ip.getAddress();
        if (six && bytes.length == 4) header.put(new byte[10]).putShort((short) 0xFFFF);
        header.put(bytes);
    }
}
