package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.testing.BodyEngine;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The four kinds of gRPC calls with grpc-java on both ends; bin/soak.sh grpc has its whole interop
/// suite.
@WireTest
class GrpcCallsTest {
    private static final String BOTH = "protocols = [\"http1\", \"h2\"]";
    private static final MethodDescriptor<String, String> UNARY = method("Unary", MethodType.UNARY);
    private static final MethodDescriptor<String, String> DOWN =
            method("Down", MethodType.SERVER_STREAMING);
    private static final MethodDescriptor<String, String> UP =
            method("Up", MethodType.CLIENT_STREAMING);
    private static final MethodDescriptor<String, String> BIDI =
            method("Bidi", MethodType.BIDI_STREAMING);

    private final CompletableFuture<Boolean> started = new CompletableFuture<>();
    private final CompletableFuture<Boolean> cancelled = new CompletableFuture<>();
    private Server server;

    private static MethodDescriptor<String, String> method(String name, MethodType type) {
        return MethodDescriptor.<String, String>newBuilder()
                .setType(type)
                .setFullMethodName("test.Texts/" + name)
                .setRequestMarshaller(new Texts())
                .setResponseMarshaller(new Texts())
                .build();
    }

    private static final class Texts implements MethodDescriptor.Marshaller<String> {
        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @BeforeEach
    void startServer() throws Exception {
        ServerServiceDefinition service =
                ServerServiceDefinition.builder("test.Texts")
                        .addMethod(UNARY, ServerCalls.asyncUnaryCall(this::unary))
                        .addMethod(DOWN, ServerCalls.asyncServerStreamingCall(this::down))
                        .addMethod(UP, ServerCalls.asyncClientStreamingCall(Joining::new))
                        .addMethod(BIDI, ServerCalls.asyncBidiStreamingCall(Echo::new))
                        .build();
        server =
                NettyServerBuilder.forAddress(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .addService(service)
                        .build()
                        .start();
    }

    @AfterEach
    void stopServer() throws Exception {
        server.shutdownNow();
        assertThat(server.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }

    private void unary(String request, StreamObserver<String> answers) {
        if (request.equals("fail")) {
            Metadata trailers = new Metadata();
            trailers.put(Metadata.Key.of("x-why", Metadata.ASCII_STRING_MARSHALLER), "because");
            answers.onError(
                    Status.DATA_LOSS.withDescription("vérité").asRuntimeException(trailers));
        } else if (request.equals("wait")) {
            started.complete(true);
            Context.current().addListener(context -> cancelled.complete(true), Runnable::run);
        } else {
            answers.onNext(request + "!");
            answers.onCompleted();
        }
    }

    private void down(String request, StreamObserver<String> answers) {
        for (String part : request.split(" ", -1)) answers.onNext(part);
        answers.onCompleted();
    }

    /// Answers with all that it got.
    private static final class Joining implements StreamObserver<String> {
        private final StringBuilder all = new StringBuilder();
        private final StreamObserver<String> answers;

        Joining(StreamObserver<String> answers) {
            this.answers = answers;
        }

        @Override
        public void onNext(String value) {
            all.append(value);
        }

        @Override
        public void onError(Throwable t) {
            // The client has gone.
        }

        @Override
        public void onCompleted() {
            answers.onNext(all.toString());
            answers.onCompleted();
        }
    }

    /// Answers each message at once.
    private static final class Echo implements StreamObserver<String> {
        private final StreamObserver<String> answers;

        Echo(StreamObserver<String> answers) {
            this.answers = answers;
        }

        @Override
        public void onNext(String value) {
            answers.onNext(value);
        }

        @Override
        public void onError(Throwable t) {
            // The client has gone.
        }

        @Override
        public void onCompleted() {
            answers.onCompleted();
        }
    }

    private interface Calls {
        void make(ManagedChannel channel) throws Exception;
    }

    private void through(BodyEngine engine, Calls calls) throws Exception {
        try (TestBreakwater breakwater =
                Setup.to("127.0.0.1:" + server.getPort())
                        .engine(engine)
                        .server(BOTH)
                        .upstream("protocol = \"h2\"")
                        .start()) {
            ManagedChannel channel =
                    NettyChannelBuilder.forAddress("127.0.0.1", breakwater.port())
                            .usePlaintext()
                            .build();
            try {
                calls.make(channel);
            } finally {
                channel.shutdownNow();
                assertThat(channel.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    private static CallOptions options() {
        return CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @EnumSource
    void oneMessageEachWay(BodyEngine engine) throws Exception {
        through(
                engine,
                channel -> {
                    assertThat(ClientCalls.blockingUnaryCall(channel, UNARY, options(), "a"))
                            .isEqualTo("a!");
                    assertThat(ClientCalls.blockingUnaryCall(channel, UNARY, options(), ""))
                            .isEqualTo("!");
                    assertThatThrownBy(() ->
                                    ClientCalls.blockingUnaryCall(
                                            channel, UNARY, options(), "fail"))
                            .isInstanceOfSatisfying(
                                    StatusRuntimeException.class,
                                    e -> {
                                        assertThat(e.getStatus().getCode())
                                                .isEqualTo(Status.Code.DATA_LOSS);
                                        assertThat(e.getStatus().getDescription())
                                                .isEqualTo("vérité");
                                        assertThat(e.getTrailers())
                                                .isNotNull()
                                                .asString()
                                                .contains("x-why=because");
                                    });
                });
    }

    @ParameterizedTest
    @EnumSource
    void manyMessagesDown(BodyEngine engine) throws Exception {
        through(
                engine,
                channel -> {
                    Iterator<String> answers =
                            ClientCalls.blockingServerStreamingCall(
                                    channel, DOWN, options(), "one two three");
                    assertThat(answers).toIterable().containsExactly("one", "two", "three");
                });
    }

    @ParameterizedTest
    @EnumSource
    void manyMessagesUp(BodyEngine engine) throws Exception {
        through(
                engine,
                channel -> {
                    Collected answers = new Collected();
                    StreamObserver<String> requests =
                            ClientCalls.asyncClientStreamingCall(
                                    channel.newCall(UP, options()), answers);
                    String large = "x".repeat(300_000);
                    for (int number = 0; number < 5; number++) requests.onNext(large);
                    requests.onCompleted();
                    assertThat(answers.next()).hasSize(1_500_000);
                    answers.awaitEnd();
                });
    }

    @ParameterizedTest
    @EnumSource
    void messagesBothWaysAtOnce(BodyEngine engine) throws Exception {
        through(
                engine,
                channel -> {
                    Collected answers = new Collected();
                    StreamObserver<String> requests =
                            ClientCalls.asyncBidiStreamingCall(
                                    channel.newCall(BIDI, options()), answers);
                    for (int number = 0; number < 20; number++) {
                        requests.onNext("message " + number);
                        assertThat(answers.next()).isEqualTo("message " + number);
                    }
                    requests.onCompleted();
                    answers.awaitEnd();
                });
    }

    @ParameterizedTest
    @EnumSource
    void aCallThatTheClientGivesUpIsCancelledAtTheNode(BodyEngine engine) throws Exception {
        through(
                engine,
                channel -> {
                    Collected answers = new Collected();
                    ClientCall<String, String> call = channel.newCall(UNARY, options());
                    ClientCalls.asyncUnaryCall(call, "wait", answers);
                    assertThat(started.get(20, TimeUnit.SECONDS)).isTrue();
                    call.cancel("enough", null);
                    assertThat(cancelled.get(20, TimeUnit.SECONDS)).isTrue();
                });
    }

    /// Answers as they come.
    private static final class Collected implements StreamObserver<String> {
        private final BlockingQueue<String> answers = new ArrayBlockingQueue<>(100);
        private final CountDownLatch end = new CountDownLatch(1);
        private volatile @Nullable Throwable failure;

        String next() throws InterruptedException {
            return Objects.requireNonNull(answers.poll(20, TimeUnit.SECONDS), "no answer");
        }

        void awaitEnd() throws InterruptedException {
            assertThat(end.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(failure).isNull();
        }

        @Override
        public void onNext(String value) {
            answers.add(value);
        }

        @Override
        public void onError(Throwable t) {
            failure = t;
            end.countDown();
        }

        @Override
        public void onCompleted() {
            end.countDown();
        }
    }
}
