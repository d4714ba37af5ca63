package io.breakwater.admin.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.breakwater.config.Kind;
import io.breakwater.config.Setting;
import io.breakwater.config.Settings;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class StatusTimesTest {
    private static final Setting TTL =
            Objects.requireNonNull(Settings.find(Kind.CACHE_POLICY, "ttl"));

    private final TableCodecs.StatusTimes codec = new TableCodecs.StatusTimes();

    @Test
    void showsAndReadsOneTimePerLine() throws Unreadable {
        JsonNode table = JsonText.parse("{\"200\": \"10m\", \"4xx\": \"0s\"}");
        Typed typed = codec.show(TTL, table);
        assertThat(typed.text("")).isEqualTo("200: 10m\n4xx: 0s");
        assertThat(codec.read(TTL, typed, table)).isEqualTo(table);
        assertThat(codec.slots(TTL, typed)).hasSize(1);
    }

    @Test
    void readsNothingFromNothingAndRefusesOtherLines() throws Unreadable {
        assertThat(codec.read(TTL, Typed.of(" \n"), null)).isNull();
        assertThat(codec.show(TTL, null).text("")).isEmpty();
        assertThatExceptionOfType(Unreadable.class)
                .isThrownBy(() -> codec.read(TTL, Typed.of("404 1m"), null));
    }
}
