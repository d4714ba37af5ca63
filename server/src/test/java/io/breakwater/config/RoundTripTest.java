package io.breakwater.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whatever a document holds, each notation gives it back.
class RoundTripTest {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int DOCUMENTS = 1_000;

    // Each has caused or could cause trouble in one of the notations.
    private static final List<String> TEXTS =
            List.of(
                    "",
                    " ",
                    "a",
                    "true",
                    "No",
                    "off",
                    "null",
                    "~",
                    "-",
                    "- a",
                    "? a",
                    ": a",
                    "a: b",
                    "a #b",
                    "#",
                    "1",
                    "010",
                    "1e3",
                    "0x1f",
                    "1_000",
                    "1:30",
                    ".5",
                    ".nan",
                    "2026-01-01",
                    "12:00:00",
                    "\"",
                    "'",
                    "''",
                    "'''",
                    "\"\"\"",
                    "a'",
                    "a\"",
                    "\\",
                    "\\\\n",
                    "^/(.*)\\.php$",
                    "a\\",
                    "[a]",
                    "{a}",
                    "*a",
                    "&a",
                    "!a",
                    "%a",
                    "@a",
                    "`a`",
                    "|",
                    ">",
                    "<<",
                    "=",
                    ",",
                    "\t",
                    "\n",
                    "\r",
                    "\r\n",
                    "\n\n",
                    "a\n",
                    "a\n\n",
                    "\na",
                    " a\nb",
                    "a \nb",
                    "a\n b",
                    "a\n\nb",
                    "a\n \nb",
                    "\ta\nb",
                    "a\n\tb",
                    "a\nb'",
                    "a\nb\"",
                    "a\n'''\nb",
                    "a\n\"\"\"\nb",
                    "a\n\"\"\"\"\"\"",
                    "a\n'''\"\"\"'",
                    "a\n#b",
                    "a\n---\nb",
                    "...\na",
                    "---",
                    "a\r\nb",
                    "a\\\nb",
                    "\u0000",
                    "\u0007",
                    "\b\f",
                    "\u007f",
                    "\u0085",
                    "\u00a0",
                    "\u2028",
                    "a\u2029b\nc",
                    "\ufeff",
                    "é",
                    "漢字",
                    "😀",
                    "a😀\nb",
                    "\ufffe",
                    "{{status}}",
                    "{\"a\": 1}",
                    "<p class=\"x\">\n  it's\n</p>\n",
                    "x".repeat(200),
                    "a\nx".repeat(60),
                    "key with spaces",
                    "a.b",
                    "dotted.\"quoted\"",
                    "\u200b",
                    "a\u0001\nb");

    @ParameterizedTest
    @EnumSource(DocumentFormat.class)
    void givesBackEveryDocument(DocumentFormat format) throws InvalidConfigException {
        for (int seed = 0; seed < DOCUMENTS; seed++) {
            Document document = new Shapes(seed).document();
            String text = format.write(document);
            Document back;
            try {
                back = format.parse(text);
            } catch (InvalidConfigException e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage() + "\n" + text, e);
            }
            assertThat(back).as("seed %s:%n%s", seed, text).isEqualTo(document);
            assertThat(format.write(back)).isEqualTo(text);
        }
    }

    @ParameterizedTest
    @EnumSource(DocumentFormat.class)
    void givesBackEveryTextInEveryPlace(DocumentFormat format) throws InvalidConfigException {
        for (String text : TEXTS) {
            ObjectNode body = JSON.objectNode();
            body.put("note", text);
            body.putArray("host").add(text).add(text);
            body.putObject("request-headers").putObject("set").put("X-A", text).put(text, "x");
            body.putObject("status").putObject("404").put("html", text).putArray("l").add(text);
            body.put(text.isEmpty() ? "empty" : text, text);
            Document document = Document.EMPTY.with(Kind.LOCATION, "a", body);
            assertThat(format.parse(format.write(document))).as(text).isEqualTo(document);
        }
    }

    /// Makes documents of many shapes.
    private static final class Shapes {
        private final Random random;

        Shapes(long seed) {
            random = new Random(seed);
        }

        Document document() {
            Document document = Document.EMPTY;
            for (int i = random.nextInt(4); i >= 0; i--) {
                Kind kind = pick(List.of(Kind.values()));
                String name = pick(List.of("a", "web", "0", "404", "a.b", "x-y_z", "true", "1e3"));
                document = document.with(kind, name, table(0));
            }
            return document;
        }

        private ObjectNode table(int depth) {
            ObjectNode table = JSON.objectNode();
            List<String> keys =
                    List.of(
                            "listen", "note", "path", "status", "set", "a.b", "A B", "404", "é",
                            "\"q\"", "true");
            for (int i = random.nextInt(5); i > 0; i--)
                table.set(random.nextInt(8) == 0 ? key() : pick(keys), value(depth + 1));
            return table;
        }

        private String key() {
            String text = pick(TEXTS);
            return text.isEmpty() ? "empty" : text;
        }

        private JsonNode value(int depth) {
            return switch (random.nextInt(depth > 4 ? 6 : 9)) {
                case 0 -> JSON.booleanNode(random.nextBoolean());
                case 1 -> JSON.numberNode(random.nextInt());
                case 2 -> JSON.numberNode(Integer.MAX_VALUE + 1L + random.nextInt(1000));
                case 3 -> JSON.numberNode(random.nextInt(1_000_000) / 128.0);
                case 4, 5 -> JSON.textNode(pick(TEXTS));
                case 6 -> list(depth + 1);
                default -> table(depth);
            };
        }

        private ArrayNode list(int depth) {
            ArrayNode list = JSON.arrayNode();
            for (int i = random.nextInt(5); i > 0; i--) list.add(value(depth));
            return list;
        }

        private <T> T pick(List<T> of) {
            return of.get(random.nextInt(of.size()));
        }
    }
}
