package io.breakwater.cache.store;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/// One word of memory per block: for the block that an object begins with, whether the object is in
/// the index (live), how many use it (pins), and how often it was asked for of late. A pin and the
/// end of a life are one atomic step each, so blocks are free when both the life and the last pin
/// have ended, and whoever ends the last of the two frees them.
final class Pins {
    /// Where the frequency stops.
    static final int MAX_FREQUENCY = 3;

    private static final VarHandle WORD = ValueLayout.JAVA_INT.varHandle();
    private static final int PIN_MASK = 0x00FF_FFFF;
    private static final int FREQUENCY_ONE = 1 << 24;
    private static final int FREQUENCY_MASK = MAX_FREQUENCY * FREQUENCY_ONE;
    private static final int LIVE = 1 << 30;

    private final MemorySegment words;

    Pins(int blocks) {
        words = OffHeap.allocate(blocks * (long) Integer.BYTES);
    }

    long memoryBytes() {
        return words.byteSize();
    }

    boolean isLive(int block) {
        return (get(block) & LIVE) != 0;
    }

    boolean isPinned(int block) {
        return (get(block) & PIN_MASK) != 0;
    }

    boolean isNonePinned() {
        long blocks = words.byteSize() / Integer.BYTES;
        for (int block = 0; block < blocks; block++) {
            if (isPinned(block)) return false;
        }
        return true;
    }

    int frequency(int block) {
        return (get(block) & FREQUENCY_MASK) / FREQUENCY_ONE;
    }

    /// Pins a live object and counts the use.
    ///
    /// @return false when there is no live object
    boolean use(int block) {
        while (true) {
            int word = get(block);
            if ((word & LIVE) == 0) return false;
            int next = word + 1;
            if ((word & FREQUENCY_MASK) != FREQUENCY_MASK) next += FREQUENCY_ONE;
            if (WORD.compareAndSet(words, at(block), word, next)) return true;
        }
    }

    /// Pins a live object without counting a use.
    ///
    /// @return false when there is no live object
    boolean pin(int block) {
        while (true) {
            int word = get(block);
            if ((word & LIVE) == 0) return false;
            if (WORD.compareAndSet(words, at(block), word, word + 1)) return true;
        }
    }

    /// Adds a pin to those of who has one already.
    void pinAgain(int block) {
        WORD.getAndAdd(words, at(block), 1);
    }

    /// Lets one pin go.
    ///
    /// @return true when nothing uses the blocks any more: the caller must free them
    boolean unpin(int block) {
        int word = (int) WORD.getAndAdd(words, at(block), -1) - 1;
        return (word & (LIVE | PIN_MASK)) == 0;
    }

    /// Begins a life.
    void publish(int block, int pins, int frequency) {
        WORD.setRelease(words, at(block), LIVE | pins | frequency * FREQUENCY_ONE);
    }

    /// Ends a life; under the lock of the index, once per life.
    ///
    /// @return true when nothing uses the blocks any more: the caller must free them
    boolean retire(int block) {
        int word = (int) WORD.getAndBitwiseAnd(words, at(block), ~(LIVE | FREQUENCY_MASK));
        return (word & PIN_MASK) == 0;
    }

    void setFrequency(int block, int frequency) {
        while (true) {
            int word = get(block);
            int next = word & ~FREQUENCY_MASK | frequency * FREQUENCY_ONE;
            if (WORD.compareAndSet(words, at(block), word, next)) return;
        }
    }

    private int get(int block) {
        return (int) WORD.getAcquire(words, at(block));
    }

    private static long at(int block) {
        return block * (long) Integer.BYTES;
    }
}
