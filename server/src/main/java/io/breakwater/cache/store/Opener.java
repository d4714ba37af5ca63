package io.breakwater.cache.store;

import io.breakwater.cache.store.Mounts.Mount;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Opens the files of a store: at a start, and later those that could not be opened or that have
/// failed. One thread at a time; blocks.
final class Opener {
    private static final Duration CLOSING = Duration.ofSeconds(10);

    private final StoreSettings settings;
    private final PurgeJournal journal;
    private final Mounts mounts;
    private final Index index;
    private final BlockChannel.Maker maker;
    private final Sendable sendable;

    Opener(
            StoreSettings settings,
            PurgeJournal journal,
            Mounts mounts,
            Index index,
            BlockChannel.Maker maker,
            Sendable sendable) {
        this.settings = settings;
        this.journal = journal;
        this.mounts = mounts;
        this.index = index;
        this.maker = maker;
        this.sendable = sendable;
    }

    /// Opens files that are not open, and those anew that are broken and that nobody uses any more.
    ///
    /// @return whether any was opened
    boolean run() {
        boolean any = false;
        for (Mount mount : mounts.all()) {
            Volume before = mount.volume();
            boolean wanted = before == null || before.isBroken() && before.isUnused();
            if (wanted && mount.health().allows()) any |= openFile(mount, before);
        }
        return any;
    }

    private boolean openFile(Mount mount, @Nullable Volume before) {
        Volume.Opening opening =
                new Volume.Opening(
                        mount.file().path(),
                        mount.number(),
                        mount.base(),
                        settings.blockBytes(),
                        mount.blocks(),
                        settings.loaders(),
                        journal.store(),
                        journal.retired());
        Volume opened = null;
        try {
            if (before != null) closeBroken(before);
            opened = Volume.open(opening, mount.health(), mount.counts(), maker);
            mount.opened(opened);
            Recovery.run(index, opened);
            sendable.opened(opened);
            mount.health().succeeded();
            return true;
        } catch (IOException e) {
            if (opened == null) mount.health().suspend(DiskWords.of(e));
            else opened.broke(e);
            return false;
        }
    }

    private void closeBroken(Volume volume) throws IOException {
        index.forget(volume);
        sendable.closed(volume);
        try {
            if (!volume.threads().close(CLOSING)) throw new IOException("the disk does not answer");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
        volume.close();
    }
}
