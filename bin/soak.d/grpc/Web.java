import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import com.google.protobuf.ByteString;
import com.linecorp.armeria.client.grpc.GrpcClients;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.grpc.testing.integration.EmptyProtos.Empty;
import io.grpc.testing.integration.Messages.EchoStatus;
import io.grpc.testing.integration.Messages.Payload;
import io.grpc.testing.integration.Messages.ResponseParameters;
import io.grpc.testing.integration.Messages.SimpleRequest;
import io.grpc.testing.integration.Messages.SimpleResponse;
import io.grpc.testing.integration.Messages.StreamingOutputCallRequest;
import io.grpc.testing.integration.Messages.StreamingOutputCallResponse;
import io.grpc.testing.integration.TestServiceGrpc.TestServiceBlockingStub;
import io.grpc.testing.integration.UnimplementedServiceGrpc.UnimplementedServiceBlockingStub;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/// The cases of the interop suite that gRPC-Web can do, by Armeria's client, in both forms over HTTP/1.1
/// and HTTP/2, and what becomes of each.
/// Web.java PORT PORT_WITHOUT_NODES
public final class Web {
    private static final int[] SIZES = {31_415, 9, 2_653, 0, 1, 58_979};

    private final String scheme;
    private final String port;
    private final String dead;

    private Web(String scheme, String port, String dead) {
        this.scheme = scheme;
        this.port = port;
        this.dead = dead;
    }

    private interface Case {
        void run() throws Exception;
    }

    public static void main(String[] words) {
        boolean all = true;
        for (String form : new String[] {"gproto-web", "gproto-web-text"})
            for (String protocol : new String[] {"h1c", "h2c"})
                all &= new Web(form + "+" + protocol, words[0], words[1]).run();
        System.exit(all ? 0 : 1);
    }

    private boolean run() {
        Map<String, Case> cases = new LinkedHashMap<>();
        cases.put("empty_unary", this::empty);
        cases.put("large_unary", this::large);
        cases.put("server_streaming", this::stream);
        cases.put("slow_stream", this::slowStream);
        cases.put("custom_metadata", this::metadata);
        cases.put("status_code_and_message", this::status);
        cases.put("special_status_message", this::specialStatus);
        cases.put("unimplemented_method", this::unimplementedMethod);
        cases.put("unimplemented_service", this::unimplementedService);
        cases.put("timeout", this::timeout);
        cases.put("no_node", this::noNode);
        StringBuilder failed = new StringBuilder();
        cases.forEach(
                (name, one) -> {
                    try {
                        one.run();
                    } catch (Exception | AssertionError e) {
                        failed.append(' ').append(name);
                        System.out.println("        " + name + ": " + e);
                    }
                });
        boolean all = failed.isEmpty();
        System.out.println(
                (all ? "  ok    " : "  FAIL  ")
                        + scheme
                        + ": "
                        + (all ? cases.size() + " cases passed" : "failed:" + failed));
        return all;
    }

    private <T> T stub(Class<T> type, String at) {
        return GrpcClients.newClient(scheme + "://127.0.0.1:" + at + "/", type);
    }

    private TestServiceBlockingStub stub() {
        return stub(TestServiceBlockingStub.class, port).withDeadlineAfter(20, SECONDS);
    }

    private static void same(Object expected, Object found) {
        if (!expected.equals(found)) throw new AssertionError(found + " (expected: " + expected + ")");
    }

    private static StatusRuntimeException fails(Status.Code code, Case call) throws Exception {
        try {
            call.run();
        } catch (StatusRuntimeException e) {
            same(code, e.getStatus().getCode());
            return e;
        }
        throw new AssertionError("nothing failed (expected: " + code + ")");
    }

    private static Payload payload(int bytes) {
        byte[] body = new byte[bytes];
        Arrays.fill(body, (byte) 0xfe);
        return Payload.newBuilder().setBody(ByteString.copyFrom(body)).build();
    }

    private void empty() {
        same(Empty.getDefaultInstance(), stub().emptyCall(Empty.getDefaultInstance()));
    }

    private void large() {
        SimpleRequest request =
                SimpleRequest.newBuilder().setResponseSize(314_159).setPayload(payload(271_828)).build();
        SimpleResponse response = stub().unaryCall(request);
        same(314_159, response.getPayload().getBody().size());
    }

    private static StreamingOutputCallRequest request(int pauseMicros) {
        StreamingOutputCallRequest.Builder request = StreamingOutputCallRequest.newBuilder();
        for (int size : SIZES)
            request.addResponseParameters(
                    ResponseParameters.newBuilder().setSize(size).setIntervalUs(pauseMicros));
        return request.build();
    }

    private void stream() {
        Iterator<StreamingOutputCallResponse> answers = stub().streamingOutputCall(request(0));
        for (int size : SIZES) same(size, answers.next().getPayload().getBody().size());
        same(false, answers.hasNext());
    }

    /// The first message is there long before the last: one of them comes each second.
    private void slowStream() {
        Iterator<StreamingOutputCallResponse> answers = stub().streamingOutputCall(request(1_000_000));
        answers.next();
        long first = System.nanoTime();
        while (answers.hasNext()) answers.next();
        same(true, System.nanoTime() - first > SECONDS.toNanos(SIZES.length - 2));
    }

    private void metadata() {
        Metadata.Key<String> text =
                Metadata.Key.of("x-grpc-test-echo-initial", Metadata.ASCII_STRING_MARSHALLER);
        Metadata.Key<byte[]> binary =
                Metadata.Key.of("x-grpc-test-echo-trailing-bin", Metadata.BINARY_BYTE_MARSHALLER);
        Metadata sent = new Metadata();
        sent.put(text, "test_initial_metadata_value");
        sent.put(binary, new byte[] {(byte) 0xab, (byte) 0xab, (byte) 0xab, 0});
        AtomicReference<Metadata> head = new AtomicReference<>();
        AtomicReference<Metadata> trailers = new AtomicReference<>();
        TestServiceBlockingStub stub =
                stub().withInterceptors(
                                MetadataUtils.newAttachHeadersInterceptor(sent),
                                MetadataUtils.newCaptureMetadataInterceptor(head, trailers));
        stub.unaryCall(SimpleRequest.newBuilder().setResponseSize(1).build());
        same("test_initial_metadata_value", head.get().get(text));
        same(true, Arrays.equals(sent.get(binary), trailers.get().get(binary)));
    }

    private static EchoStatus echo(String message) {
        return EchoStatus.newBuilder().setCode(2).setMessage(message).build();
    }

    private void status() throws Exception {
        SimpleRequest request =
                SimpleRequest.newBuilder().setResponseStatus(echo("test status message")).build();
        StatusRuntimeException e = fails(Status.Code.UNKNOWN, () -> stub().unaryCall(request));
        same("test status message", e.getStatus().getDescription());
    }

    private void specialStatus() throws Exception {
        String message = "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \ud83d\ude08\t\n";
        SimpleRequest request = SimpleRequest.newBuilder().setResponseStatus(echo(message)).build();
        StatusRuntimeException e = fails(Status.Code.UNKNOWN, () -> stub().unaryCall(request));
        same(message, e.getStatus().getDescription());
    }

    private void unimplementedMethod() throws Exception {
        fails(Status.Code.UNIMPLEMENTED, () -> stub().unimplementedCall(Empty.getDefaultInstance()));
    }

    private void unimplementedService() throws Exception {
        fails(
                Status.Code.UNIMPLEMENTED,
                () ->
                        stub(UnimplementedServiceBlockingStub.class, port)
                                .unimplementedCall(Empty.getDefaultInstance()));
    }

    private void timeout() throws Exception {
        fails(
                Status.Code.DEADLINE_EXCEEDED,
                () -> {
                    Iterator<StreamingOutputCallResponse> answers =
                            stub().withDeadlineAfter(200, MILLISECONDS)
                                    .streamingOutputCall(request(1_000_000));
                    while (answers.hasNext()) answers.next();
                });
    }

    private void noNode() throws Exception {
        StatusRuntimeException e =
                fails(
                        Status.Code.UNAVAILABLE,
                        () ->
                                stub(TestServiceBlockingStub.class, dead)
                                        .emptyCall(Empty.getDefaultInstance()));
        same("upstream-connect-refused", e.getStatus().getDescription());
    }
}
