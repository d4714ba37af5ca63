package io.breakwater.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FieldListTest {
    private static final FieldList FIELDS = FieldList.of("A", "1", "b", "2", "a", "3, \"4, 5\"");

    @Test
    void findsFieldsByNameOfAnyCase() {
        assertThat(FIELDS.size()).isEqualTo(3);
        assertThat(FIELDS.first("a")).isEqualTo("1");
        assertThat(FIELDS.combined("A")).isEqualTo("1, 3, \"4, 5\"");
        assertThat(FIELDS.has("B")).isTrue();
        assertThat(FIELDS.has("c")).isFalse();
        assertThat(FIELDS.combined("c")).isNull();
    }

    @Test
    void builds() {
        FieldList.Builder builder = FieldList.builder();
        assertThat(builder.build()).isSameAs(FieldList.EMPTY);
        builder.add("A", "1").add("b", "2");
        FieldList two = builder.build();
        builder.add("a", "3, \"4, 5\"");
        assertThat(two.size()).isEqualTo(2);
        assertThat(builder.build()).isEqualTo(FIELDS).hasSameHashCodeAs(FIELDS);
        assertThat(two).hasToString("A: 1\nb: 2\n");
        assertThatThrownBy(() -> FieldList.of("A")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void partsMembers() {
        assertThat(FieldSyntax.members(FIELDS.combined("a"))).containsExactly("1", "3", "\"4, 5\"");
        assertThat(FieldSyntax.members("a, \"b, c")).containsExactly("a", "\"b", "c");
        assertThat(FieldSyntax.members(null)).isEmpty();
        assertThat(FieldSyntax.isToken("")).isFalse();
        assertThat(FieldSyntax.isToken("a:b")).isFalse();
    }
}
