package io.breakwater.cache.store;

/// Told how something that needs the disk ended, once. Runs on a disk thread, or on the calling one
/// when nothing could be begun; must not block.
public interface DiskCallback {
    /// It is done.
    void done();

    /// It is not. After a failed load the object must not be read further.
    ///
    /// @param reason why
    void failed(StoreFailure reason);
}
