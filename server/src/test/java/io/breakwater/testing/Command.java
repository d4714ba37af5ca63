package io.breakwater.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A program of others that was run to its end.
///
/// @param code what it ended with
/// @param output all that it wrote, as ISO 8859-1
public record Command(int code, String output) {
    /// Runs a program, with nothing to read.
    ///
    /// @param words the program and its arguments
    /// @return how it ended
    /// @throws IOException when it cannot be run, or does not end
    public static Command run(String... words) throws IOException {
        return run(Duration.ofSeconds(60), words);
    }

    /// Runs a program, with nothing to read.
    ///
    /// @param most how long it may take
    /// @param words the program and its arguments
    /// @return how it ended
    /// @throws IOException when it cannot be run, or does not end
    public static Command run(Duration most, String... words) throws IOException {
        Path out = Files.createTempFile("breakwater-test", ".out");
        try {
            Process process =
                    new ProcessBuilder(List.of(words))
                            .redirectInput(
                                    ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                            .redirectErrorStream(true)
                            .redirectOutput(out.toFile())
                            .start();
            if (!process.waitFor(most.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(words[0] + " does not end: " + Files.readString(out));
            }
            return new Command(
                    process.exitValue(), Files.readString(out, StandardCharsets.ISO_8859_1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            Files.delete(out);
        }
    }
}
