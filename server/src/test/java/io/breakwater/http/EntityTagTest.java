package io.breakwater.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// RFC 9110 §8.8.3 and §13.1.
class EntityTagTest {
    /// The table of RFC 9110 §8.8.3.2.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "W/\"1\"|W/\"1\"|false|true",
                "W/\"1\"|W/\"2\"|false|false",
                "W/\"1\"|\"1\"|false|true",
                "\"1\"|\"1\"|true|true",
            })
    void comparesAsTheTableSays(String one, String other, boolean strongly, boolean weakly) {
        EntityTag left = tag(one);
        EntityTag right = tag(other);
        assertThat(left.isStrongly(right)).isEqualTo(strongly);
        assertThat(right.isStrongly(left)).isEqualTo(strongly);
        assertThat(left.isWeakly(right)).isEqualTo(weakly);
        assertThat(right.isWeakly(left)).isEqualTo(weakly);
        assertThat(left.toString()).isEqualTo(one);
        assertThat(left.isWeakly(null) || left.isStrongly(null)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "\"", "\"a", "a\"", "w/\"a\"", "\"a b\"", "\"a\"b\"", "W/"})
    void refusesWhatIsNoEntityTag(String text) {
        assertThat(EntityTag.parse(text)).isNull();
    }

    @Test
    void takesEmptyAndOddOnes() {
        assertThat(tag("\"\"").opaque()).isEmpty();
        assertThat(tag("\"a,b\\é\"").opaque()).isEqualTo("a,b\\é");
        assertThat(EntityTag.parse(null)).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "*|\"1\"|true",
                "\"1\"|\"1\"|true",
                "\"1\"|W/\"1\"|true",
                "W/\"1\", \"2\"|\"2\"|true",
                "\"a,b\",W/\"c\"|\"a,b\"|true",
                "\"a\",W/\"c\"|\"c\"|true",
                "\"a\" , , \"b\"|\"b\"|true",
                "1, \"2\"|\"1\"|false",
                "\"1|\"1\"|false",
                "\"1\"|\"2\"|false",
                "\"*\"|\"1\"|false",
                "``|\"1\"|false",
            })
    void matchesConditions(String field, String tag, boolean matches) {
        assertThat(EntityTag.Condition.parse(field).matchesWeakly(tag(tag))).isEqualTo(matches);
    }

    @Test
    void starMatchesARepresentationWithoutTag() {
        assertThat(EntityTag.Condition.parse("*").matchesWeakly(null)).isTrue();
        assertThat(EntityTag.Condition.parse("\"a\"").matchesWeakly(null)).isFalse();
    }

    private static EntityTag tag(String text) {
        return Objects.requireNonNull(EntityTag.parse(text), text);
    }
}
