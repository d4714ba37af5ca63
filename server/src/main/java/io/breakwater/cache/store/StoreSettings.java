package io.breakwater.cache.store;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// How a store is laid out and what it may use.
///
/// @param files where objects are; at least one, each best on a disk of its own
/// @param journal the file that purges are noted in, on a disk that keeps what was written
/// @param blockBytes what a file is divided into: a power of two, 4 kB to 1 MB. Each object takes
///   at least one block, and each block about 120 bytes of memory
/// @param queueBytes how many bytes may wait for the disk, in each file; a single writing gets an
///   eighth of it
/// @param loaders how many threads read from each file
/// @param sweepPause the least time between two sweeps after purges
public record StoreSettings(
        List<BlockFile> files,
        Path journal,
        int blockBytes,
        long queueBytes,
        int loaders,
        Duration sweepPause) {
    static final int MIN_BLOCK_BYTES = 4 * 1024;
    static final int MAX_BLOCK_BYTES = 1024 * 1024;
    static final long MIN_BLOCKS = 16;

    /// A file of blocks. Its index is beside it, with `.index` after the name.
    ///
    /// @param path where it is; its folder must exist
    /// @param bytes its size, rounded down to whole blocks
    public record BlockFile(Path path, long bytes) {}

    /// Checks the values.
    ///
    /// @throws IllegalArgumentException when one is out of its range
    public StoreSettings {
        files = List.copyOf(files);
        check(!files.isEmpty(), "files: none (expected: at least one)");
        check(
                Integer.bitCount(blockBytes) == 1
                        && blockBytes >= MIN_BLOCK_BYTES
                        && blockBytes <= MAX_BLOCK_BYTES,
                "block-size: " + blockBytes + " (expected: a power of two, 4kb to 1mb)");
        long blocks = 0;
        for (BlockFile file : files) {
            check(
                    file.bytes() / blockBytes >= MIN_BLOCKS,
                    "size: " + file.bytes() + " (expected: at least 16 blocks)");
            blocks += file.bytes() / blockBytes;
        }
        check(
                blocks <= Directory.MAX_REFERENCES,
                "size: " + blocks + " blocks (expected: below 2^31 in all; use larger blocks)");
        check(
                files.stream().map(BlockFile::path).distinct().count() == files.size(),
                "files: a path is there twice");
        check(queueBytes >= 8L * blockBytes, "queueBytes: less than eight blocks");
        check(loaders >= 1, "loaders: " + loaders + " (expected: at least 1)");
    }

    /// Settings with the usual limits: 64 MB may wait for each file, 4 threads read, a second
    /// between sweeps.
    ///
    /// @param files where objects are
    /// @param journal the file that purges are noted in
    /// @param blockBytes what a file is divided into
    /// @return the settings
    public static StoreSettings of(List<BlockFile> files, Path journal, int blockBytes) {
        return new StoreSettings(files, journal, blockBytes, 64L << 20, 4, Duration.ofSeconds(1));
    }

    private static void check(boolean holds, String problem) {
        if (!holds) throw new IllegalArgumentException(problem);
    }
}
