package io.breakwater.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A template for access-log lines and how its files are kept.
///
/// @param name the object's name
/// @param enabled whether it is used
/// @param note free text
/// @param format template text, or a predefined name
/// @param file file name relative to the log folder; null for `<server>.access.log`
/// @param rotate when a new file is begun
/// @param rotateSize bytes, for [Rotate#SIZE]
/// @param keep rotated files kept, 0 for all
/// @param compress whether rotated files are compressed with gzip
/// @param sample 0 to 1: the share of lines written
/// @param onlyClasses status classes 1 to 5 written; empty for all
/// @param onlySlow only requests that took at least this long; null for all
public record LogFormatConfig(
        String name,
        boolean enabled,
        String note,
        String format,
        @Nullable String file,
        Rotate rotate,
        long rotateSize,
        int keep,
        boolean compress,
        double sample,
        List<Integer> onlyClasses,
        @Nullable Duration onlySlow) {
    /// Copies the list.
    public LogFormatConfig {
        onlyClasses = List.copyOf(onlyClasses);
    }

    /// When a new file is begun.
    public enum Rotate {
        /// Never.
        NEVER,
        /// At midnight.
        DAILY,
        /// At each full hour.
        HOURLY,
        /// When the file has reached a size.
        SIZE
    }
}
