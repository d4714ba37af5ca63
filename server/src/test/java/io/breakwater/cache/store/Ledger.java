package io.breakwater.cache.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.cache.store.Mounts.Mount;
import java.io.IOException;
import java.time.InstantSource;

/// Opens the files of a store that is closed and counts blocks: each belongs to one object, or is
/// free.
final class Ledger {
    private Ledger() {}

    /// Counts.
    ///
    /// @return how many objects there are
    static int assertBalanced(StoreSettings settings) {
        Mounts mounts = new Mounts(settings, InstantSource.system());
        Index index = new Index(mounts, 0);
        int objects = 0;
        try (PurgeJournal journal = PurgeJournal.open(settings.journal())) {
            index.replay(journal.replayed());
            for (Mount mount : mounts.all()) {
                Volume volume =
                        Volume.open(
                                new Volume.Opening(
                                        mount.file().path(),
                                        mount.number(),
                                        mount.base(),
                                        settings.blockBytes(),
                                        mount.blocks(),
                                        1,
                                        journal.store(),
                                        journal.retired()),
                                mount.health(),
                                mount.counts(),
                                FileBlockChannel::new);
                try {
                    mount.opened(volume);
                    Recovery.run(index, volume);
                    objects += count(volume);
                } finally {
                    volume.close();
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return objects;
    }

    private static int count(Volume volume) {
        Slots slots = volume.slots();
        boolean[] owned = new boolean[slots.blocks()];
        int objects = 0;
        int used = 0;
        for (int first = 1; first < slots.blocks(); first++) {
            if (!volume.pins().isLive(first)) continue;
            objects++;
            for (int run = first; run != 0; run = slots.next(run)) {
                for (int block = run; block < run + slots.run(run); block++) {
                    assertThat(owned[block]).as("block %d has two owners", block).isFalse();
                    owned[block] = true;
                    used++;
                }
            }
        }
        assertThat(volume.allocator().free()).isEqualTo(slots.blocks() - 1 - used);
        assertThat(volume.eviction().objects()).isEqualTo(objects);
        return objects;
    }
}
