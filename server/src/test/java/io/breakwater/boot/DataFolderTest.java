package io.breakwater.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    @TempDir Path home;

    @Test
    void belongsToOneProcessAtATime() throws Exception {
        ProcessSettings settings = settings();
        try (DataFolder _ = DataFolder.open(settings)) {
            assertThatThrownBy(() -> DataFolder.open(settings))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("pid " + ProcessHandle.current().pid())
                    .hasMessageContaining(settings.dataDir().toString());
        }
        try (DataFolder again = DataFolder.open(settings)) {
            assertThat(again).isNotNull();
        }
    }

    @Test
    void isFreeWhenOnlyADeadProcessLeftItsFiles() throws Exception {
        ProcessSettings settings = settings();
        Files.createDirectories(settings.dataDir());
        Files.writeString(settings.pidFile(), "1\n");
        Files.writeString(settings.readyFile(), "pid=1\n");
        Files.writeString(DataFolder.lockFile(settings), "1\n");

        assertThat(LocalProcess.of(settings).isRunning()).isFalse();
        try (DataFolder _ = DataFolder.open(settings)) {
            assertThat(settings.pidFile()).hasContent(ProcessHandle.current().pid() + "");
            assertThat(settings.readyFile()).doesNotExist();
        }
    }

    @Test
    void tellsWhatWasWrittenWhenReady() throws Exception {
        ProcessSettings settings = settings();
        try (DataFolder folder = DataFolder.open(settings)) {
            assertThat(LocalProcess.of(settings).isReady()).isFalse();

            folder.ready("console=http://127.0.0.1:1\nshow=a\nshow=b\n");

            LocalProcess process = LocalProcess.of(settings);
            assertThat(process.value("console")).isEqualTo("http://127.0.0.1:1");
            assertThat(process.lines("show")).containsExactly("a", "b");
        }
        assertThat(LocalProcess.of(settings).isRunning()).isFalse();
    }

    @Test
    void namesTheFolderAndTheUserWhenItCannotBeMade() throws Exception {
        Files.writeString(home.resolve("data"), "a file where a folder should be");

        assertThatThrownBy(() -> DataFolder.open(settings()))
                .isInstanceOf(StartException.class)
                .hasMessageContaining(home.resolve("data").toString())
                .hasMessageContaining(System.getProperty("user.name"));
    }

    @Test
    void handsAStopRequestOverOnce() throws Exception {
        StopRequest.leave(home, Duration.ofSeconds(5));

        assertThat(StopRequest.take(home)).contains(Duration.ofSeconds(5));
        assertThat(StopRequest.take(home)).isEmpty();
    }

    private ProcessSettings settings() throws Exception {
        return ProcessSettings.read(home.resolve("conf/breakwater.toml"), Map.of(), List.of());
    }
}
