package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.testing.BodyEngine;
import io.breakwater.testing.DeadNode;
import io.breakwater.testing.H2Client;
import io.breakwater.testing.H2Node;
import io.breakwater.testing.H2NodeConnection;
import io.breakwater.testing.H2Stream;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What fails between a gRPC client and its node is told as gRPC tells it.
@WireTest
class GrpcFailureTest {
    private static final String BOTH = "protocols = [\"http1\", \"h2\"]";
    private static final String H2 = "protocol = \"h2\"";
    private static final String TYPE = "content-type: application/grpc";

    @ParameterizedTest
    @EnumSource
    void aNodeThatIsGoneIsUnavailable(BodyEngine engine) throws Exception {
        try (DeadNode node = DeadNode.refusing();
                TestBreakwater breakwater =
                        Setup.to(node.address()).engine(engine).server(BOTH).upstream(H2).start();
                H2Client client = H2Client.to(breakwater.port())) {
            told(client.open("POST", "/a.B/C", TYPE, "te: trailers").end(), 14);
            assertThat(breakwater.stopAndLog()).containsExactly("200 upstream-connect-refused");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "application/grpc, 200",
        "application/grpc+proto, 200",
        "Application/gRPC;x=y, 200",
        "application/grpc-web, 404",
        "text/plain, 404"
    })
    void aServiceThatNoLocationIsForIsUnimplemented(String type, int status) throws Exception {
        try (TestBreakwater breakwater =
                        Setup.answering("x").location("path = \"=/only\"").server(BOTH).start();
                H2Client client = H2Client.to(breakwater.port())) {
            H2Stream call = client.send("POST", "/a.B/C", "content-type: " + type).awaitEnd();
            assertThat(call.status()).isEqualTo(status);
            assertThat(call.field("grpc-status")).isEqualTo(status == 200 ? "12" : null);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aNodeThatTakesTooLongExceedsTheDeadline(BodyEngine engine) throws Exception {
        try (H2Node node = H2Node.start(H2NodeConnection::readOn);
                TestBreakwater breakwater =
                        Setup.to(node.address())
                                .engine(engine)
                                .server(BOTH)
                                .upstream(H2)
                                .upstream("response-timeout = \"100ms\"")
                                .start();
                H2Client client = H2Client.to(breakwater.port())) {
            told(client.open("POST", "/a.B/C", TYPE).end(), 4);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theClientSaysHowLongACallMayTake(BodyEngine engine) throws Exception {
        CompletableFuture<Integer> cancelled = new CompletableFuture<>();
        try (H2Node node =
                        H2Node.start(connection -> {
                            int stream = connection.next().stream();
                            cancelled.complete(connection.awaitReset(stream));
                            connection.readOn();
                        });
                TestBreakwater breakwater =
                        Setup.to(node.address())
                                .engine(engine)
                                .server(BOTH)
                                .upstream(H2)
                                .location("timeout = \"1h\"")
                                .start();
                H2Client client = H2Client.to(breakwater.port())) {
            told(client.open("POST", "/a.B/C", TYPE, "grpc-timeout: 100m").end(), 4);
            assertThat(cancelled.get(20, TimeUnit.SECONDS)).isEqualTo(8);
            assertThat(breakwater.stopAndLog()).containsExactly("200 exchange-timeout");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1H", "99999999H", "100x", "m", "123456789m", "-1S", ""})
    void otherTimeoutsDoNotEndIt(String timeout) throws Exception {
        try (H2Node node = H2Node.answering("x");
                TestBreakwater breakwater =
                        Setup.to(node.address()).server(BOTH).upstream(H2).start();
                H2Client client = H2Client.to(breakwater.port())) {
            H2Stream call = client.send("POST", "/a.B/C", TYPE, "grpc-timeout: " + timeout);
            assertThat(call.awaitEnd().text()).isEqualTo("x");
        }
    }

    @Test
    void limitsAreExhaustedResources() throws Exception {
        try (H2Node node = H2Node.start(H2NodeConnection::readOn);
                TestBreakwater breakwater =
                        Setup.to(node.address())
                                .server(BOTH)
                                .location("max-concurrent = 1")
                                .upstream(H2)
                                .start();
                H2Client client = H2Client.to(breakwater.port())) {
            H2Stream first = client.open("POST", "/a.B/C", TYPE);
            told(client.open("POST", "/a.B/C", TYPE).end(), 8);
            first.cancel();
            breakwater.log(2);
        }
    }

    private static void told(H2Stream call, int grpcStatus) throws IOException {
        call.awaitEnd();
        assertThat(call.status()).isEqualTo(200);
        assertThat(call.field("content-type")).isEqualTo("application/grpc");
        assertThat(call.field("grpc-status")).isEqualTo("" + grpcStatus);
        assertThat(call.field("grpc-message")).isNotEmpty();
        assertThat(call.field("x-request-id")).isNotEmpty();
        assertThat(call.bytes()).isEmpty();
    }
}
