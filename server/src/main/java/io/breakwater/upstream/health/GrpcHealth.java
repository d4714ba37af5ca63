package io.breakwater.upstream.health;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The two messages of `grpc.health.v1.Health/Check` as gRPC sends them. Pure.
///
/// Each message has a prefix of five bytes: 0 for "not compressed", then its length as a 32-bit
/// number, high byte first. Of protobuf's encoding two fields are needed:
///
/// | message | bytes |
/// |---|---|
/// | `HealthCheckRequest { string service = 1; }` | 0x0A, length of the name as varint, the name in UTF-8; nothing when it is empty |
/// | `HealthCheckResponse { ServingStatus status = 1; }` | 0x08, the number as varint; nothing when it is 0 |
///
/// Other fields are skipped, as protobuf wants it.
final class GrpcHealth {
    static final String PATH = "/grpc.health.v1.Health/Check";

    /// Of `ServingStatus`.
    static final String SERVING = "SERVING";

    private static final int PREFIX_BYTES = 5;
    private static final String[] SERVING_STATUSES = {
        "UNKNOWN", SERVING, "NOT_SERVING", "SERVICE_UNKNOWN"
    };
    private static final String[] STATUSES = {
        "OK",
        "CANCELLED",
        "UNKNOWN",
        "INVALID_ARGUMENT",
        "DEADLINE_EXCEEDED",
        "NOT_FOUND",
        "ALREADY_EXISTS",
        "PERMISSION_DENIED",
        "RESOURCE_EXHAUSTED",
        "FAILED_PRECONDITION",
        "ABORTED",
        "OUT_OF_RANGE",
        "UNIMPLEMENTED",
        "INTERNAL",
        "UNAVAILABLE",
        "DATA_LOSS",
        "UNAUTHENTICATED"
    };

    private GrpcHealth() {}

    /// The request.
    ///
    /// @param service the service that is asked about, empty for the whole server
    /// @return with its prefix
    static byte[] request(String service) {
        byte[] name = service.getBytes(StandardCharsets.UTF_8);
        ByteBuffer message = ByteBuffer.allocate(PREFIX_BYTES + 1 + 5 + name.length);
        message.position(PREFIX_BYTES);
        if (name.length > 0) {
            message.put((byte) 0x0a);
            int left = name.length;
            for (; left > 0x7f; left >>>= 7) message.put((byte) (left & 0x7f | 0x80));
            message.put((byte) left).put(name);
        }
        message.putInt(1, message.position() - PREFIX_BYTES);
        byte[] bytes = new byte[message.position()];
        message.flip().get(bytes);
        return bytes;
    }

    /// What a response says.
    ///
    /// @param bytes the response's body
    /// @return a name of `ServingStatus`, null when it is no such message
    static @Nullable String status(byte[] bytes) {
        if (bytes.length < PREFIX_BYTES || bytes[0] != 0) return null;
        ByteBuffer message = ByteBuffer.wrap(bytes);
        if (message.getInt(1) != bytes.length - PREFIX_BYTES) return null;
        message.position(PREFIX_BYTES);
        long status = 0;
        while (message.hasRemaining()) {
            long tag = varint(message);
            if (tag == 0x08) status = varint(message);
            else if (!skip(message, (int) (tag & 7))) return null;
            if (tag < 0 || status < 0) return null;
        }
        return status < SERVING_STATUSES.length ? SERVING_STATUSES[(int) status] : "" + status;
    }

    /// Skips a field's value.
    ///
    /// @return false when that cannot be
    private static boolean skip(ByteBuffer message, int wireType) {
        long bytes =
                switch (wireType) {
                    case 0 -> varint(message) < 0 ? -1 : 0;
                    case 1 -> 8;
                    case 2 -> varint(message);
                    case 5 -> 4;
                    default -> -1;
                };
        if (bytes < 0 || bytes > message.remaining()) return false;
        message.position(message.position() + (int) bytes);
        return true;
    }

    /// A number, seven bits in each byte, the lowest first.
    ///
    /// @return -1 when it does not end
    private static long varint(ByteBuffer from) {
        long value = 0;
        for (int shift = 0; shift < 63 && from.hasRemaining(); shift += 7) {
            byte b = from.get();
            value |= (b & 0x7fL) << shift;
            if (b >= 0) return value;
        }
        return -1;
    }

    /// A status of gRPC in words.
    ///
    /// @param code the number as sent
    /// @return number and name
    static String statusWords(String code) {
        boolean known = code.matches("\\d|1[0-6]");
        return "grpc status " + code + (known ? " " + STATUSES[Integer.parseInt(code)] : "");
    }
}
