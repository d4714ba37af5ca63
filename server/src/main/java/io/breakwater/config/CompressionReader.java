package io.breakwater.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.breakwater.http.ContentCoding;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads how a location compresses.
final class CompressionReader {
    private static final String TOKEN = "[A-Za-z0-9!#$&^_.+-]+";
    private static final Pattern TYPE =
            Pattern.compile("\\*|\\*/\\*|\\*\\+" + TOKEN + "|" + TOKEN + "/(" + TOKEN + "|\\*)");

    private CompressionReader() {}

    /// Reads the key `compression`.
    ///
    /// @return null when it is off
    static @Nullable CompressionConfig read(Fields fields) {
        JsonNode written = fields.raw("compression");
        if (written == null || Resilience.isOff(written)) return null;
        boolean plainlyOn =
                written.isTextual() ? written.textValue().equals("on") : written.booleanValue();
        Fields table =
                plainlyOn
                        ? fields.inside(
                                "compression", "compression", JsonNodeFactory.instance.objectNode())
                        : written.isObject() ? fields.table("compression") : null;
        if (table == null) {
            fields.problem("compression", written, "on, off, or a table");
            return null;
        }
        boolean on = table.choice("mode", Mode.class) == Mode.ON;
        CompressionConfig compression =
                new CompressionConfig(
                        encodings(table),
                        table.size("min-length", 0),
                        types(table),
                        table.integer("gzip-level"),
                        table.integer("br-level"),
                        table.integer("zstd-level"));
        table.reportUnknown();
        if (on && !fields.has("upstream") && !fields.has("split"))
            fields.problem("compression", written, "absent or off without upstream or split");
        return on ? compression : null;
    }

    private static List<ContentCoding> encodings(Fields table) {
        List<ContentCoding> encodings = new ArrayList<>();
        for (String name : table.texts("encodings")) {
            ContentCoding coding = coding(name);
            if (coding == null) table.problem("encodings", name, "one of zstd, br, gzip");
            else if (encodings.contains(coding)) table.problem("encodings", name, "each once");
            else encodings.add(coding);
        }
        if (table.isEmptyList("encodings"))
            table.problem("encodings", table.raw("encodings"), "at least one of zstd, br, gzip");
        return encodings;
    }

    private static @Nullable ContentCoding coding(String name) {
        for (ContentCoding coding : ContentCoding.values())
            if (coding.token().equals(name)) return coding;
        return null;
    }

    private static List<String> types(Fields table) {
        List<String> types = table.texts("types");
        for (String type : types)
            if (!TYPE.matcher(type).matches())
                table.problem("types", type, "a media type such as text/html, text/*, *+json or *");
        return types;
    }

    private enum Mode {
        ON,
        OFF
    }
}
