package io.breakwater.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A program of others that runs beside a test and listens on a port of 127.0.0.1.
public final class Program implements AutoCloseable {
    private final Process process;
    private final int port;

    private Program(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /// Starts a program and waits until it listens.
    ///
    /// @param folder where it runs; its output goes to `program.out` there
    /// @param port the port that it was told
    /// @param command the program and what it is told
    /// @return a running program
    /// @throws IOException when it does not start
    public static Program start(Path folder, int port, String... command) throws IOException {
        Path out = folder.resolve("program.out");
        Program program =
                new Program(
                        new ProcessBuilder(new ArrayList<>(List.of(command)))
                                .directory(folder.toFile())
                                .redirectErrorStream(true)
                                .redirectOutput(out.toFile())
                                .start(),
                        port);
        try {
            await().atMost(RawClient.PATIENCE)
                    .until(() -> {
                        if (!program.process.isAlive())
                            throw new AssertionError(Files.readString(out));
                        return program.listens();
                    });
        } catch (Throwable failed) {
            program.close();
            throw failed;
        }
        return program;
    }

    /// Waits until somebody listens.
    ///
    /// @param port of 127.0.0.1
    public static void awaitListening(int port) {
        await().atMost(RawClient.PATIENCE).until(() -> listens(port));
    }

    private boolean listens() {
        return listens(port);
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    /// Where it listens.
    ///
    /// @return `host:port`
    public String address() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
