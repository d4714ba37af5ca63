package io.breakwater.boot;

import io.breakwater.config.InvalidConfigException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say which process is meant: its settings file and what overrides it.
final class SettingsOptions {
    @Option(
            names = "--conf",
            paramLabel = "FILE",
            description = "Process settings (conf/breakwater.toml).")
    private @Nullable Path file;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Overrides one of them.")
    private List<String> sets = List.of();

    /// Reads the settings.
    ///
    /// @throws CommandException when a file was named that does not exist
    ProcessSettings read() throws InvalidConfigException, CommandException {
        Path named = file;
        if (named != null && !Files.exists(named)) {
            throw new CommandException("--conf " + named + ": no such file");
        }
        Path home = Path.of(System.getProperty("breakwater.home", ""));
        Path used = named != null ? named : home.resolve("conf").resolve("breakwater.toml");
        return ProcessSettings.read(used, System.getenv(), sets);
    }
}
