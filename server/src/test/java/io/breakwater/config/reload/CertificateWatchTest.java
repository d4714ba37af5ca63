package io.breakwater.config.reload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CertificateWatchTest {
    @TempDir Path folder;
    private final Queue<Duration> times = new ArrayDeque<>();
    private int applied;

    /// Twenty thousand files kept a tenth of a core busy when they were looked at each second.
    @Test
    void looksSeldomAtWhatTakesLong() throws IOException {
        CertificateWatch watch = watch();
        FileStamps before = changed();

        at(watch, before, Duration.ZERO, Duration.ofMillis(100));
        assertThat(applied).isEqualTo(1);
        at(watch, before, Duration.ofSeconds(5), Duration.ofSeconds(5));
        assertThat(applied).isEqualTo(1);
        at(watch, before, Duration.ofMillis(5100), Duration.ofMillis(5200));
        assertThat(applied).isEqualTo(2);
    }

    @Test
    void looksEveryFewSecondsHoweverLongItTakes() throws IOException {
        CertificateWatch watch = watch();
        FileStamps before = changed();

        at(watch, before, Duration.ZERO, Duration.ofSeconds(3));
        at(watch, before, Duration.ofSeconds(13), Duration.ofSeconds(16));
        assertThat(applied).isEqualTo(2);
    }

    private CertificateWatch watch() {
        times.add(Duration.ZERO);
        return new CertificateWatch(() -> times.remove().toNanos());
    }

    /// A file, as it was before it changed.
    private FileStamps changed() throws IOException {
        Path file = folder.resolve("some.pem");
        Files.writeString(file, "a");
        FileStamps before = FileStamps.of(List.of(file.toString()));
        Files.writeString(file, "longer");
        return before;
    }

    private void at(CertificateWatch watch, FileStamps before, Duration begin, Duration end) {
        times.clear();
        times.add(begin);
        times.add(end);
        watch.look(before, () -> applied++);
    }
}
