package io.breakwater.config;

import java.nio.file.Path;
import java.util.List;

/// Where the cache keeps what it stores. Process settings: a change takes a restart.
///
/// @param files block files, each best on a disk of its own; none for no cache
/// @param journal where purges are noted before they are acknowledged: not on a disk that may fail
///   alone, if there are several
/// @param memoryBytes memory for what is asked for most, prepared for the wire
/// @param blockBytes what they are divided into: a power of two, 4096 to 1048576
public record CacheSettings(List<BlockFile> files, Path journal, long memoryBytes, int blockBytes) {
    /// No cache.
    public static final CacheSettings NONE =
            new CacheSettings(List.of(), Path.of(""), 0, 16 * 1024);

    /// Copies the list.
    public CacheSettings {
        files = List.copyOf(files);
    }

    /// A block file.
    ///
    /// @param path where it is; its folder is made
    /// @param bytes its size
    public record BlockFile(Path path, long bytes) {}
}
