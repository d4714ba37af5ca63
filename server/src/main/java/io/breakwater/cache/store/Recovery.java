package io.breakwater.cache.store;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds the objects of a block file that was used by an earlier process: two passes over its
/// slots. The first enters what is whole into the directory, where of two with one key the newer
/// stays; the second takes their blocks. Every block that belongs to no object is free afterwards,
/// whatever the earlier process was doing when it ended.
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private Recovery() {}

    /// Does it. Blocks while the index is read from the disk.
    static void run(Index index, Volume volume) {
        claim(index, volume);
        volume.recovered();
    }

    private static void claim(Index index, Volume volume) {
        if (!volume.index().isKept()) {
            LOG.info("{}: empty, {} blocks", volume.path(), volume.slots().blocks());
            return;
        }
        long begin = System.nanoTime();
        Slots slots = volume.slots();
        for (int block = 1; block < slots.blocks(); block++) {
            if (slots.isFirst(block)) index.found(volume, block);
        }
        int objects = 0;
        for (int block = 1; block < slots.blocks(); block++) {
            if (Slots.isFirst(slots.word(block)) && index.revive(volume, block)) objects++;
        }
        LOG.info(
                "{}: {} objects, {} of {} blocks free, {} ms",
                volume.path(),
                objects,
                volume.allocator().free(),
                slots.blocks(),
                Duration.ofNanos(System.nanoTime() - begin).toMillis());
    }
}
