package io.breakwater.boot;

import io.breakwater.config.CacheSettings;
import io.breakwater.config.InvalidConfigException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What one process needs before it can read its configuration: folders, addresses, store, logging.
/// Read once at the start from `conf/breakwater.toml`, the environment and `--set`.
///
/// @param home the folder above `conf/`; relative paths start here
/// @param file the settings file
/// @param dataDir store, lock, keys, temporary files
/// @param logDir process log and access logs
/// @param firstConfig document loaded into an empty store
/// @param drain how long requests in flight may take when the process stops
/// @param adminListen console address
/// @param adminWebDir templates and static files read live from here, null for those in the jar
/// @param storeUrl JDBC URL of the store
/// @param keyFile key that the store's secrets are sealed with; made when missing
/// @param cache files of the cache
/// @param selectors I/O threads, 0 for one for every two cores
/// @param nativeTls whether TLS of clients is the native library's where that can be loaded
/// @param logLevel `error`, `warn`, `info`, `debug` or `trace`
/// @param logMaxSize bytes after which the process log is rotated
/// @param logKeep rotated process logs that are kept
/// @param sampleListen address of the sample origin, null for none
/// @param texts the text in force for each key, after overriding and substitution
public record ProcessSettings(
        Path home,
        Path file,
        Path dataDir,
        Path logDir,
        Path firstConfig,
        Duration drain,
        InetSocketAddress adminListen,
        @Nullable Path adminWebDir,
        String storeUrl,
        Path keyFile,
        CacheSettings cache,
        int selectors,
        boolean nativeTls,
        String logLevel,
        long logMaxSize,
        int logKeep,
        @Nullable InetSocketAddress sampleListen,
        Map<String, String> texts) {
    /// Copies the map.
    public ProcessSettings {
        texts = Map.copyOf(texts);
    }

    /// Reads the settings.
    ///
    /// @param file the settings file; when it does not exist every key has its default
    /// @param environment environment variables
    /// @param sets `key=value` texts of `--set`, which win over the environment and the file
    /// @return the settings
    /// @throws InvalidConfigException with every problem of all three sources
    public static ProcessSettings read(
            Path file, Map<String, String> environment, List<String> sets)
            throws InvalidConfigException {
        return new ProcessSettingsReader(file, environment, sets).read();
    }

    /// Folder for temporary files, in which only this user and this process have any.
    Path temporaryDir() {
        return dataDir().resolve("tmp");
    }

    /// The file that holds the process id while the process runs.
    Path pidFile() {
        return dataDir.resolve("breakwater.pid");
    }

    /// The file that tells the start script that the process is ready.
    Path readyFile() {
        return dataDir.resolve("breakwater.ready");
    }

    /// The file that tells what was at fault when the process last read its files again.
    Path reloadedFile() {
        return dataDir.resolve("breakwater.reloaded");
    }

    /// The file with the token of the local command line.
    Path tokenFile() {
        return dataDir.resolve("admin-token");
    }

    /// The file with the generated first password.
    Path initialPasswordFile() {
        return dataDir.resolve("initial-password");
    }

    /// These settings with what a re-read puts in force while running.
    ProcessSettings withLive(ProcessSettings next) {
        Map<String, String> merged = new HashMap<>(texts);
        for (ProcessKey key : ProcessKey.values()) {
            if (key.isLive()) {
                merged.put(key.key(), String.valueOf(next.texts.get(key.key())));
            }
        }
        return new ProcessSettings(
                home,
                file,
                dataDir,
                logDir,
                firstConfig,
                next.drain,
                adminListen,
                adminWebDir,
                storeUrl,
                keyFile,
                cache,
                selectors,
                nativeTls,
                next.logLevel,
                logMaxSize,
                logKeep,
                sampleListen,
                merged);
    }
}
