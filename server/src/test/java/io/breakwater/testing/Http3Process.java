package io.breakwater.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// A Breakwater in a Java process of its own, for what is true of a whole process: which classes it
/// has loaded, and what it does on a machine without the native library.
public final class Http3Process implements AutoCloseable {
    private final Process process;
    private final BufferedReader out;
    private final Path classes;

    private Http3Process(Process process, Path classes) {
        this.process = process;
        this.out =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.classes = classes;
    }

    /// The process: runs a configuration, then each further one that it is told the file of.
    ///
    /// @param files the first configuration
    /// @throws Exception when it does not start
    public static void main(String[] files) throws Exception {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (TestBreakwater breakwater =
                TestBreakwater.start(Files.readString(Path.of(files[0])))) {
            while (true) {
                System.out.println("> " + breakwater.port());
                System.out.println(
                        "> " + breakwater.engine().listeners().getFirst().http3().strip());
                String next = in.readLine();
                if (next == null || next.isEmpty()) break;
                breakwater.apply(Files.readString(Path.of(next)));
            }
        }
        System.exit(0);
    }

    /// Starts it.
    ///
    /// @param folder where its files go
    /// @param configuration the first one
    /// @param jars which of the class path's entries it has
    /// @param options of the JVM
    /// @return a running one
    /// @throws Exception when it cannot be started
    public static Http3Process start(
            Path folder, Setup configuration, Predicate<String> jars, String... options)
            throws Exception {
        Path classes = folder.resolve("classes");
        String path =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-Xmx256m",
                                "-Xlog:class+load:file=" + classes));
        command.addAll(List.of(options));
        command.addAll(
                List.of(
                        "-cp",
                        Arrays.stream(path.split(File.pathSeparator))
                                .filter(jars)
                                .collect(Collectors.joining(File.pathSeparator)),
                        Http3Process.class.getName(),
                        write(folder, configuration)));
        Process process =
                new ProcessBuilder(command)
                        .redirectError(folder.resolve("process.err").toFile())
                        .start();
        return new Http3Process(process, classes);
    }

    private static String write(Path folder, Setup configuration) throws IOException {
        return Files.writeString(
                        Files.createTempFile(folder, "configuration", ".toml"),
                        configuration.toml())
                .toString();
    }

    /// Puts another configuration in force.
    ///
    /// @param folder where it is written
    /// @param configuration the next one
    /// @throws IOException when the process is gone
    public void apply(Path folder, Setup configuration) throws IOException {
        process.getOutputStream()
                .write((write(folder, configuration) + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /// Reads what it says next: its port, then how it is about HTTP/3, for each configuration.
    ///
    /// @return one line
    /// @throws IOException when it ends instead
    public String says() throws IOException {
        while (true) {
            String line = out.readLine();
            if (line == null) throw new IOException("the process has ended");
            if (line.startsWith("> ")) return line.substring(2);
        }
    }

    /// The classes that it has loaded.
    ///
    /// @return names and where they come from
    /// @throws IOException when the log cannot be read
    public List<String> classes() throws IOException {
        return Files.readAllLines(classes);
    }

    /// Ends it.
    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            boolean ended = process.waitFor(RawClient.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (!ended) process.destroyForcibly();
            assertThat(ended).isTrue();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
