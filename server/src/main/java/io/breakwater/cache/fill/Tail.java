package io.breakwater.cache.fill;

import io.breakwater.cache.body.Piece;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.io.Retainable;

/// The newest bytes of a body in the buffers that they came in. Not safe for threads: its fill
/// guards it.
final class Tail {
    /// A buffer of a node's connection is not kept for fewer bytes: they are copied.
    private static final int SMALL_BYTES = 2048;

    private final List<Part> parts = new ArrayList<>();
    private int first;
    private long begin;
    private long end;

    /// Bytes at their place.
    ///
    /// @param from their position
    /// @param bytes never moved
    /// @param owner retained while this is in the tail
    record Part(long from, ByteBuffer bytes, Retainable owner) {
        long to() {
            return from + bytes.remaining();
        }

        void retain() {
            if (owner.canRetain()) owner.retain();
        }

        void release() {
            if (owner.canRetain()) owner.release();
        }
    }

    /// Adds bytes.
    ///
    /// @param bytes valid while their owner is retained
    /// @param owner retained as long as the part is here
    /// @return the part
    Part add(ByteBuffer bytes, Retainable owner) {
        Part part;
        if (owner.canRetain() && bytes.remaining() < SMALL_BYTES) {
            ByteBuffer copy = ByteBuffer.allocate(bytes.remaining()).put(bytes.slice()).flip();
            part = new Part(end, copy, Retainable.NON_RETAINABLE);
        } else {
            if (owner.canRetain()) owner.retain();
            part = new Part(end, bytes.slice(), owner);
        }
        parts.add(part);
        end = part.to();
        return part;
    }

    /// Where it begins: what is before has been dropped.
    long begin() {
        return begin;
    }

    /// How many bytes were added in all.
    long end() {
        return end;
    }

    /// Bytes at a place.
    ///
    /// @param position [#begin] to below [#end]
    /// @param most how many at most
    /// @return retained
    Piece read(long position, int most) {
        Part part = parts.get(find(position));
        int at = (int) (position - part.from);
        int bytes = Math.min(most, part.bytes.remaining() - at);
        if (part.owner.canRetain()) part.owner.retain();
        return new Piece(part.bytes.slice(at, bytes), part.owner);
    }

    private int find(long position) {
        int low = first;
        int high = parts.size() - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (parts.get(middle).to() <= position) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    /// Drops the parts that end at or before a place.
    ///
    /// @param position 0 or more
    /// @param dropped gets them, to be released
    void dropTo(long position, List<Part> dropped) {
        while (first < parts.size() && parts.get(first).to() <= position) {
            Part part = parts.get(first++);
            begin = part.to();
            dropped.add(part);
        }
        if (first > 64 && first * 2 > parts.size()) {
            parts.subList(0, first).clear();
            first = 0;
        }
    }
}
