package io.breakwater.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// A node within TLS that answers each connection once and ends it with or without saying so.
public final class TlsOrigin implements AutoCloseable {
    private final ServerSocket listening =
            new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final SSLContext context;
    private final String answer;
    private final boolean saysSo;

    private TlsOrigin(SSLContext context, String answer, boolean saysSo) throws IOException {
        this.context = context;
        this.answer = answer;
        this.saysSo = saysSo;
    }

    /// Starts one.
    ///
    /// @param keys its certificate and key
    /// @param password of the keys
    /// @param answer all that it says
    /// @param saysSo whether a close_notify follows
    /// @return running
    /// @throws Exception when it does not start
    public static TlsOrigin start(KeyStore keys, char[] password, String answer, boolean saysSo)
            throws Exception {
        KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(keys, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        TlsOrigin origin = new TlsOrigin(context, answer, saysSo);
        Thread.ofVirtual().start(origin::accept);
        return origin;
    }

    /// Where it listens.
    ///
    /// @return `localhost:port`
    public String address() {
        return "localhost:" + listening.getLocalPort();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try (Socket plain = listening.accept()) {
                serve(plain);
            } catch (IOException e) {
                if (!listening.isClosed()) throw new UncheckedIOException(e);
            }
        }
    }

    private void serve(Socket plain) throws IOException {
        SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(plain, null, 0, false);
        socket.setUseClientMode(false);
        byte[] some = new byte[4096];
        if (socket.getInputStream().read(some) < 0) return;
        OutputStream out = socket.getOutputStream();
        out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        if (saysSo) socket.close();
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
