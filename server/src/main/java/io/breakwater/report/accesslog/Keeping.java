package io.breakwater.report.accesslog;

import io.breakwater.config.LogFormatConfig;
import io.breakwater.config.LogFormatConfig.Rotate;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// When a log file is rotated and what becomes of the rotated ones.
///
/// @param rotate when a new file is begun
/// @param size bytes, for [Rotate#SIZE]
/// @param keep rotated files kept, 0 for all
/// @param compress whether rotated files are compressed
record Keeping(Rotate rotate, long size, int keep, boolean compress) {
    static final Keeping FOREVER = new Keeping(Rotate.NEVER, 0, 0, false);

    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyy-MM-dd", Locale.ROOT);
    private static final DateTimeFormatter HOUR =
            DateTimeFormatter.ofPattern("yyyy-MM-dd-HH", Locale.ROOT);
    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("yyyy-MM-dd-HHmmss", Locale.ROOT);

    static Keeping of(@Nullable LogFormatConfig config) {
        return config == null
                ? FOREVER
                : new Keeping(
                        config.rotate(), config.rotateSize(), config.keep(), config.compress());
    }

    /// The name of the period that a time lies in; a file holds one period.
    String period(Instant time, ZoneId zone) {
        return switch (rotate) {
            case NEVER, SIZE -> "";
            case DAILY -> DAY.withZone(zone).format(time);
            case HOURLY -> HOUR.withZone(zone).format(time);
        };
    }

    /// What a rotated file gets after its name.
    String suffix(String period, Instant now, ZoneId zone) {
        return period.isEmpty() ? SECOND.withZone(zone).format(now) : period;
    }
}
