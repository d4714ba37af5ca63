package io.breakwater.boot;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The process that owns a data folder, seen from another one. Whether it runs is told by its lock
/// alone: the pid file may be a dead one's, and its number may be somebody else's by now.
///
/// @param pid its process id, 0 when nothing runs
/// @param ready what it wrote when it became ready; empty before
record LocalProcess(long pid, String ready) {
    private static final LocalProcess NONE = new LocalProcess(0, "");

    /// Looks at a data folder.
    static LocalProcess of(ProcessSettings settings) throws IOException {
        Path lock = DataFolder.lockFile(settings);
        if (!Files.exists(lock) || !isHeld(lock)) {
            return NONE;
        }
        String pid = Files.readString(lock).strip();
        return new LocalProcess(
                pid.isEmpty() ? -1 : Long.parseLong(pid), read(settings.readyFile()));
    }

    /// Whether it runs, ready or not.
    boolean isRunning() {
        return pid != 0;
    }

    /// Whether it takes requests.
    boolean isReady() {
        return !ready.isEmpty();
    }

    /// The values of one key of what it wrote.
    List<String> lines(String key) {
        return lines(ready, key);
    }

    /// The value of one key of what it wrote; null when it wrote none.
    @Nullable String value(String key) {
        List<String> found = lines(key);
        return found.isEmpty() ? null : found.getFirst();
    }

    static List<String> lines(String text, String key) {
        return text.lines()
                .filter(line -> line.startsWith(key + "="))
                .map(line -> line.substring(key.length() + 1))
                .toList();
    }

    private static boolean isHeld(Path file) throws IOException {
        // Shared, so that several who look do not see each other; a start that meets us tries
        // again.
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
            return lock == null;
        } catch (OverlappingFileLockException e) {
            return true;
        }
    }

    private static String read(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file) : "";
    }
}
