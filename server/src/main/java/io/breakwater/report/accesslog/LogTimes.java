package io.breakwater.report.accesslog;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/// Times of log lines. A second is formatted once and kept, so that a line costs a copy.
final class LogTimes {
    private static final String[] MONTHS = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
    };

    private final ZoneId zone;

    /// The last second formatted. Threads that disagree on it only repeat the work.
    private volatile Stamp stamp =
            new Stamp(-1, new byte[0], new byte[0], new byte[0], new byte[0]);

    LogTimes(ZoneId zone) {
        this.zone = zone;
    }

    /// `21/Nov/2026:10:00:00 +0000`.
    void common(long epochMillis, LineBuffer out) {
        out.put(at(epochMillis).common);
    }

    /// `2026-11-21T10:00:00.123+01:00`.
    void local(long epochMillis, LineBuffer out) {
        Stamp now = at(epochMillis);
        out.put(now.local);
        putMillis(epochMillis, out);
        out.put(now.offset);
    }

    /// `2026-11-21T09:00:00.123Z`.
    void utc(long epochMillis, LineBuffer out) {
        out.put(at(epochMillis).utc);
        putMillis(epochMillis, out);
        out.put('Z');
    }

    private static void putMillis(long epochMillis, LineBuffer out) {
        out.put('.');
        out.putPadded((int) Math.floorMod(epochMillis, 1000L), 3);
    }

    private Stamp at(long epochMillis) {
        long second = Math.floorDiv(epochMillis, 1000L);
        Stamp last = stamp;
        if (last.second == second) {
            return last;
        }
        Stamp next = format(second);
        stamp = next;
        return next;
    }

    private Stamp format(long second) {
        Instant instant = Instant.ofEpochSecond(second);
        ZonedDateTime local = instant.atZone(zone);
        int offset = local.getOffset().getTotalSeconds() / 60;
        LineBuffer common = new LineBuffer();
        common.putPadded(local.getDayOfMonth(), 2);
        common.put('/');
        common.putAscii(MONTHS[local.getMonthValue() - 1]);
        common.put('/');
        common.putPadded(local.getYear(), 4);
        common.put(':');
        putClock(local, common);
        common.put(' ');
        putOffset(offset, "", common);
        LineBuffer zoneText = new LineBuffer();
        putOffset(offset, ":", zoneText);
        return new Stamp(
                second,
                bytes(common),
                isoSeconds(local),
                isoSeconds(instant.atZone(ZoneOffset.UTC)),
                bytes(zoneText));
    }

    private static byte[] isoSeconds(ZonedDateTime time) {
        LineBuffer out = new LineBuffer();
        out.putPadded(time.getYear(), 4);
        out.put('-');
        out.putPadded(time.getMonthValue(), 2);
        out.put('-');
        out.putPadded(time.getDayOfMonth(), 2);
        out.put('T');
        putClock(time, out);
        return bytes(out);
    }

    private static void putClock(ZonedDateTime time, LineBuffer out) {
        out.putPadded(time.getHour(), 2);
        out.put(':');
        out.putPadded(time.getMinute(), 2);
        out.put(':');
        out.putPadded(time.getSecond(), 2);
    }

    private static void putOffset(int minutes, String separator, LineBuffer out) {
        out.put(minutes < 0 ? '-' : '+');
        out.putPadded(Math.abs(minutes) / 60, 2);
        out.putAscii(separator);
        out.putPadded(Math.abs(minutes) % 60, 2);
    }

    private static byte[] bytes(LineBuffer text) {
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /// One second in each spelling.
    // The arrays are shared read-only within the package.
    @SuppressWarnings("ArrayRecordComponent")
    private record Stamp(long second, byte[] common, byte[] local, byte[] utc, byte[] offset) {}
}
