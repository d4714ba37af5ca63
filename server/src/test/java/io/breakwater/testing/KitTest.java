package io.breakwater.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;

/// The kit speaks to itself, so that its own faults are not taken for Breakwater's.
@WireTest
class KitTest {
    @Test
    void readsLengthChunksAndTrailersOnOneConnection() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("hello"));
                RawClient client = RawClient.to(origin.port())) {
            assertThat(client.get("/a").response().text()).isEqualTo("hello");
            origin.behave(exchange -> {
                exchange.send("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n");
                exchange.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                exchange.chunk("one").chunk("two").send("0\r\nSum: 6\r\n\r\n");
            });
            Message chunked = client.get("/b").response();
            assertThat(chunked.text()).isEqualTo("onetwo");
            assertThat(chunked.trailers()).containsExactly(new Head.Field("Sum", "6"));
            assertThat(origin.connections()).isEqualTo(1);
            assertThat(origin.exchange(2).head().target()).isEqualTo("/b");
        }
    }

    @Test
    void tellsCloseFromReset() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(OriginExchange::close)) {
            try (RawClient client = RawClient.to(origin.port())) {
                assertThat(client.get("/").ending()).isEqualTo(Ending.CLOSED);
            }
            origin.behave(OriginExchange::reset);
            try (RawClient client = RawClient.to(origin.port())) {
                assertThat(client.get("/").ending()).isEqualTo(Ending.RESET);
            }
        }
    }

    @Test
    void reportsABodyThatEndsEarly() throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab");
                            exchange.close();
                        });
                RawClient client = RawClient.to(origin.port())) {
            Message broken = client.get("/").response();
            assertThat(broken.ending()).isEqualTo(Ending.CLOSED);
            assertThat(broken.text()).isEqualTo("ab");
        }
    }

    @Test
    void deadNodesRefuseOrStaySilent() throws Exception {
        try (DeadNode refusing = DeadNode.refusing();
                DeadNode silent = DeadNode.silent();
                Socket socket = new Socket();
                Socket other = new Socket()) {
            assertThatThrownBy(() -> socket.connect(addressOf(refusing), 5000))
                    .isInstanceOf(ConnectException.class);
            assertThatThrownBy(() -> other.connect(addressOf(silent), 200))
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    private static InetSocketAddress addressOf(DeadNode node) {
        String[] parts = node.address().split(":", -1);
        return new InetSocketAddress(parts[0], Integer.parseInt(parts[1]));
    }
}
