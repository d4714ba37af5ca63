package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.control.NodeView;
import io.breakwater.testing.Nginx;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Nodes behind unix sockets.
@WireTest
class SocketNodeTest {
    @TempDir Path folder;

    private Nginx nginx(Path socket) throws Exception {
        return Nginx.start(
                folder, "listen unix:%s; location / { return 200 $host; }".formatted(socket));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http:///?interval=100ms&match=localhost", "tcp://?interval=100ms"})
    void isServedAndCheckedOverItsSocket(String check) throws Exception {
        Path socket = folder.resolve("node.sock");
        try (Nginx nginx = nginx(socket);
                TestBreakwater breakwater =
                        Setup.to("unix:" + socket)
                                .location("forwarded = { host = \"upstream\" }")
                                .upstream("health-check = \"" + check + "\"")
                                .start();
                RawClient client = breakwater.client()) {
            await().atMost(RawClient.PATIENCE)
                    .until(() -> Objects.equals(node(breakwater).health(), "up"));
            for (int round = 0; round < 3; round++) {
                assertThat(client.get("/").response().text()).isEqualTo("localhost");
                // The answer may be there before the writing thread has let go of the connection.
                await().atMost(RawClient.PATIENCE)
                        .until(() -> node(breakwater).idleConnections() > 0);
            }
            assertThat(node(breakwater).address()).isEqualTo("unix:" + socket);
            assertThat(node(breakwater).connections()).isEqualTo(1);
            assertThat(nginx.log(3)).isNotEmpty();
        }
    }

    @Test
    void aSocketThatIsNotThereIsARefusedConnection() throws Exception {
        try (TestBreakwater breakwater = Setup.to("unix:" + folder.resolve("none.sock")).start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().status()).isEqualTo(502);
            assertThat(breakwater.log(1)).containsExactly("502 upstream-connect-refused");
        }
    }

    private static NodeView node(TestBreakwater breakwater) {
        return Objects.requireNonNull(breakwater.engine().nodes("origin")).getFirst();
    }
}
