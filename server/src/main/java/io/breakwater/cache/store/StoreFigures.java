package io.breakwater.cache.store;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is to be known of a store at one moment. Counts are since the start.
///
/// @param objects how many are stored
/// @param memoryBytes what the index takes outside of the heap, for all blocks of all files
/// @param openTickets fills that have begun and not ended
/// @param writings objects and heads that are being written
/// @param refusedWritings writings that were not begun, because of the size or the state of the
///   files
/// @param pendingPurges purges that are in force and not yet carried out everywhere
/// @param sweeps how often the index was gone through for purges
/// @param files each block file
public record StoreFigures(
        long objects,
        long memoryBytes,
        int openTickets,
        int writings,
        long refusedWritings,
        int pendingPurges,
        long sweeps,
        List<FileFigures> files) {

    /// What is to be known of a block file.
    ///
    /// @param path where it is
    /// @param blockBytes bytes of a block
    /// @param blocks how many there are
    /// @param suspended why nothing is stored in it at present; null: all is well
    /// @param suspensions how often it was suspended
    /// @param open what is counted while it is open; null: it could not be opened
    public record FileFigures(
            Path path,
            int blockBytes,
            long blocks,
            @Nullable String suspended,
            long suspensions,
            @Nullable OpenFile open) {}

    /// What is counted of an open block file.
    ///
    /// @param objects how many are stored in it
    /// @param freeBlocks blocks that nothing is in
    /// @param queuedBytes bytes that wait to be written
    /// @param waitingLoads loads that wait for a thread
    /// @param commits objects stored
    /// @param failedWritings writings that failed, for whatever reason
    /// @param evictions objects evicted
    /// @param bytesWritten bytes
    /// @param bytesRead bytes read from the file, not those read through the mapped file
    /// @param loads how often something was read from the file
    /// @param refusedLoads loads that were refused because too many waited
    /// @param readErrors loads that failed
    /// @param writeErrors writes that failed
    /// @param checksumFailures objects that were dropped because they were damaged
    public record OpenFile(
            int objects,
            int freeBlocks,
            long queuedBytes,
            int waitingLoads,
            long commits,
            long failedWritings,
            long evictions,
            long bytesWritten,
            long bytesRead,
            long loads,
            long refusedLoads,
            long readErrors,
            long writeErrors,
            long checksumFailures) {}

    /// Copies the list.
    public StoreFigures {
        files = List.copyOf(files);
    }
}
