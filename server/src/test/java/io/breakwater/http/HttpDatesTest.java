package io.breakwater.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// RFC 9110 §5.6.7 and RFC 9111 §4.2. Names in comments are of cases of http-tests/cache-tests.
class HttpDatesTest {
    private static final long NOW = Instant.parse("2026-11-26T12:00:00Z").toEpochMilli();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Sun, 06 Nov 1994 08:49:37 GMT|1994-11-06T08:49:37Z",
                "Sunday, 06-Nov-94 08:49:37 GMT|1994-11-06T08:49:37Z",
                "Sun Nov  6 08:49:37 1994|1994-11-06T08:49:37Z",
                "Sun Nov 16 08:49:37 1994|1994-11-16T08:49:37Z",
                "THU, 18 Aug 2050 02:01:18"
                        + " GMT|2050-08-18T02:01:18Z", // freshness-expires-wrong-case-weekday
                "Thu, 18 AUG 2050 02:01:18 GMT|2050-08-18T02:01:18Z", // -wrong-case-month
                "Thu, 18 Aug 2050 02:01:18 gMT|2050-08-18T02:01:18Z", // -wrong-case-tz
                "Thu, 18 Aug 2050 02:01:18 UTC|2050-08-18T02:01:18Z", // -invalid-utc
                "Mon, 29 Feb 2016 23:59:60 GMT|2016-02-29T23:59:59Z",
                "Thursday, 18-Aug-76 02:01:18 GMT|2076-08-18T02:01:18Z",
                "Wednesday, 18-Aug-77 02:01:18 GMT|1977-08-18T02:01:18Z", // more than 50 years
                // ahead
                "Saturday, 01-Jan-00 00:00:00 GMT|2000-01-01T00:00:00Z",
                "Fri, 01 Jan 0001 00:00:00 GMT|0001-01-01T00:00:00Z",
                "Fri, 31 Dec 9999 23:59:59 GMT|9999-12-31T23:59:59Z",
            })
    void readsDates(String text, Instant expected) {
        assertThat(HttpDates.parse(text, NOW)).isEqualTo(expected.toEpochMilli());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "",
                "-1",
                "Thu, 18 Aug 2050 02:01:18 EST",
                "Thu, 18 Aug 2050 02:01:18 +0000",
                "Thu, 18 Aug 50 02:01:18 GMT", // freshness-expires-invalid-2-digit-year
                "Thu 18 Aug 2050 02:01:18 GMT", // -invalid-no-comma
                "Thu, 18  Aug  2050 02:01:18 GMT", // -invalid-multiple-spaces
                "Thu, 18-Aug-2050 02:01:18 GMT", // -invalid-date-dashes
                "Thu, 18 Aug 2050 02.01.18 GMT", // -invalid-time-periods
                "Thu, 18 Aug 2050 2:01:18 GMT", // -invalid-1-digit-hour
                "Thu, 18 Aug 2050 24:01:18 GMT",
                "Thu, 18 Aug 2050 02:60:18 GMT",
                "Thu, 18 Aug 2050 02:01:61 GMT",
                "Thu, 31 Apr 2050 02:01:18 GMT",
                "Thu, 00 Apr 2050 02:01:18 GMT",
                "Thu, 29 Feb 2100 02:01:18 GMT",
                "Xxx, 18 Aug 2050 02:01:18 GMT",
                "Sunda, 06-Nov-94 08:49:37 GMT",
                "Sun, 06-Nov-94 08:49:37 GMT",
                "Sunday, 06 Nov 94 08:49:37 GMT",
                "Sun Nov 06 08:49:37 94",
                "Sun Nov  6 08:49:37 1994 GMT",
                "1994-11-06T08:49:37Z",
            })
    void refusesEverythingElse(String text) {
        assertThat(HttpDates.parse(text, NOW)).isEqualTo(HttpDates.NONE);
    }

    @Test
    void writesWhatTheJdkWritesAndReadsItBack() {
        DateTimeFormatter jdk =
                DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
                        .withZone(ZoneOffset.UTC);
        Random random = new Random(1);
        for (int i = 0; i < 2000; i++) {
            Instant instant = Instant.ofEpochSecond(random.nextLong(-62135596800L, 253402300800L));
            String text = HttpDates.format(instant.toEpochMilli() + random.nextInt(1000));
            assertThat(text).isEqualTo(jdk.format(instant));
            assertThat(HttpDates.parse(text, NOW)).isEqualTo(instant.toEpochMilli());
        }
    }
}
