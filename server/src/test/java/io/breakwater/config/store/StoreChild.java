package io.breakwater.config.store;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.breakwater.config.Document;
import io.breakwater.config.Kind;
import io.breakwater.control.Control;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/// A process of its own that changes a store as fast as it can and prints the number of each
/// acknowledged revision.
final class StoreChild implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Process process;
    private final Thread reader;
    private volatile long acknowledged;
    private final Queue<String> output = new ConcurrentLinkedQueue<>();

    private StoreChild(Process process) {
        this.process = process;
        this.reader = Thread.ofVirtual().start(this::readAll);
    }

    /// The child's side.
    ///
    /// @param args the folder of the store
    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        // The parent's death ends the child as well.
        Thread.ofPlatform().daemon().start(StoreChild::exitWithParent);
        try (Store store =
                Store.open(
                        "jdbc:h2:file:" + Path.of(args[0], "config"),
                        Path.of(args[0], "secret.key"))) {
            Document document = store.document();
            out.println(store.revision());
            while (true) {
                long next = store.revision() + 1;
                String name = "location-" + next % 40;
                document =
                        document.with(
                                Kind.LOCATION,
                                name,
                                JsonNodeFactory.instance.objectNode().put("weight", next));
                out.println(store.commit(document, new Control.Change("child", "")).number());
            }
        }
    }

    private static void exitWithParent() {
        try {
            while (System.in.read() >= 0) {
                // until the end of input
            }
        } catch (IOException e) {
            // the same as its end
        }
        Runtime.getRuntime().halt(1);
    }

    static StoreChild start(Path dir) throws IOException {
        String java = ProcessHandle.current().info().command().orElseThrow();
        Process process =
                new ProcessBuilder(
                                java,
                                "-XX:TieredStopAtLevel=1",
                                "-Xshare:auto",
                                "-cp",
                                System.getProperty("java.class.path"),
                                StoreChild.class.getName(),
                                dir.toString())
                        .redirectErrorStream(true)
                        .start();
        return new StoreChild(process);
    }

    /// Runs a child until it has acknowledged so many changes, and kills it.
    ///
    /// @return the last one acknowledged
    static long kill(Path dir, long changes) throws IOException, InterruptedException {
        try (StoreChild child = start(dir)) {
            child.await(changes);
            return child.kill();
        }
    }

    long acknowledged() {
        return acknowledged;
    }

    void await(long changes) {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(2))
                .failFast(() -> {
                    if (reader.join(Duration.ofMillis(1)))
                        throw new AssertionError("the child ended: " + output);
                })
                .until(() -> acknowledged >= changes);
    }

    /// Kills it with SIGKILL and reads what it had still printed.
    long kill() throws InterruptedException {
        // Not Process.destroyForcibly, which would close the stream before its end is read.
        process.toHandle().destroyForcibly();
        process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (!reader.join(PATIENCE)) throw new IllegalStateException("output does not end");
        return acknowledged;
    }

    private void readAll() {
        try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
            String line;
            while ((line = lines.readLine()) != null) {
                if (!line.matches("\\d+")) output.add(line);
                // A killed writer may have printed half a number: only whole lines of digits count,
                // and readLine gives a last line without its end too, so a number must be the next.
                if (line.matches("\\d+")) {
                    long number = Long.parseLong(line);
                    if (acknowledged == 0 || number == acknowledged + 1) acknowledged = number;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.toHandle().destroyForcibly();
    }
}
