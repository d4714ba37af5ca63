package io.breakwater.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({
        "500ms,500",
        "10s,10000",
        "5m,300000",
        "1h,3600000",
        "2d,172800000",
        "0s,0",
        "1S,1000"
    })
    void readsNumberAndUnit(String text, long millis) {
        assertThat(Durations.parse(text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "10", "s", "-1s", "1.5s", "1m30s", "1w", "10 s", "999999999999999999d"})
    void refusesAnythingElse(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Durations.parse(text))
                .withMessageContaining("a duration such as 500ms");
    }

    @ParameterizedTest
    @CsvSource({
        "0,0s",
        "1,1ms",
        "1000,1s",
        "1500,1500ms",
        "90000,90s",
        "120000,2m",
        "7200000,2h",
        "86400000,1d"
    })
    void writesTheShortestForm(long millis, String text) {
        assertThat(Durations.format(Duration.ofMillis(millis))).isEqualTo(text);
        assertThat(Durations.parse(text)).isEqualTo(Duration.ofMillis(millis));
    }

    @Test
    void cutsWhatIsFinerThanAMillisecond() {
        assertThat(Durations.format(Duration.ofNanos(1_999_999))).isEqualTo("1ms");
    }
}
