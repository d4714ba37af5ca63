package io.breakwater.cache.store;

/// What an object is found by: 128 bits of a hash of everything that distinguishes responses. The
/// store compares all of them and nothing else, so the hash must be one whose collisions nobody can
/// make.
///
/// @param high the upper half
/// @param low the lower half
public record Key(long high, long low) {
    /// 32 bits of it, well mixed even if the key is not.
    int fingerprint() {
        return (int) (Hashes.mix(high ^ Hashes.mix(low)) >>> 32);
    }
}
