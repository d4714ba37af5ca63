package io.breakwater.config.reload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/// How files looked, to find out whether they have changed. Blocks on files.
///
/// @param stamps one for each file
record FileStamps(List<Stamp> stamps) {
    static final FileStamps NONE = new FileStamps(List.of());

    FileStamps {
        stamps = List.copyOf(stamps);
    }

    /// How a file looked.
    ///
    /// @param path where it is
    /// @param modified in milliseconds of the epoch; -1 when it cannot be seen
    /// @param bytes its size
    /// @param key what the file system knows it by: another one when it was replaced
    record Stamp(String path, long modified, long bytes, String key) {}

    /// Looks at files.
    ///
    /// @param written what a configuration says: what begins with `/` is a path, the rest is not
    ///   looked at
    static FileStamps of(List<String> written) {
        List<Stamp> stamps = new ArrayList<>();
        for (String path : written) if (path.startsWith("/")) stamps.add(stamp(path));
        return stamps.isEmpty() ? NONE : new FileStamps(stamps);
    }

    /// Looks at the same files again.
    FileStamps again() {
        return of(stamps.stream().map(Stamp::path).toList());
    }

    private static Stamp stamp(String path) {
        try {
            BasicFileAttributes seen =
                    Files.readAttributes(Path.of(path), BasicFileAttributes.class);
            return new Stamp(
                    path,
                    seen.lastModifiedTime().toMillis(),
                    seen.size(),
                    String.valueOf(seen.fileKey()));
        } catch (NoSuchFileException e) {
            return new Stamp(path, -1, 0, "");
        } catch (IOException | RuntimeException e) {
            return new Stamp(path, -1, 0, String.valueOf(e.getMessage()));
        }
    }
}
