package io.breakwater.control;

/// What of the cache is to be purged, and how.
///
/// @param scope what the name is
/// @param name a URL such as `https://example.com/a?b=c`, the beginning of URLs, a tag or a host;
///   empty for all
/// @param soft whether it stays and is validated before the next use
/// @param dryRun whether it is only counted
/// @param waits whether the answer waits for the number of objects, however many are stored; the
///   purge is in force long before
public record CachePurge(Scope scope, String name, boolean soft, boolean dryRun, boolean waits) {
    /// What a purge may be about.
    public enum Scope {
        /// One URL with all its variants.
        URL,
        /// All URLs that begin so.
        PREFIX,
        /// What has a tag.
        TAG,
        /// What belongs to a host, whatever the port.
        HOST,
        /// Everything.
        ALL
    }

    /// What became of it.
    ///
    /// @param affected how many objects it is about; -1 when that is not known yet
    /// @param soft whether they stay and are validated
    /// @param dryRun whether they were only counted
    public record Done(long affected, boolean soft, boolean dryRun) {}
}
