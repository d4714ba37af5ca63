package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.breakwater.control.NodeView;
import io.breakwater.testing.H2Node;
import io.breakwater.testing.Pki;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// gRPC through Breakwater, and health checks that speak it, with grpc-java on both ends.
@WireTest
class GrpcTest {
    private static final String H2 = "protocol = \"h2\"\n";

    private final HealthStatusManager health = new HealthStatusManager();
    private Server server;
    private String address;

    @BeforeEach
    void startServer() throws Exception {
        server =
                NettyServerBuilder.forAddress(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .addService(health.getHealthService())
                        .build()
                        .start();
        address = "127.0.0.1:" + server.getPort();
        health.setStatus("shop", ServingStatus.SERVING);
    }

    @AfterEach
    void stopServer() throws Exception {
        server.shutdownNow();
        assertThat(server.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void callsPassWithTheirStatusAndMessages() throws Exception {
        try (TestBreakwater breakwater = Setup.to(address).upstream(H2).start()) {
            ManagedChannel channel =
                    NettyChannelBuilder.forAddress("127.0.0.1", breakwater.port())
                            .usePlaintext()
                            .build();
            try {
                HealthGrpc.HealthBlockingStub stub =
                        HealthGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
                HealthCheckRequest shop =
                        HealthCheckRequest.newBuilder().setService("shop").build();
                assertThat(stub.check(shop).getStatus()).isEqualTo(ServingStatus.SERVING);
                HealthCheckRequest other =
                        HealthCheckRequest.newBuilder().setService("other").build();
                assertThatThrownBy(() -> stub.check(other))
                        .isInstanceOf(StatusRuntimeException.class)
                        .extracting(e -> Status.fromThrowable((Throwable) e).getCode())
                        .isEqualTo(Status.Code.NOT_FOUND);
                // A stream of answers, each passed on when it comes.
                Iterator<HealthCheckResponse> watch = stub.watch(shop);
                assertThat(watch.next().getStatus()).isEqualTo(ServingStatus.SERVING);
                health.setStatus("shop", ServingStatus.NOT_SERVING);
                assertThat(watch.next().getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
            } finally {
                channel.shutdownNow();
                assertThat(channel.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "grpc://, up, ",
        "grpc:///shop, up, ",
        "grpc://shop.example/shop, up, ",
        "grpc:///sick, down, check: NOT_SERVING",
        "grpc:///other, down, check: grpc status 5 NOT_FOUND"
    })
    void checksAsConfigured(String check, String state, String why) throws Exception {
        health.setStatus("sick", ServingStatus.NOT_SERVING);
        try (TestBreakwater breakwater =
                Setup.to(address)
                        .upstream(H2 + "health-check = \"" + check + "?interval=100ms\"")
                        .start()) {
            await().atMost(RawClient.PATIENCE)
                    .untilAsserted(() -> assertThat(node(breakwater).health()).isEqualTo(state));
            if (why == null) assertThat(node(breakwater).why()).isNull();
            else assertThat(node(breakwater).why()).startsWith(why);
        }
    }

    @Test
    void aNodeComesAndGoesAsItSays() throws Exception {
        try (TestBreakwater breakwater =
                Setup.to(address)
                        .upstream(H2 + "health-check = \"grpc:///shop?interval=100ms&unhealthy=1\"")
                        .start()) {
            for (int round = 0; round < 2; round++) {
                health.setStatus("shop", ServingStatus.SERVING);
                await().atMost(RawClient.PATIENCE)
                        .until(() -> "up".equals(node(breakwater).health()));
                health.setStatus("shop", ServingStatus.NOT_SERVING);
                await().atMost(RawClient.PATIENCE)
                        .until(() -> "down".equals(node(breakwater).health()));
            }
        }
    }

    @Test
    void checksGoWithinTls(@TempDir Path folder) throws Exception {
        Pki pki = Pki.in(folder).issue("node", "DNS:localhost");
        Server secure =
                NettyServerBuilder.forAddress(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .useTransportSecurity(
                                folder.resolve("node.pem").toFile(),
                                folder.resolve("node.key").toFile())
                        .addService(health.getHealthService())
                        .build()
                        .start();
        try (TestBreakwater breakwater =
                Setup.to("https://localhost:" + secure.getPort())
                        .upstream(H2 + "ca = \"" + pki.path("ca.pem") + "\"")
                        .upstream("health-check = \"grpc:///shop?interval=100ms\"")
                        .start()) {
            await().atMost(RawClient.PATIENCE)
                    .untilAsserted(() -> assertThat(node(breakwater).health()).isEqualTo("up"));
        } finally {
            secure.shutdownNow();
            assertThat(secure.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void whoKnowsNoHealthServiceIsDown() throws Exception {
        try (H2Node node =
                        H2Node.start(connection -> {
                            while (true) {
                                int stream = connection.next().stream();
                                connection.body(stream);
                                connection.head(stream, true, ":status: 200", "grpc-status: 12");
                            }
                        });
                H2Node plain = H2Node.answering("not grpc");
                TestBreakwater breakwater =
                        Setup.to(node.address(), plain.address())
                                .upstream(H2 + "health-check = \"grpc://?interval=100ms\"")
                                .start()) {
            await().atMost(RawClient.PATIENCE)
                    .untilAsserted(() ->
                            assertThat(Objects.requireNonNull(breakwater.engine().nodes("origin")))
                                    .extracting(NodeView::why)
                                    .containsExactly(
                                            "check: grpc status 12 UNIMPLEMENTED",
                                            "check: no grpc status"));
        }
    }

    private static NodeView node(TestBreakwater breakwater) {
        return Objects.requireNonNull(breakwater.engine().nodes("origin")).getFirst();
    }
}
