package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.testing.BodyEngine;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.H3Client;
import io.breakwater.testing.Http3Kit;
import io.breakwater.testing.OriginExchange;
import io.breakwater.testing.Pattern;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Requests over HTTP/3, sent by kwik.
@WireTest
class Http3Test {
    @TempDir static Path shared;
    private static Http3Kit kit;

    @BeforeAll
    static void issue() throws Exception {
        kit = Http3Kit.in(shared);
    }

    @Test
    void requestsAreLikeAnyOthers() throws Exception {
        Setup setup =
                kit.speaking(Setup.answering("$scheme $tls-version $client-ip $path"))
                        .more("[log-formats.http3]\nformat = \"{proto} {status} {uri} {size}\"");
        String toml = setup.toml().replace("format = \"outcome\",", "format = \"http3\",");
        try (TestBreakwater breakwater = TestBreakwater.start(toml)) {
            try (H3Client client = H3Client.to(breakwater.port())) {
                HttpResponse<byte[]> answer = client.send(client.request("/a?b=c").build());
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.body()).asString().isEqualTo("https TLSv1.3 127.0.0.1 /a");
                assertThat(answer.headers().map()).containsKey("date").doesNotContainKey("alt-svc");
                assertThat(client.get("/d")).endsWith("/d");
                assertThat(breakwater.engine().connections()).isEqualTo(1);
                assertThat(breakwater.engine().figures().prometheus())
                        .contains(
                                "breakwater_tls_handshakes_total{outcome=\"done\",server=\"web\"}"
                                        + " 1.0");
            }
            await().atMost(RawClient.PATIENCE).until(() -> breakwater.engine().connections() == 0);
            assertThat(breakwater.stopAndLog())
                    .containsExactly("HTTP/3.0 200 /a?b=c 26", "HTTP/3.0 200 /d 26");
        }
    }

    @ParameterizedTest
    @EnumSource
    void bodiesAreWholeBothWays(BodyEngine engine) throws Exception {
        byte[] body = new Pattern().next(5 << 20);
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            byte[] got = exchange.readAll().body();
                            exchange.send(
                                    "HTTP/1.1 200 OK\r\nContent-Length: "
                                            + got.length
                                            + "\r\n\r\n");
                            exchange.out().write(got);
                        });
                TestBreakwater breakwater = kit.speaking(Setup.to(origin).engine(engine)).start();
                H3Client client = H3Client.to(breakwater.port())) {
            HttpRequest request =
                    client.request("/").POST(BodyPublishers.ofByteArray(body)).build();
            assertThat(client.send(request).body()).isEqualTo(body);
            assertThat(origin.exchanges().getFirst().head().field("Via"))
                    .isEqualTo("3.0 breakwater");
        }
    }

    @Test
    void manyRequestsShareAConnection() throws Exception {
        byte[] body = new Pattern().next(200_000);
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            exchange.readAll();
                            exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n");
                            exchange.out().write(body);
                        });
                TestBreakwater breakwater = kit.speaking(Setup.to(origin)).start();
                H3Client client = H3Client.to(breakwater.port())) {
            List<CompletableFuture<HttpResponse<byte[]>>> answers = new ArrayList<>();
            for (int i = 0; i < 20; i++)
                answers.add(
                        client.begin(client.request("/" + i).build(), BodyHandlers.ofByteArray()));
            for (CompletableFuture<HttpResponse<byte[]>> answer : answers)
                assertThat(answer.get(20, TimeUnit.SECONDS).body()).isEqualTo(body);
            assertThat(breakwater.engine().connections()).isEqualTo(1);
        }
    }

    @Test
    void storedBodiesAreWhole() throws Exception {
        byte[] body = new Pattern().next(9 << 20);
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            exchange.send(
                                    "HTTP/1.1 200 OK\r\n"
                                            + "Cache-Control: max-age=60\r\n"
                                            + "Content-Length: "
                                            + body.length
                                            + "\r\n\r\n");
                            exchange.out().write(body);
                        });
                TestBreakwater breakwater =
                        kit.speaking(
                                        Setup.to(origin)
                                                .location("cache = \"all\"")
                                                .more("[cache-policies.all]"))
                                .start();
                H3Client client = H3Client.to(breakwater.port())) {
            for (int round = 0; round < 3; round++)
                assertThat(client.send(client.request("/").build()).body()).isEqualTo(body);
            assertThat(origin.exchanges()).hasSize(1);
        }
    }

    @Test
    void aNodeThatDoesNotReadSlowsTheClient() throws Exception {
        int size = 64 << 20;
        AtomicLong sent = new AtomicLong();
        CountDownLatch over = new CountDownLatch(1);
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            if (exchange.head().method().equals("POST")) over.await();
                            else exchange.send(FakeOrigin.ok("quick"));
                        });
                TestBreakwater breakwater = kit.speaking(Setup.to(origin)).start()) {
            try (H3Client client = H3Client.to(breakwater.port())) {
                ByteArrayInputStream counted =
                        new ByteArrayInputStream(new byte[size]) {
                            @Override
                            public synchronized int read(byte[] to, int offset, int length) {
                                int count = super.read(to, offset, length);
                                if (count > 0) sent.addAndGet(count);
                                return count;
                            }
                        };
                var _ =
                        client.begin(
                                client.request("/")
                                        .POST(BodyPublishers.ofInputStream(() -> counted))
                                        .build(),
                                BodyHandlers.ofByteArray());
                await().atMost(RawClient.PATIENCE).until(() -> sent.get() >= 512 << 10);
                for (int i = 0; i < 100; i++) assertThat(client.get("/")).isEqualTo("quick");
            }
            // What is in the buffers of two sockets, one client and one window.
            assertThat(sent.get()).isLessThan(size / 4);
            over.countDown();
        }
    }

    @Test
    void whoLeavesEndsTheExchange() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(OriginExchange::awaitEnd);
                TestBreakwater breakwater = kit.speaking(Setup.to(origin)).start()) {
            try (H3Client client = H3Client.to(breakwater.port())) {
                var _ = client.begin(client.request("/").build(), BodyHandlers.ofByteArray());
                await().atMost(RawClient.PATIENCE).until(() -> !origin.exchanges().isEmpty());
            }
            assertThat(origin.exchanges().getFirst().ended()).isNotNull();
            assertThat(breakwater.log(1)).containsExactly("499 client-left");
        }
    }

    @Test
    void aFailureOfTheNodeIsOneForTheClient() throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            exchange.readAll();
                            exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort");
                            exchange.close();
                        });
                TestBreakwater breakwater = kit.speaking(Setup.to(origin)).start()) {
            // This client ends its connection, too, when a stream is reset amid a frame.
            try (H3Client client = H3Client.to(breakwater.port())) {
                assertThat(client.begin(client.request("/").build(), BodyHandlers.ofByteArray()))
                        .failsWithin(RawClient.PATIENCE);
            }
            origin.behave(FakeOrigin.answer(FakeOrigin.ok("well")));
            try (H3Client client = H3Client.to(breakwater.port())) {
                assertThat(client.get("/")).isEqualTo("well");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "max-header-size = \"2kb\", 431 headers-too-large, 3000, 0",
        "max-body-size = \"1kb\", 413 body-too-large, 0, 2000",
    })
    void limitsHold(String limit, String outcome, int headerBytes, int bodyBytes) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("here"));
                TestBreakwater breakwater = kit.speaking(Setup.to(origin).server(limit)).start();
                H3Client client = H3Client.to(breakwater.port())) {
            HttpRequest.Builder request = client.request("/");
            if (headerBytes > 0) request.header("X-Large", "x".repeat(headerBytes));
            if (bodyBytes > 0) request.POST(BodyPublishers.ofByteArray(new byte[bodyBytes]));
            HttpResponse<byte[]> answer = client.send(request.build());
            assertThat(answer.statusCode() + "").isEqualTo(outcome.substring(0, 3));
            assertThat(client.get("/")).isEqualTo("here");
            assertThat(breakwater.log(2)).containsExactly(outcome, "200 -");
        }
    }

    @Test
    void connectionsBeyondTheLimitAreRefused() throws Exception {
        Setup setup = kit.speaking(Setup.answering("here").server("max-connections = 1"));
        try (TestBreakwater breakwater = setup.start()) {
            try (H3Client first = H3Client.to(breakwater.port());
                    H3Client second = H3Client.to(breakwater.port())) {
                assertThat(first.get("/")).isEqualTo("here");
                assertThat(second.send(second.request("/").build()).statusCode()).isEqualTo(503);
                assertThat(first.get("/")).isEqualTo("here");
            }
            await().atMost(RawClient.PATIENCE).until(() -> breakwater.engine().connections() == 0);
            try (H3Client third = H3Client.to(breakwater.port())) {
                assertThat(third.get("/")).isEqualTo("here");
            }
        }
    }

    @Test
    void onlyIdleConnectionsAreClosedForIt() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            exchange.readAll();
                            answer.await();
                            exchange.send(FakeOrigin.ok("late"));
                        });
                TestBreakwater breakwater =
                        kit.speaking(Setup.to(origin).server("idle-timeout = \"2s\"")).start();
                H3Client busy = H3Client.to(breakwater.port());
                H3Client idle = H3Client.to(breakwater.port())) {
            CompletableFuture<HttpResponse<byte[]>> late =
                    busy.begin(busy.request("/").build(), BodyHandlers.ofByteArray());
            await().atMost(RawClient.PATIENCE).until(() -> breakwater.engine().inFlight() == 1);
            await().atMost(RawClient.PATIENCE).until(() -> breakwater.engine().connections() == 1);
            assertThat(idle.isConnected()).isFalse();
            answer.countDown();
            assertThat(late.get(20, TimeUnit.SECONDS).body()).asString().isEqualTo("late");
            await().atMost(RawClient.PATIENCE).until(() -> breakwater.engine().connections() == 0);
        }
    }
}
