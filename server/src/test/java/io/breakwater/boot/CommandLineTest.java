package io.breakwater.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CommandLineTest {
    @TempDir Path home;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void acceptsAValidFile() throws IOException {
        Path file =
                Files.writeString(
                        home.resolve("good.toml"), "[upstreams.a]\nnodes = [\"127.0.0.1:1\"]\n");

        assertThat(run("validate", file.toString())).isZero();
        assertThat(out.toString()).contains("is valid").contains("1 upstreams");
    }

    @Test
    void reportsEveryProblemOfAFile() throws IOException {
        Path file =
                Files.writeString(
                        home.resolve("bad.toml"),
                        """
                        [servers.a]
                        listen = ["nowhere"]
                        locations = ["none"]
                        speed = 1
                        [upstreams.a]
                        nodes = []
                        """);

        assertThat(run("validate", file.toString())).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString())
                .contains("nowhere")
                .contains("none")
                .contains("speed")
                .contains("nodes");
    }

    @Test
    void namesAFileThatIsMissing() {
        assertThat(run("validate", home.resolve("gone.toml").toString()))
                .isEqualTo(ExitCode.FAILED);
        assertThat(err.toString()).contains("no such file").contains("gone.toml");
    }

    @Test
    void comparesTwoFilesWithoutAProcess() throws IOException {
        Path before =
                Files.writeString(
                        home.resolve("a.toml"), "[upstreams.a]\nnodes = [\"127.0.0.1:1\"]\n");
        Path after =
                Files.writeString(
                        home.resolve("b.json"),
                        "{\"upstreams\":{\"a\":{\"nodes\":[\"127.0.0.1:2\"]}}}");

        assertThat(run("diff", before.toString(), after.toString())).isZero();
        assertThat(out.toString()).contains("changed upstreams/a").contains("127.0.0.1:2");
    }

    @Test
    void saysThatNothingRuns() {
        assertThat(run("status")).isEqualTo(ExitCode.NOT_RUNNING);
        assertThat(run("stop")).isZero();
        assertThat(run("export")).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString()).contains("not running");
    }

    @Test
    void refusesAnUnknownVerb() {
        assertThat(run("restart")).isEqualTo(CommandLine.ExitCode.USAGE);
    }

    private int run(String verb, String... arguments) {
        List<String> all = new ArrayList<>(List.of(verb));
        all.addAll(List.of(arguments));
        if (!verb.equals("restart")) {
            all.addAll(
                    List.of(
                            "--set",
                            "data-dir=" + home.resolve("data"),
                            "--set",
                            "log-dir=" + home.resolve("logs")));
        }
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(new String[0]));
    }
}
