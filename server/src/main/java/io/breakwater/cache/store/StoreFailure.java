package io.breakwater.cache.store;

/// Why something was not stored or could not be read.
public enum StoreFailure {
    /// The disk reported an error; the file may be suspended.
    IO_ERROR,
    /// No room could be made: everything is in use, or the free room is in too many pieces.
    NO_ROOM,
    /// The object is larger than the store takes, or a new head does not fit.
    TOO_LARGE,
    /// The disk did not keep up: too many bytes waited.
    SLOW,
    /// What is on the disk is not what was written; the object is dropped.
    CHECKSUM,
    /// A purge that began later covers it.
    PURGED,
    /// A newer object is stored under the key.
    OUTDATED,
    /// Too much waits for the disk, or the store is closed.
    BUSY,
    /// Its owner gave it up, or the store is closed.
    CLOSED
}
