package io.breakwater.cache.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The open files that bodies can be sent from, and who is told of them. Any thread.
final class Sendable {
    @GuardedBy("this")
    private final List<MappedFile> files = new ArrayList<>();

    @GuardedBy("this")
    private MappedFile.@Nullable Listener listener;

    synchronized void listen(MappedFile.Listener by) {
        listener = by;
        files.forEach(by::opened);
    }

    synchronized void opened(Volume volume) {
        MappedFile file = volume.sendable();
        if (file == null) return;
        files.add(file);
        if (listener != null) listener.opened(file);
    }

    /// Before the file is closed.
    synchronized void closed(Volume volume) {
        MappedFile file = volume.sendable();
        if (file == null) return;
        files.remove(file);
        if (listener != null) listener.closed(file);
    }
}
