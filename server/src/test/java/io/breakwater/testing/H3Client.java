package io.breakwater.testing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import tech.kwik.core.QuicClientConnection;
import tech.kwik.flupke.impl.Http3ClientConnectionImpl;

/// A client that speaks HTTP/3 by kwik and flupke, which have nothing in common with quiche. One
/// connection to 127.0.0.1.
public final class H3Client implements AutoCloseable {
    /// It takes some seconds for some megabytes where other tests run, too.
    private static final long PATIENCE_SECONDS = 60;

    private final QuicClientConnection quic;
    private final Http3ClientConnectionImpl http;
    private final ExecutorService threads;
    private final URI base;

    private H3Client(QuicClientConnection quic, ExecutorService threads, URI base) {
        this.quic = quic;
        this.http = new Http3ClientConnectionImpl(quic, threads);
        this.threads = threads;
        this.base = base;
    }

    /// Connects and shakes hands; takes any certificate.
    ///
    /// @param port of UDP
    /// @return a connected client
    /// @throws IOException when there is no connection
    public static H3Client to(int port) throws IOException {
        URI base = URI.create("https://127.0.0.1:" + port);
        H3Client client =
                new H3Client(
                        QuicClientConnection.newBuilder()
                                .uri(base)
                                .applicationProtocol("h3")
                                .connectTimeout(RawClient.PATIENCE)
                                .maxIdleTimeout(RawClient.PATIENCE)
                                .maxOpenPeerInitiatedUnidirectionalStreams(3)
                                .noServerCertificateCheck()
                                .build(),
                        Executors.newCachedThreadPool(),
                        base);
        try {
            client.http.connect();
            return client;
        } catch (IOException e) {
            client.close();
            throw e;
        }
    }

    /// Begins a request.
    ///
    /// @param path its target
    /// @return to go on with
    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve(path));
    }

    /// Sends a request and waits for the answer.
    ///
    /// @param request one of this client's
    /// @return the answer
    /// @throws Exception when there is none in time
    public HttpResponse<byte[]> send(HttpRequest request) throws Exception {
        return begin(request, BodyHandlers.ofByteArray()).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /// Sends a request.
    ///
    /// @param <T> what the body becomes
    /// @param request one of this client's
    /// @param body what becomes of the body
    /// @return the answer to come
    public <T> CompletableFuture<HttpResponse<T>> begin(HttpRequest request, BodyHandler<T> body) {
        CompletableFuture<HttpResponse<T>> answer = new CompletableFuture<>();
        threads.execute(() -> {
            try {
                answer.complete(http.send(request, body));
            } catch (IOException | RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    /// Gets a page.
    ///
    /// @param path its target
    /// @return the answer's body, one character per byte
    /// @throws Exception when there is no answer in time
    public String get(String path) throws Exception {
        return new String(send(request(path).build()).body(), StandardCharsets.ISO_8859_1);
    }

    /// Whom the server's certificate is for.
    ///
    /// @return such as `CN=shop`
    public String subject() {
        return quic.getServerCertificateChain().getFirst().getSubjectX500Principal().getName();
    }

    /// Whether the connection is there yet.
    ///
    /// @return false once it was closed by either side
    public boolean isConnected() {
        return quic.isConnected();
    }

    /// Closes the connection, with all that is under way.
    @Override
    public void close() {
        quic.close();
        threads.shutdownNow();
    }
}
