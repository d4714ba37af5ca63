package io.breakwater.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;

/// `reload`: SIGHUP to the running process, and what came of it.
@Command(
        name = "reload",
        description =
                "Has the running process read its settings and certificates again and open its"
                        + " access logs anew, as SIGHUP does.")
final class ReloadCommand extends Verb {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

    @Override
    public Integer call() throws Exception {
        ProcessSettings settings = options.read();
        LocalProcess process = LocalProcess.of(settings);
        if (!process.isReady()) {
            throw new CommandException("Breakwater is not running");
        }
        Path outcome = settings.reloadedFile();
        Files.deleteIfExists(outcome);
        signal(process.pid());
        if (!appears(outcome)) {
            throw new CommandException(
                    "pid "
                            + process.pid()
                            + " has not read its files within "
                            + PATIENCE.toSeconds()
                            + " s; see breakwater.log");
        }
        String faults = Files.readString(outcome);
        if (!faults.isEmpty()) {
            throw new CommandException("not read again:\n" + faults.indent(2).stripTrailing());
        }
        say("Settings and certificates are read again, access logs are open anew.");
        return 0;
    }

    /// The JDK can only end other processes, so the shell sends it.
    private static void signal(long pid)
            throws IOException, InterruptedException, CommandException {
        Process kill =
                new ProcessBuilder("sh", "-c", "kill -HUP " + pid)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        if (kill.waitFor() != 0) {
            throw new CommandException(
                    "user " + System.getProperty("user.name") + " may not signal pid " + pid);
        }
    }

    private static boolean appears(Path file) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.exists(file) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
        return Files.exists(file);
    }
}
