package io.breakwater.config;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;

/// Writes documents as JSON.
final class JsonWriter {
    private static final ObjectWriter WRITER = JsonMapper.builder().build().writer(printer());

    private JsonWriter() {}

    static String write(Document document) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        for (Kind kind : Kind.values()) {
            if (document.of(kind).isEmpty()) continue;
            ObjectNode byName = root.putObject(kind.key());
            document.of(kind).forEach((name, body) -> byName.set(name, Layout.ordered(kind, body)));
        }
        try {
            return WRITER.writeValueAsString(root) + "\n";
        } catch (IOException e) {
            throw new UncheckedIOException("a text cannot fail to be written", e);
        }
    }

    private static DefaultPrettyPrinter printer() {
        Separators separators =
                Separators.createDefaultInstance()
                        .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                        .withObjectEmptySeparator("")
                        .withArrayEmptySeparator("");
        return new DefaultPrettyPrinter(separators)
                .withObjectIndenter(new DefaultIndenter("  ", "\n"))
                .withArrayIndenter(
                        new DefaultPrettyPrinter.FixedSpaceIndenter() {
                            private static final long serialVersionUID = 1L;
                        });
    }
}
