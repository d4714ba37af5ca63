package io.breakwater.upstream.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The bytes of gRPC health checks, compared with what protobuf's own code makes and reads.
class GrpcHealthTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 127, 128, 300, 20_000})
    void requestsAreWhatProtobufReads(int length) throws Exception {
        String service = "\u00e9" + "s".repeat(length);
        byte[] bytes = GrpcHealth.request(length == 0 ? "" : service);
        byte[] message = Arrays.copyOfRange(bytes, 5, bytes.length);
        assertThat(HealthCheckRequest.parseFrom(message).getService())
                .isEqualTo(length == 0 ? "" : service);
        assertThat(bytes[0]).isZero();
        assertThat(bytes[3] & 0xff).isEqualTo(message.length >> 8);
        assertThat(bytes[4] & 0xff).isEqualTo(message.length & 0xff);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UNRECOGNIZED")
    void responsesAreReadAsProtobufWritesThem(ServingStatus status) {
        byte[] message = HealthCheckResponse.newBuilder().setStatus(status).build().toByteArray();
        assertThat(GrpcHealth.status(prefixed(message))).isEqualTo(status.name());
    }

    @Test
    void unknownFieldsAreSkipped() {
        String fields = "1005" + "1a026869" + "2500000000" + "290000000000000000" + "0801";
        assertThat(GrpcHealth.status(prefixed(HexFormat.of().parseHex(fields))))
                .isEqualTo("SERVING");
        assertThat(GrpcHealth.status(prefixed(HexFormat.of().parseHex("0809")))).isEqualTo("9");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00000000",
                "0100000000",
                "00000000020801ff",
                "000000000108",
                "00000000021a05",
                "000000000408ffffff",
                "0000000002ff01",
                "00000000030b0801"
            })
    void whatIsNoSuchMessageIsNone(String hex) {
        assertThat(GrpcHealth.status(HexFormat.of().parseHex(hex))).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "0, grpc status 0 OK",
        "12, grpc status 12 UNIMPLEMENTED",
        "16, grpc status 16 UNAUTHENTICATED",
        "17, grpc status 17",
        "x, grpc status x"
    })
    void statusesHaveNames(String code, String words) {
        assertThat(GrpcHealth.statusWords(code)).isEqualTo(words);
    }

    private static byte[] prefixed(byte[] message) {
        byte[] bytes = new byte[5 + message.length];
        bytes[4] = (byte) message.length;
        System.arraycopy(message, 0, bytes, 5, message.length);
        return bytes;
    }
}
