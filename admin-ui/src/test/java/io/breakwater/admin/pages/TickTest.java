package io.breakwater.admin.pages;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.breakwater.config.Kind;
import io.breakwater.config.Setting;
import io.breakwater.config.Settings;
import org.junit.jupiter.api.Test;

/// A tick shows and keeps what a flag means, however it is written.
class TickTest {
    private static final Setting TLS =
            Settings.of(Kind.UPSTREAM).stream()
                    .filter(setting -> setting.key().equals("tls"))
                    .findAny()
                    .orElseThrow();

    private final PlainCodecs.Tick tick = new PlainCodecs.Tick();

    @Test
    void onIsTicked() {
        assertThat(tick.show(TLS, TextNode.valueOf("on")).text("")).isEqualTo("true");
        assertThat(tick.show(TLS, TextNode.valueOf("off")).text("")).isEmpty();
        assertThat(tick.show(TLS, BooleanNode.TRUE).text("")).isEqualTo("true");
        assertThat(tick.show(TLS, null).text("")).isEmpty();
    }

    @Test
    void whatIsNotTouchedStaysAsItIsWritten() {
        JsonNode on = TextNode.valueOf("on");
        assertThat(tick.read(TLS, Typed.of("true"), on)).isSameAs(on);
        assertThat(tick.read(TLS, Typed.of(""), on)).isNull();
        assertThat(tick.read(TLS, Typed.of("true"), null)).isEqualTo(BooleanNode.TRUE);
    }
}
