package io.breakwater.upstream.balance;

/// The hash of consistent hashing: equal in every process and version, spread over all 64 bits, no
/// protection against who chooses keys.
public final class Hashing {
    private Hashing() {}

    /// Hashes a text: FNV-1a over its characters, then the finaliser of MurmurHash3 (Appleby,
    /// public domain), since FNV alone spreads short texts badly.
    ///
    /// @param text the text
    /// @return 64 bits
    public static long of(String text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        return mix(hash);
    }

    /// Mixes the bits of a number.
    ///
    /// @param bits the number
    /// @return 64 bits, each of which depends on all
    static long mix(long bits) {
        long hash = bits;
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }
}
