package io.breakwater.upstream.discovery;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/// The text of an address as people write it.
final class Literal {
    private static final int WORDS = 8;

    private Literal() {}

    /// Writes an address; IPv6 by RFC 5952 §4: the first of the longest runs of zeros is left out.
    static String of(InetAddress address) {
        if (!(address instanceof Inet6Address)) return address.getHostAddress();
        int[] words = new int[WORDS];
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        for (int i = 0; i < WORDS; i++) words[i] = Short.toUnsignedInt(bytes.getShort());
        int start = WORDS;
        int length = 1; // a single one is written
        for (int i = 0; i < WORDS; i++) {
            int run = zeros(words, i);
            if (run > length) {
                start = i;
                length = run;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < WORDS; i++) {
            if (i == start) {
                text.append("::");
                i += length - 1;
            } else {
                if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') text.append(':');
                text.append(Integer.toHexString(words[i]));
            }
        }
        return text.toString();
    }

    private static int zeros(int[] words, int from) {
        int end = from;
        while (end < WORDS && words[end] == 0) end++;
        return end - from;
    }
}
