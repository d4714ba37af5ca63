package io.breakwater.boot;

import com.google.errorprone.annotations.Var;
import io.breakwater.config.Durations;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `stop`: drains and stops the running process.
@Command(name = "stop", description = "Drains and stops the running process.")
final class StopCommand extends Verb {
    private static final Duration BEYOND_DRAIN = Duration.ofSeconds(15);

    @Option(names = "--now", description = "Does not wait for requests in flight.")
    @Var
    private boolean now;

    @Option(names = "--drain", paramLabel = "TIME", description = "How long they may take.")
    private @Nullable String drain;

    @Override
    public Integer call() throws Exception {
        ProcessSettings settings = options.read();
        Duration time = now ? Duration.ZERO : asked(settings);
        LocalProcess process = LocalProcess.of(settings);
        Optional<ProcessHandle> handle =
                process.isRunning() ? ProcessHandle.of(process.pid()) : Optional.empty();
        if (handle.isEmpty()) {
            say("Breakwater is not running.");
            return 0;
        }
        if (now || drain != null) {
            StopRequest.leave(settings.dataDir(), time);
        }
        if (!handle.get().destroy()) {
            throw new CommandException(
                    "user "
                            + System.getProperty("user.name")
                            + " may not stop pid "
                            + process.pid());
        }
        if (!ends(handle.get(), time.plus(BEYOND_DRAIN))) {
            if (!now) {
                throw new CommandException(
                        "pid "
                                + process.pid()
                                + " has not ended after "
                                + Durations.format(time.plus(BEYOND_DRAIN))
                                + "; bin/stop.sh --now ends it at once");
            }
            handle.get().destroyForcibly();
            ends(handle.get(), BEYOND_DRAIN);
        }
        say("Breakwater stopped.");
        return 0;
    }

    private Duration asked(ProcessSettings settings) throws CommandException {
        if (drain == null) {
            return settings.drain();
        }
        try {
            return Durations.parse(drain);
        } catch (IllegalArgumentException e) {
            throw new CommandException("--drain " + drain + ": expected " + e.getMessage());
        }
    }

    private static boolean ends(ProcessHandle process, Duration time)
            throws InterruptedException, ExecutionException {
        try {
            process.onExit().get(time.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }
}
