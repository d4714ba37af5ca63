package io.breakwater.control;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The cache: what it did and what it has. Counts are since the start.
///
/// @param open whether files are open; they are when a location caches
/// @param traffic what it did for requests
/// @param policies the same by policy
/// @param objects how many are stored
/// @param memoryBytes what the index takes
/// @param heads heads of responses that are ready in memory
/// @param writings objects that are being written
/// @param refusedWritings writings that could not begin
/// @param pendingPurges purges in force that are not carried out everywhere yet
/// @param files the block files
public record CacheView(
        boolean open,
        CacheTraffic traffic,
        Map<String, CacheTraffic> policies,
        long objects,
        long memoryBytes,
        Heads heads,
        int writings,
        long refusedWritings,
        int pendingPurges,
        List<File> files) {
    /// A cache that is not open and has done nothing.
    public static final CacheView NONE =
            new CacheView(
                    false,
                    new CacheTraffic(
                            0, 0, 0, 0, Map.of(), Map.of(), Map.of(), 0, 0, 0, 0, 0, Map.of(),
                            Map.of()),
                    Map.of(),
                    0,
                    0,
                    new Heads(0, 0, 0),
                    0,
                    0,
                    0,
                    List.of());

    /// Copies the lists.
    public CacheView {
        policies = Map.copyOf(policies);
        files = List.copyOf(files);
    }

    /// Bytes of the block files.
    ///
    /// @return all of them
    public long bytes() {
        return files.stream().mapToLong(File::bytes).sum();
    }

    /// Bytes that something is stored in.
    ///
    /// @return in whole blocks
    public long usedBytes() {
        return files.stream().mapToLong(File::usedBytes).sum();
    }

    /// Objects that made room for others.
    ///
    /// @return of all files
    public long evictions() {
        return files.stream().mapToLong(File::evictions).sum();
    }

    /// Heads of responses that are asked for most, ready for the wire.
    ///
    /// @param count how many
    /// @param bytes memory that they take, about
    /// @param mostBytes memory that they may take (`cache.memory`, at most an eighth of the heap)
    public record Heads(long count, long bytes, long mostBytes) {}

    /// A block file.
    ///
    /// @param path where it is
    /// @param open whether it is open
    /// @param suspended why nothing is stored in it at present, null when all is well
    /// @param suspensions how often it was suspended
    /// @param bytes its size
    /// @param usedBytes of blocks that something is stored in
    /// @param objects how many are stored in it
    /// @param commits objects stored
    /// @param failedWritings writings that failed
    /// @param evictions objects that made room for others
    /// @param queuedBytes bytes that wait to be written
    /// @param waitingLoads reads that wait for a thread
    /// @param bytesWritten bytes
    /// @param bytesRead bytes read from the file, not those found in memory
    /// @param loads how often something was read from the file
    /// @param refusedLoads reads refused because too many waited
    /// @param readErrors reads that failed
    /// @param writeErrors writes that failed
    /// @param checksumFailures objects dropped because they were damaged
    public record File(
            String path,
            boolean open,
            @Nullable String suspended,
            long suspensions,
            long bytes,
            long usedBytes,
            long objects,
            long commits,
            long failedWritings,
            long evictions,
            long queuedBytes,
            long waitingLoads,
            long bytesWritten,
            long bytesRead,
            long loads,
            long refusedLoads,
            long readErrors,
            long writeErrors,
            long checksumFailures) {}
}
