package io.breakwater.cache.store;

import io.breakwater.cache.store.StoreSettings.BlockFile;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The block files of a store in the order of their references, whether they could be opened or
/// not.
final class Mounts {
    private final List<Mount> mounts = new ArrayList<>();
    private final long references;

    Mounts(StoreSettings settings, InstantSource clock) {
        long base = 0;
        for (BlockFile file : settings.files()) {
            int blocks = Math.toIntExact(file.bytes() / settings.blockBytes());
            Health health = new Health(file.path().toString(), clock);
            mounts.add(new Mount(file, mounts.size(), (int) base, blocks, health));
            base += blocks;
        }
        references = base;
    }

    /// A file and its place.
    static final class Mount {
        private final BlockFile file;
        private final int number;
        private final int base;
        private final int blocks;
        private final Health health;
        private final Counts counts = new Counts();
        private volatile @Nullable Volume volume;

        private Mount(BlockFile file, int number, int base, int blocks, Health health) {
            this.file = file;
            this.number = number;
            this.base = base;
            this.blocks = blocks;
            this.health = health;
        }

        BlockFile file() {
            return file;
        }

        int number() {
            return number;
        }

        int base() {
            return base;
        }

        int blocks() {
            return blocks;
        }

        Health health() {
            return health;
        }

        Counts counts() {
            return counts;
        }

        /// The open file, which may be broken.
        ///
        /// @return null while it could not be opened
        @Nullable Volume volume() {
            return volume;
        }

        void opened(Volume opened) {
            volume = opened;
        }
    }

    List<Mount> all() {
        return mounts;
    }

    /// The files that are open and not broken.
    List<Volume> open() {
        List<Volume> open = new ArrayList<>(mounts.size());
        for (Mount mount : mounts) {
            Volume volume = mount.volume;
            if (volume != null && !volume.isBroken()) open.add(volume);
        }
        return open;
    }

    /// How many references there can be.
    long references() {
        return references;
    }

    /// The open file that a reference is of.
    Volume volume(int reference) {
        int number = mounts.size() - 1;
        while (mounts.get(number).base > reference) number--;
        return Objects.requireNonNull(mounts.get(number).volume);
    }
}
