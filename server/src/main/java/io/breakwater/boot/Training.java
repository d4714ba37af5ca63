package io.breakwater.boot;

import com.google.errorprone.annotations.Var;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// The load of a training run: a node that serves bodies of any size, and clients over kept
/// connections. The JVM notes what runs often, and a process that starts from those notes needs a
/// fraction of the requests until its code is as fast as it gets.
final class Training implements AutoCloseable {
    private static final int CLIENTS = 4;
    private static final int BACKLOG = 64;
    private static final int PIECE_BYTES = 64 * 1024;
    private static final int MOST_HEAD_BYTES = 16 * 1024;
    private static final int TIMEOUT_MILLIS = 20_000;

    private final ServerSocket listening =
            new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /// Starts the node.
    ///
    /// @throws IOException when there is no port for it
    Training() throws IOException {
        threads.execute(this::accept);
    }

    /// Where the node is.
    ///
    /// @return a port of 127.0.0.1
    int port() {
        return listening.getLocalPort();
    }

    /// Sends GETs and reads the answers, over a few connections at once.
    ///
    /// @param port of 127.0.0.1
    /// @param path what to ask for
    /// @param count how often
    /// @throws IOException when an answer is missing
    void get(int port, String path, int count) throws IOException, InterruptedException {
        List<Future<?>> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++)
            clients.add(
                    threads.submit(() -> {
                        client(port, path, count / CLIENTS);
                        return null;
                    }));
        for (Future<?> client : clients) {
            try {
                client.get();
            } catch (ExecutionException e) {
                throw new IOException(path, e.getCause());
            }
        }
    }

    private static void client(int port, String path, int count) throws IOException {
        byte[] request =
                ("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: training\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream(), PIECE_BYTES);
            for (int i = 0; i < count; i++) {
                socket.getOutputStream().write(request);
                in.skipNBytes(length(head(in)));
            }
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0 || head.length() > MOST_HEAD_BYTES)
                throw new EOFException(head.toString());
            head.append((char) next);
        }
        return head.toString().toLowerCase(Locale.ROOT);
    }

    private static long length(String head) throws IOException {
        String name = "content-length: ";
        int at = head.indexOf(name);
        if (at < 0) throw new IOException("no Content-Length: " + head);
        return Long.parseLong(head.substring(at + name.length(), head.indexOf('\r', at)));
    }

    // ---- the node

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                threads.execute(() -> serve(socket));
            } catch (IOException e) {
                return; // it was closed
            }
        }
    }

    /// Bodies have as many bytes as the path's last part says.
    private static void serve(Socket socket) {
        byte[] piece = new byte[PIECE_BYTES];
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            while (true) {
                String path = head(in).split(" ", 3)[1];
                @Var long left = Long.parseLong(path.substring(path.lastIndexOf('/') + 1));
                out.write(
                        ("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: "
                                        + left
                                        + "\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                for (; left > 0; left -= piece.length)
                    out.write(piece, 0, (int) Math.min(left, piece.length));
            }
        } catch (IOException e) {
            // The connection is over; who asked would have told if it was too early.
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        threads.shutdownNow();
    }
}
