package io.breakwater.http;

/// Times in seconds as fields write them (RFC 9111 §1.2.2).
public final class DeltaSeconds {
    /// What stands for a value that cannot be read.
    public static final long INVALID = -1;

    /// The greatest value. Greater ones mean it (RFC 9111 §1.2.2).
    public static final long MAX = 1L << 31;

    private DeltaSeconds() {}

    /// Parses digits.
    ///
    /// @param text the value without quotes
    /// @return seconds, 0 to [#MAX]; [#INVALID] for anything but digits
    public static long parse(String text) {
        if (text.isEmpty()) return INVALID;
        long seconds = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) return INVALID;
            seconds = Math.min(MAX, seconds * 10 + digit);
        }
        return seconds;
    }
}
