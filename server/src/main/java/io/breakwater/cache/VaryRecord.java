package io.breakwater.cache;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is stored under the key of a URI whose responses vary: the lists of request fields that
/// they were chosen by, the newest first. The responses are under keys of their own.
///
/// | offset | bytes | meaning |
/// |---|---|---|
/// | 0 | 1 | version: 0x81, which no head of a response begins with |
/// | 1 | 1 | number of lists, 1 to [#MOST] |
/// | 2 | | each list: 1 byte, its number of names; each name: 2 bytes, its length, and its bytes |
final class VaryRecord {
    /// Who varies in more ways is forgotten in some of them.
    static final int MOST = 8;

    private static final byte VERSION = (byte) 0x81;

    private VaryRecord() {}

    /// Adds a list of names.
    ///
    /// @param present the bytes of a record, null for none
    /// @param names the newest list, at most 255 names
    /// @return the bytes of the new record, null when it says nothing new
    static @Nullable ByteBuffer with(@Nullable ByteBuffer present, List<String> names) {
        List<List<String>> lists = new ArrayList<>();
        if (present != null) lists.addAll(read(present));
        if (!lists.isEmpty() && lists.getFirst().equals(names)) return null;
        lists.remove(names);
        lists.addFirst(names);
        if (lists.size() > MOST) lists.removeLast();
        return write(lists);
    }

    private static ByteBuffer write(List<List<String>> lists) {
        int size = 2;
        for (List<String> names : lists) {
            size++;
            for (String name : names) size += 2 + name.length();
        }
        ByteBuffer bytes = ByteBuffer.allocate(size);
        bytes.put(VERSION).put((byte) lists.size());
        for (List<String> names : lists) {
            bytes.put((byte) names.size());
            for (String name : names)
                bytes.putShort((short) name.length()).put(name.getBytes(StandardCharsets.US_ASCII));
        }
        return bytes.flip();
    }

    /// Whether a stored head is such a record.
    static boolean is(ByteBuffer head) {
        return head.hasRemaining() && head.get(head.position()) == VERSION;
    }

    /// The lists of a record.
    ///
    /// @param bytes the record; its position stays
    /// @return the newest first
    /// @throws IllegalArgumentException when it is none
    static List<List<String>> read(ByteBuffer bytes) {
        if (!is(bytes)) throw new IllegalArgumentException("no record of Vary");
        ByteBuffer from = bytes.slice();
        from.get();
        try {
            List<List<String>> lists = new ArrayList<>();
            for (int left = from.get(); left > 0; left--) {
                List<String> names = new ArrayList<>();
                for (int more = from.get() & 0xff; more > 0; more--) {
                    byte[] name = new byte[from.getShort() & 0xffff];
                    from.get(name);
                    names.add(new String(name, StandardCharsets.US_ASCII));
                }
                lists.add(List.copyOf(names));
            }
            return lists;
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("a record of Vary cut short", e);
        }
    }
}
