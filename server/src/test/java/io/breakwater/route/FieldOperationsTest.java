package io.breakwater.route;

import static io.breakwater.route.Sample.location;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.config.HeaderOps;
import io.breakwater.config.InvalidConfigException;
import io.breakwater.exchange.HeaderEdit;
import io.breakwater.exchange.LocationPlan.FixedAnswer;
import io.breakwater.exchange.Text;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldOperationsTest {
    private static HttpFields.Mutable edited(
            HeaderOps operations, SampleHead head, String... fields) throws InvalidConfigException {
        HttpFields.Mutable mutable = HttpFields.build();
        for (int i = 0; i < fields.length; i += 2) {
            mutable.add(fields[i], fields[i + 1]);
        }
        location("x").requestHeaders(operations).plan().requestEdit().apply(mutable, head);
        return mutable;
    }

    private static SampleHead head() {
        return SampleHead.get("example.com", "/");
    }

    @Test
    void removesSetsAddsAndPresetsInThisOrder() throws InvalidConfigException {
        HeaderOps operations =
                new HeaderOps(
                        Map.of("X-Set", "$host", "X-Back", "again"),
                        Map.of("X-Many", "3", "x-set", "second"),
                        List.of("x-gone", "X-Back"),
                        Map.of("X-Preset", "p", "X-Many", "no", "X-Gone", "fresh"));
        HttpFields.Mutable fields =
                edited(
                        operations,
                        head(),
                        "X-Gone",
                        "a",
                        "X-GONE",
                        "b",
                        "X-Back",
                        "old",
                        "x-set",
                        "1",
                        "X-Many",
                        "1",
                        "X-Many",
                        "2");
        assertThat(fields.getValuesList("X-Set")).containsExactly("example.com", "second");
        assertThat(fields.getValuesList("X-Back")).containsExactly("again");
        assertThat(fields.getValuesList("X-Many")).containsExactly("1", "2", "3");
        assertThat(fields.getValuesList("X-Preset")).containsExactly("p");
        assertThat(fields.getValuesList("X-Gone")).containsExactly("fresh");
    }

    @Test
    void setsNothingToAnEmptyValue() throws InvalidConfigException {
        HeaderOps operations =
                new HeaderOps(
                        Map.of("X-A", "$http-absent", "X-B", ""),
                        Map.of("X-C", "$arg-absent"),
                        List.of(),
                        Map.of("X-D", " "));
        assertThat(edited(operations, head(), "X-A", "1", "X-B", "1").size()).isZero();
    }

    @Test
    void keepsRequestsFromForgingFields() throws InvalidConfigException {
        HeaderOps operations =
                new HeaderOps(Map.of("X-A", "v $arg-a $path"), Map.of(), List.of(), Map.of());
        SampleHead head =
                SampleHead.get("h", "/%C3%A9").withArgument("a", "1\r\nX-Evil: 2\u0000\u010A");
        String value = edited(operations, head).get("X-A");
        // UTF-8 as the octets that go on the wire, line breaks as spaces
        assertThat(value).isEqualTo("v 1  X-Evil: 2 \u00C4\u008A /\u00C3\u00A9");
    }

    @Test
    void passesFieldValuesOnAsTheyCame() throws InvalidConfigException {
        HeaderOps operations =
                new HeaderOps(Map.of("X-A", "$http-b"), Map.of(), List.of(), Map.of());
        assertThat(edited(operations, head().withHeader("B", "\u00E9\t\u010A\n")).get("X-A"))
                .isEqualTo("\u00E9\t?");
    }

    @Test
    void letsRequestsChangeHost() throws InvalidConfigException {
        HeaderOps operations =
                new HeaderOps(Map.of("Host", "inner.$host"), Map.of(), List.of(), Map.of());
        assertThat(edited(operations, head(), "Host", "example.com").getValuesList("Host"))
                .containsExactly("inner.example.com");
    }

    @Test
    void doesNothingWithoutOperations() throws InvalidConfigException {
        assertThat(location("x").plan().requestEdit()).isSameAs(HeaderEdit.NONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection",
                "transfer-encoding",
                "CONTENT-LENGTH",
                "keep-alive",
                "upgrade",
                "te",
                "trailer",
                "proxy-connection",
                "a b",
                "",
                ":path",
                "x\r\ny"
            })
    void refusesFieldsThatFrameMessages(String name) {
        HeaderOps set = new HeaderOps(Map.of(name, "1"), Map.of(), List.of(), Map.of());
        HeaderOps add = new HeaderOps(Map.of(), Map.of(name, "1"), List.of(), Map.of());
        HeaderOps remove = new HeaderOps(Map.of(), Map.of(), List.of(name), Map.of());
        HeaderOps preset = new HeaderOps(Map.of(), Map.of(), List.of(), Map.of(name, "1"));
        for (HeaderOps operations : List.of(set, add, remove, preset)) {
            assertThatThrownBy(() -> location("x").requestHeaders(operations).plan())
                    .isInstanceOf(InvalidConfigException.class)
                    .hasMessageStartingWith("locations/x request-headers.");
            assertThatThrownBy(() -> location("x").responseHeaders(operations).plan())
                    .isInstanceOf(InvalidConfigException.class)
                    .hasMessageStartingWith("locations/x response-headers.");
        }
        assertThatThrownBy(() -> location("x").respond(200, "", Map.of(name, "1")).plan())
                .isInstanceOf(InvalidConfigException.class);
    }

    @Test
    void refusesASecondOrMissingHost() {
        HeaderOps add = new HeaderOps(Map.of(), Map.of("Host", "b"), List.of(), Map.of());
        HeaderOps remove = new HeaderOps(Map.of(), Map.of(), List.of("HOST"), Map.of());
        HeaderOps set = new HeaderOps(Map.of("Host", "b"), Map.of(), List.of(), Map.of());
        assertThatThrownBy(() -> location("x").requestHeaders(add).plan())
                .hasMessageContaining("one Host");
        assertThatThrownBy(() -> location("x").requestHeaders(remove).plan())
                .hasMessageContaining("needs its Host");
        assertThatThrownBy(() -> location("x").responseHeaders(set).plan())
                .hasMessageContaining("requests");
    }

    @Test
    void keepsFieldsOfFixedAnswersSafe() throws InvalidConfigException {
        FixedAnswer respond =
                requireNonNull(
                        location("x").respond(200, "b", Map.of("X-A", "$arg-a")).plan().respond());
        Text text = requireNonNull(respond.headers().get("X-A"));
        assertThat(text.render(head().withArgument("a", "1\n2"))).isEqualTo("1 2");
    }
}
