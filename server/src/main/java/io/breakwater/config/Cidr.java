package io.breakwater.config;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/// An address block such as `10.0.0.0/8` or `::1/128`; a bare address is a block of one.
///
/// @param text as written
/// @param network the network's bytes, host bits zero
/// @param prefixBits 0 to 32 or 128
@SuppressWarnings("ArrayRecordComponent") // equals and hashCode below compare the content
public record Cidr(String text, byte[] network, int prefixBits) {
    /// Parses a block. Never asks DNS: only literals are accepted.
    ///
    /// @param text the block as text
    /// @return the block
    /// @throws IllegalArgumentException when it is not a literal address with an optional prefix
    ///   length
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        String host = slash < 0 ? text : text.substring(0, slash);
        if (host.isEmpty()
                || !host.matches("[0-9a-fA-F:.]+")
                || (!host.contains(":") && !host.matches("\\d+(\\.\\d+){3}")))
            throw new IllegalArgumentException("an address block such as 10.0.0.0/8 or ::1/128");
        byte[] bytes;
        int bits;
        try {
            bytes = InetAddress.ofLiteral(host).getAddress();
            bits = slash < 0 ? bytes.length * 8 : Integer.parseInt(text.substring(slash + 1));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("an address block such as 10.0.0.0/8 or ::1/128", e);
        }
        if (bits < 0 || bits > bytes.length * 8)
            throw new IllegalArgumentException("a prefix length of 0 to " + bytes.length * 8);
        for (int i = 0; i < bytes.length; i++) bytes[i] &= mask(bits, i);
        return new Cidr(text, bytes, bits);
    }

    /// Whether an address is inside one of some blocks.
    ///
    /// @param blocks any number
    /// @param address the address
    /// @return true when it is inside one
    public static boolean anyContains(List<Cidr> blocks, InetAddress address) {
        for (Cidr block : blocks) if (block.contains(address)) return true;
        return false;
    }

    /// Whether an address is inside.
    ///
    /// @param address the address; the other family never matches
    /// @return true when it is inside
    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length != network.length) return false;
        for (int i = 0; i < bytes.length; i++)
            if ((bytes[i] & mask(prefixBits, i)) != network[i]) return false;
        return true;
    }

    private static byte mask(int bits, int index) {
        int left = bits - index * 8;
        if (left >= 8) return (byte) 0xff;
        return left <= 0 ? 0 : (byte) (0xff << (8 - left));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Cidr that
                && prefixBits == that.prefixBits
                && Arrays.equals(network, that.network);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(network) * 31 + prefixBits;
    }

    @Override
    public String toString() {
        return text;
    }
}
