package io.breakwater.cache.store;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// The hashes of the formats. A change of one of them needs a new version of the index.
final class Hashes {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private Hashes() {}

    /// Mixes 64 bits (the finalizer of SplitMix64).
    static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }

    /// One more word of a chain of words.
    static long chain(long hash, long word) {
        long next = (hash ^ word) * GOLDEN;
        return next ^ (next >>> 29);
    }

    /// The hash of a name: of a host, a URL or a tag. Two names with the same hash are purged
    /// together, which costs a fetch and nothing else.
    static int name(String name) {
        long hash = name.length();
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        for (byte next : bytes) hash = chain(hash, next);
        return (int) (mix(hash) >>> 32);
    }

    static int[] names(List<String> names) {
        int[] hashes = new int[names.size()];
        for (int i = 0; i < hashes.length; i++) hashes[i] = name(names.get(i));
        return hashes;
    }
}
