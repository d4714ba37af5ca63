package io.breakwater.config.reload;

import io.breakwater.config.CacheSettings;
import io.breakwater.tls.TlsLibrary;
import java.nio.file.Path;
import java.time.Duration;

/// Process settings of the engine.
///
/// @param home where relative names of files that the configuration names begin
/// @param logDir folder of the access logs
/// @param temporary folder for temporary files of this process alone; made when it is needed
/// @param selectors selectors that listeners and connections to nodes share, 0 for one for every
///   two cores
/// @param tls the native library that speaks TLS with clients
/// @param cache where the cache keeps what it stores
/// @param drain how long tunnels of a listener that is taken away may take to end
/// @param version Breakwater's version, for error pages
public record EngineSettings(
        Path home,
        Path logDir,
        Path temporary,
        int selectors,
        TlsLibrary tls,
        CacheSettings cache,
        Duration drain,
        String version) {
    /// The number of selectors to use.
    ///
    /// @return 1 or more
    int effectiveSelectors() {
        return selectors > 0
                ? selectors
                : Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    }
}
