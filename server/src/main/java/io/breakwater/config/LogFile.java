package io.breakwater.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A log file's name, which must stay inside the log folder.
final class LogFile {
    private LogFile() {}

    /// Reads a file name.
    ///
    /// @return null when it is absent or at fault
    static @Nullable String read(Fields fields, String key) {
        String name = fields.textOrNull(key);
        if (name == null || isInside(name)) return name;
        fields.problem(key, name, "a file name inside the log folder, relative and without '..'");
        return null;
    }

    private static boolean isInside(String name) {
        if (name.isBlank() || name.endsWith("/") || name.chars().anyMatch(Character::isISOControl))
            return false;
        try {
            Path path = Path.of(name);
            if (path.isAbsolute()) return false;
            for (Path part : path)
                if (part.toString().equals("..") || part.toString().equals(".")) return false;
            return true;
        } catch (InvalidPathException e) {
            return false; // the caller says what is expected
        }
    }
}
