package io.breakwater.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// A notation of whole configurations. All three hold the same: `parse(write(d))` equals `d`.
/// Output is stable: kinds in their order, names sorted, keys in the order of the setting table.
public enum DocumentFormat {
    /// TOML 1.0; absent settings follow each object as comments with their defaults.
    TOML("application/toml"),
    /// JSON, indented; it has no comments.
    JSON("application/json"),
    /// YAML; absent settings follow each object as comments with their defaults.
    YAML("application/yaml");

    private final String mediaType;

    DocumentFormat(String mediaType) {
        this.mediaType = mediaType;
    }

    /// Reads a document. Strict: duplicate keys, unknown tables and trailing content are errors;
    /// null fields count as absent.
    ///
    /// @param text the whole text
    /// @return the document; whether its objects are right is for [ConfigReader] to say
    /// @throws InvalidConfigException when the text is not in this notation (one problem, with the
    ///   position as its key), or not a table of kinds (all problems)
    public Document parse(String text) throws InvalidConfigException {
        return DocumentParser.parse(this, text);
    }

    /// Reads the fields of one object, as strictly as a document.
    ///
    /// @param text the whole text, a table of fields
    /// @return the fields; whether they are right is for [ConfigReader] to say
    /// @throws InvalidConfigException when the text is not in this notation or not a table (one
    ///   problem, without an object)
    public ObjectNode parseFields(String text) throws InvalidConfigException {
        return DocumentParser.parseFields(this, text);
    }

    /// Writes a document.
    ///
    /// @param document the document
    /// @return text that ends with a line break, or is empty when the document is
    public String write(Document document) {
        return switch (this) {
            case TOML -> TomlWriter.write(document);
            case JSON -> JsonWriter.write(document);
            case YAML -> YamlWriter.write(document);
        };
    }

    /// The media type for HTTP.
    ///
    /// @return type and subtype without parameters
    public String mediaType() {
        return mediaType;
    }

    /// Finds a format.
    ///
    /// @param nameOrMediaType `toml`, `json`, `yaml`, `yml`, or a media type, parameters allowed;
    ///   case does not matter
    /// @return empty when there is none of that name
    public static Optional<DocumentFormat> of(String nameOrMediaType) {
        String word = nameOrMediaType.toLowerCase(Locale.ROOT);
        int parameters = word.indexOf(';');
        String name = (parameters < 0 ? word : word.substring(0, parameters)).strip();
        return switch (name) {
            case "yml", "application/x-yaml", "text/yaml", "text/x-yaml" -> Optional.of(YAML);
            case "text/toml", "application/x-toml" -> Optional.of(TOML);
            default ->
                    Arrays.stream(values())
                            .filter(format ->
                                    format.mediaType.equals(name)
                                            || format.name().toLowerCase(Locale.ROOT).equals(name))
                            .findFirst();
        };
    }

    /// The fields of one object in a stable order, for showing and hashing.
    ///
    /// @param kind the object's kind
    /// @param body its fields
    /// @return a copy with keys in the order of the setting table, without null fields
    public static ObjectNode ordered(Kind kind, ObjectNode body) {
        return Layout.ordered(kind, body);
    }
}
