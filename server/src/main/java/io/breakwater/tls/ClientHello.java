package io.breakwater.tls;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SNIHostName;
import org.jspecify.annotations.Nullable;

/// What a client says first within TLS (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2), as far as it decides
/// who answers it. Immutable; numbers are those of IANA's registry "TLS Parameters".
public final class ClientHello {
    /// The bytes in front of a record's content, which tell its length.
    public static final int RECORD_HEADER = 5;

    /// The most that a record may be (RFC 8446 §5.1), with those in front.
    public static final int MOST_BYTES = RECORD_HEADER + (1 << 14);

    private static final int HANDSHAKE = 22;
    private static final int CLIENT_HELLO = 1;
    private static final int RANDOM = 32;
    private static final int SERVER_NAME = 0;
    private static final int SUPPORTED_GROUPS = 10;
    private static final int SIGNATURE_ALGORITHMS = 13;
    private static final int ALPN = 16;
    private static final int SUPPORTED_VERSIONS = 43;
    private static final int HOST_NAME = 0;
    private static final int[] NOTHING = {};

    /// What it lists by numbers.
    public enum Listed {
        /// Versions of TLS that it speaks.
        VERSIONS,
        /// Cipher suites.
        CIPHERS,
        /// Groups that keys may be agreed upon with.
        GROUPS,
        /// Schemes of signatures that it can check.
        SCHEMES
    }

    private final Map<Listed, int[]> listed = new EnumMap<>(Listed.class);
    private final List<String> protocols = new ArrayList<>(2);
    private @Nullable String host;

    /// Reads one.
    private ClientHello(ByteBuffer hello) {
        list(Listed.VERSIONS, hello.slice(0, 2));
        hello.getShort();
        part(hello, RANDOM);
        shortPart(hello); // session
        list(Listed.CIPHERS, longPart(hello));
        shortPart(hello); // compression
        if (hello.hasRemaining()) {
            ByteBuffer extensions = longPart(hello);
            while (extensions.hasRemaining())
                extension(extensions.getShort() & 0xFFFF, longPart(extensions));
        }
        if (hello.hasRemaining()) throw new IllegalArgumentException("more than a hello");
    }

    /// The host that it asks for (RFC 6066 §3).
    ///
    /// @return in lower case, null for none
    public @Nullable String host() {
        return host;
    }

    /// The protocols that it offers by ALPN (RFC 7301).
    ///
    /// @return the preferred one first, empty for none
    public List<String> protocols() {
        return Collections.unmodifiableList(protocols);
    }

    /// Whether it lists one of these.
    ///
    /// @param kind of numbers
    /// @param wanted of which one is enough
    /// @return false when it lists none of them
    public boolean hasAny(Listed kind, int... wanted) {
        for (int each : listed.getOrDefault(kind, NOTHING))
            for (int one : wanted) if (each == one) return true;
        return false;
    }

    /// How many bytes there have to be to read it.
    ///
    /// @param come the connection's first bytes, left as they are
    /// @return of the first record with what is in front of it; 0 when it can be seen that there
    ///   will be no [#read] of it
    public static int length(ByteBuffer come) {
        int at = come.position();
        if (come.hasRemaining() && come.get(at) != HANDSHAKE) return 0;
        if (come.remaining() < RECORD_HEADER) return RECORD_HEADER;
        int length = RECORD_HEADER + (come.getShort(at + 3) & 0xFFFF);
        return length > MOST_BYTES ? 0 : length;
    }

    /// Reads it.
    ///
    /// @param come the connection's first bytes, [#length] or more, left as they are
    /// @return null when the first record is not one whole hello: it may be none, one with
    ///   something wrong, or one that goes on in the next record
    public static @Nullable ClientHello read(ByteBuffer come) {
        try {
            ByteBuffer message = come.duplicate();
            if (message.get() != HANDSHAKE) return null;
            message.getShort(); // a version that says nothing
            ByteBuffer record = part(message, message.getShort() & 0xFFFF);
            if (record.get() != CLIENT_HELLO) return null;
            ByteBuffer hello =
                    part(record, (record.get() & 0xFF) << 16 | record.getShort() & 0xFFFF);
            return record.hasRemaining() ? null : new ClientHello(hello);
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return null; // who does not need it to be understood says what is wrong with it
        }
    }

    private static ByteBuffer part(ByteBuffer from, int length) {
        if (length > from.remaining()) throw new BufferUnderflowException();
        ByteBuffer part = from.slice(from.position(), length);
        from.position(from.position() + length);
        return part;
    }

    private static ByteBuffer shortPart(ByteBuffer from) {
        return part(from, from.get() & 0xFF);
    }

    private static ByteBuffer longPart(ByteBuffer from) {
        return part(from, from.getShort() & 0xFFFF);
    }

    private void list(Listed kind, ByteBuffer from) {
        int[] numbers = new int[from.remaining() / 2];
        for (int i = 0; i < numbers.length; i++) numbers[i] = from.getShort() & 0xFFFF;
        if (from.hasRemaining()) throw new IllegalArgumentException("half a number");
        listed.put(kind, numbers);
    }

    private void extension(int kind, ByteBuffer content) {
        switch (kind) {
            case SERVER_NAME -> serverName(longPart(content));
            case SUPPORTED_GROUPS -> list(Listed.GROUPS, longPart(content));
            case SIGNATURE_ALGORITHMS -> list(Listed.SCHEMES, longPart(content));
            case SUPPORTED_VERSIONS -> list(Listed.VERSIONS, shortPart(content));
            case ALPN -> {
                ByteBuffer names = longPart(content);
                while (names.hasRemaining()) protocols.add(text(shortPart(names)));
            }
            default -> {}
        }
    }

    private void serverName(ByteBuffer names) {
        while (names.hasRemaining()) {
            int kind = names.get();
            byte[] name = new byte[names.getShort() & 0xFFFF];
            names.get(name);
            if (kind == HOST_NAME)
                host = new SNIHostName(name).getAsciiName().toLowerCase(Locale.ROOT);
        }
    }

    private static String text(ByteBuffer bytes) {
        byte[] text = new byte[bytes.remaining()];
        bytes.get(text);
        return new String(text, StandardCharsets.ISO_8859_1);
    }
}
