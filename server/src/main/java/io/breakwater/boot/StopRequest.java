package io.breakwater.boot;

import io.breakwater.config.Durations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How long a stop may drain when it is not the configured time: a signal carries no value, so the
/// stop command leaves it in a file beside the pid.
final class StopRequest {
    private static final Logger LOG = LoggerFactory.getLogger(StopRequest.class);
    private static final String NAME = "breakwater.stop";

    private StopRequest() {}

    static void leave(Path dataDir, Duration drain) throws IOException {
        Files.writeString(dataDir.resolve(NAME), Durations.format(drain) + "\n");
    }

    /// The time asked for, if any; asked once, it is gone.
    static Optional<Duration> take(Path dataDir) throws IOException {
        Path file = dataDir.resolve(NAME);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        String text = Files.readString(file).strip();
        Files.delete(file);
        try {
            return Optional.of(Durations.parse(text));
        } catch (IllegalArgumentException e) {
            LOG.warn("{}: {} is no duration; the configured drain time holds", file, text);
            return Optional.empty();
        }
    }
}
