package io.breakwater.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.breakwater.config.InvalidConfigException;
import io.breakwater.config.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessSettingsTest {
    @TempDir Path home;
    private Path file = Path.of("");

    @BeforeEach
    void makeConfFolder() throws IOException {
        file = Files.createDirectory(home.resolve("conf")).resolve("breakwater.toml");
    }

    @Test
    void hasDefaultsWithoutAFile() throws Exception {
        ProcessSettings settings = ProcessSettings.read(file, Map.of(), List.of());

        assertThat(settings.dataDir()).isEqualTo(home.resolve("data"));
        assertThat(settings.adminListen().getPort()).isEqualTo(9180);
        assertThat(settings.drain()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.storeUrl())
                .isEqualTo("jdbc:h2:file:" + home.resolve("data") + "/config");
    }

    @Test
    void commandLineWinsOverEnvironmentAndEnvironmentOverTheFile() throws Exception {
        Files.writeString(
                file,
                "drain = \"1s\"\ndata-dir = \"from-file\"\n[admin]\nlisten = \"127.0.0.1:1\"\n");

        ProcessSettings settings =
                ProcessSettings.read(
                        file,
                        Map.of("BREAKWATER_ADMIN_LISTEN", "127.0.0.1:2", "BREAKWATER_DRAIN", "2s"),
                        List.of("admin.listen=127.0.0.1:3"));

        assertThat(settings.adminListen().getPort()).isEqualTo(3);
        assertThat(settings.drain()).isEqualTo(Duration.ofSeconds(2));
        assertThat(settings.dataDir()).isEqualTo(home.resolve("from-file"));
    }

    @Test
    void putsInKeysVariablesAndDefaults() throws Exception {
        Files.writeString(
                file,
                """
                data-dir = "${PLACE:-here}/d"
                log-dir = "${data-dir}/logs"
                first-config = "${NAME}.toml"
                """);

        ProcessSettings settings = ProcessSettings.read(file, Map.of("NAME", "mine"), List.of());

        assertThat(settings.dataDir()).isEqualTo(home.resolve("here/d"));
        assertThat(settings.logDir()).isEqualTo(home.resolve("here/d/logs"));
        assertThat(settings.firstConfig()).isEqualTo(home.resolve("mine.toml"));
    }

    @Test
    void reportsEveryProblemAtOnce() throws Exception {
        Files.writeString(file, "drain = \"soon\"\nselektors = 1\n[admin]\nlisten = \"nowhere\"\n");

        List<Problem> problems =
                problems(
                        Map.of("BREAKWATER_LOG_LEVEL", "loud"),
                        List.of("nonsense", "admin.listn=1"));

        assertThat(problems)
                .extracting(Problem::key)
                .containsExactlyInAnyOrder(
                        "selektors", "", "admin.listn", "drain", "admin.listen", "log.level");
        assertThat(problems)
                .filteredOn(problem -> problem.key().equals("admin.listn"))
                .singleElement()
                .satisfies(problem -> assertThat(problem.expected()).contains("admin.listen"));
    }

    @Test
    void refusesAReferenceToItself() throws Exception {
        Files.writeString(file, "data-dir = \"${log-dir}\"\nlog-dir = \"${data-dir}\"\n");

        assertThat(problems(Map.of(), List.of())).isNotEmpty();
    }

    @Test
    void namesTheLineThatIsNoToml() throws Exception {
        Files.writeString(file, "drain = \"1s\"\n[admin\n");

        assertThat(problems(Map.of(), List.of()))
                .singleElement()
                .satisfies(problem -> assertThat(problem.key()).isEqualTo("line 2"));
    }

    private List<Problem> problems(Map<String, String> environment, List<String> sets) {
        return catchThrowableOfType(
                        InvalidConfigException.class,
                        () -> ProcessSettings.read(file, environment, sets))
                .problems();
    }
}
