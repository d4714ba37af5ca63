package io.breakwater.http;

import java.time.LocalDate;
import java.time.YearMonth;

/// Dates of fields (RFC 9110 §5.6.7). Whole seconds of universal time; no time zone of this machine
/// and no clock has a part in them (RFC 9111 §4.2).
public final class HttpDates {
    /// What stands for an absent or unreadable date: earlier than any other.
    public static final long NONE = Long.MIN_VALUE;

    private static final String DAYS =
            "monday    tuesday   wednesday thursday  friday    saturday  sunday    ";
    private static final int DAY_WIDTH = 10;
    private static final String MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";
    private static final String DAY_NAMES =
            "ThuFriSatSunMonTueWed"; // 1 January 1970 was a Thursday
    private static final String MONTH_NAMES = "JanFebMarAprMayJunJulAugSepOctNovDec";
    private static final long DAY_SECONDS = 86_400;

    private HttpDates() {}

    /// Parses a date in one of the three forms: `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94
    /// 08:49:37 GMT`, `Sun Nov 6 08:49:37 1994`. Case does not matter, and the zone may be UTC (RFC
    /// 9111 §4.2). Whether the day of the week is right is not looked at.
    ///
    /// @param text the field's value
    /// @param nowMillis the current time, for years of two digits: one that seems to be more than
    ///   50 years ahead is of the century before (RFC 9110 §5.6.7)
    /// @return milliseconds since 1970, [#NONE] for anything else
    public static long parse(String text, long nowMillis) {
        int comma = text.indexOf(',');
        int year;
        int month;
        int day;
        int time;
        if (comma == 3 && text.length() == 29 && isDay(text, 3, 3)) {
            if (text.charAt(4) != ' ' || text.charAt(7) != ' ' || text.charAt(11) != ' ')
                return NONE;
            day = number(text, 5, 2);
            month = month(text, 8);
            year = number(text, 12, 4);
            time = 17;
        } else if (comma > 3 && text.length() == comma + 24 && isDay(text, comma, DAY_WIDTH)) {
            if (text.charAt(comma + 1) != ' '
                    || text.charAt(comma + 4) != '-'
                    || text.charAt(comma + 8) != '-') return NONE;
            day = number(text, comma + 2, 2);
            month = month(text, comma + 5);
            year = century(number(text, comma + 9, 2), nowMillis);
            time = comma + 12;
        } else if (comma < 0 && text.length() == 24 && isDay(text, 3, 3)) {
            if (text.charAt(3) != ' ' || text.charAt(7) != ' ' || text.charAt(19) != ' ')
                return NONE;
            day = text.charAt(8) == ' ' ? number(text, 9, 1) : number(text, 8, 2);
            month = month(text, 4);
            year = number(text, 20, 4);
            return millis(year, month, day, text, 11);
        } else {
            return NONE;
        }
        return isZone(text, time + 8) ? millis(year, month, day, text, time) : NONE;
    }

    private static boolean isDay(String text, int length, int width) {
        for (int at = 0; at < DAYS.length(); at += DAY_WIDTH) {
            if (!DAYS.regionMatches(true, at, text, 0, length)) continue;
            return width == 3 || DAYS.charAt(at + length) == ' ';
        }
        return false;
    }

    private static boolean isZone(String text, int at) {
        return text.charAt(at) == ' '
                && (text.regionMatches(true, at + 1, "GMT", 0, 3)
                        || text.regionMatches(true, at + 1, "UTC", 0, 3));
    }

    private static int month(String text, int at) {
        for (int month = 0; month < 12; month++)
            if (MONTHS.regionMatches(true, month * 3, text, at, 3)) return month + 1;
        return -1;
    }

    private static int number(String text, int at, int digits) {
        int number = 0;
        for (int i = at; i < at + digits; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) return -1;
            number = number * 10 + digit;
        }
        return number;
    }

    private static int century(int year, long nowMillis) {
        if (year < 0) return -1;
        int now = LocalDate.ofEpochDay(Math.floorDiv(nowMillis, DAY_SECONDS * 1000)).getYear();
        int full = now - now % 100 + year;
        if (full > now + 50) return full - 100;
        return full + 100 <= now + 50 ? full + 100 : full;
    }

    private static long millis(int year, int month, int day, String text, int at) {
        if (text.charAt(at + 2) != ':' || text.charAt(at + 5) != ':') return NONE;
        int hour = number(text, at, 2);
        int minute = number(text, at + 3, 2);
        int second = number(text, at + 6, 2);
        if (year < 0
                || month < 0
                || day < 1
                || day > YearMonth.of(year, month).lengthOfMonth()
                || hour < 0
                || hour > 23
                || minute < 0
                || minute > 59
                || second < 0
                || second > 60) return NONE;
        // A leap second is told as the second before it: no later than what was sent.
        long seconds = hour * 3600L + minute * 60L + Math.min(second, 59);
        return (LocalDate.of(year, month, day).toEpochDay() * DAY_SECONDS + seconds) * 1000;
    }

    /// Writes a date in the form that senders must use (RFC 9110 §5.6.7).
    ///
    /// @param millis milliseconds since 1970, years 0 to 9999; fractions of a second are cut off
    /// @return such as `Sun, 06 Nov 1994 08:49:37 GMT`
    public static String format(long millis) {
        long seconds = Math.floorDiv(millis, 1000);
        long days = Math.floorDiv(seconds, DAY_SECONDS);
        int time = (int) Math.floorMod(seconds, DAY_SECONDS);
        LocalDate date = LocalDate.ofEpochDay(days);
        int day = Math.floorMod(days, 7) * 3;
        int month = (date.getMonthValue() - 1) * 3;
        StringBuilder text = new StringBuilder(29);
        text.append(DAY_NAMES, day, day + 3).append(", ");
        pad(text, date.getDayOfMonth()).append(' ');
        text.append(MONTH_NAMES, month, month + 3).append(' ');
        pad(text, date.getYear() / 100);
        pad(text, date.getYear() % 100).append(' ');
        pad(text, time / 3600).append(':');
        pad(text, time / 60 % 60).append(':');
        return pad(text, time % 60).append(" GMT").toString();
    }

    private static StringBuilder pad(StringBuilder text, int number) {
        return text.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
    }
}
