package io.breakwater.cache.store;

import io.breakwater.cache.store.Purges.Verdict;
import org.jspecify.annotations.Nullable;

/// Goes through the objects of a file and tells what purges say of each. Blocks where only the head
/// of an object can tell and is not in memory.
final class Walk {
    private final Index index;
    private final Purges purges;

    /// @param purges those to be asked; what they count is this walk's
    Walk(Index index, Purges purges) {
        this.index = index;
        this.purges = purges;
    }

    /// Told what is to become of an object that a purge is about.
    interface Action {
        /// Acts on it.
        ///
        /// @param sequence of the object
        /// @param verdict soft or gone
        void on(Volume volume, int block, long sequence, Verdict verdict);
    }

    void over(Volume volume, Action action) {
        int blocks = volume.slots().blocks();
        for (int block = 1; block < blocks; block++) {
            if (!volume.pins().pin(block)) continue;
            try {
                visit(volume, block, action);
            } finally {
                volume.unpin(block);
            }
        }
    }

    private void visit(Volume volume, int block, Action action) {
        Slots slots = volume.slots();
        long sequence = slots.sequence(block);
        if (purges.newest() <= sequence) return;
        long word = slots.word(block);
        if (!Slots.isFirst(word)) return;
        Facts facts = new Facts.Stored(slots, block, word, null);
        // Only what is decided may be counted.
        if (purges.mayAskHead(facts) && purges.judge(facts) == Verdict.ASK_HEAD) {
            HeadArea.View head = head(volume, block, Slots.headBlocks(word));
            if (head == null) {
                index.drop(volume, block, sequence);
                return;
            }
            facts = new Facts.Stored(slots, block, word, head);
        }
        Verdict verdict = purges.judgeAndCount(facts);
        if (verdict != Verdict.FRESH) action.on(volume, block, sequence, verdict);
    }

    /// Reads and checks the head of an object that is pinned. Blocks.
    ///
    /// @return null when it is damaged or cannot be read
    static HeadArea.@Nullable View head(Volume volume, int block, int headBlocks) {
        HeadArea.View[] found = new HeadArea.View[1];
        StoreFailure failure =
                Loading.run(
                        volume,
                        loading -> {
                            HeadArea.View view = loading.head(block, headBlocks);
                            if (view == null) return StoreFailure.CHECKSUM;
                            found[0] = view;
                            return null;
                        });
        return failure == null ? found[0] : null;
    }
}
