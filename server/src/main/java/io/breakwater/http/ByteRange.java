package io.breakwater.http;

/// A stretch of a representation.
///
/// @param first index of its first byte, 0 or more
/// @param last index of its last byte, first or more
public record ByteRange(long first, long last) {
    /// Checks the order.
    public ByteRange {
        if (first < 0 || last < first) throw new IllegalArgumentException(first + "-" + last);
    }

    /// How many bytes it has.
    ///
    /// @return 1 or more
    public long length() {
        return last - first + 1;
    }

    /// The field that asks for it.
    ///
    /// @return a value for Range
    public String field() {
        return "bytes=" + first + "-" + last;
    }

    /// Whether another range is inside.
    ///
    /// @param other the other range
    /// @return true when each of its bytes is in this one
    public boolean contains(ByteRange other) {
        return first <= other.first && other.last <= last;
    }
}
