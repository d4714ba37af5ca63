package io.breakwater.boot;

import io.breakwater.config.Document;
import io.breakwater.config.DocumentFormat;
import io.breakwater.config.InvalidConfigException;
import io.breakwater.config.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Configuration documents in files.
final class DocumentFiles {
    private DocumentFiles() {}

    /// Reads a document; the file's ending tells the format.
    static Document read(Path file) throws IOException, InvalidConfigException {
        return format(file).parse(Files.readString(file));
    }

    /// The format that a file's ending stands for.
    static DocumentFormat format(Path file) throws InvalidConfigException {
        String name = String.valueOf(file.getFileName());
        String ending = name.substring(name.lastIndexOf('.') + 1);
        return DocumentFormat.of(ending.equals("yml") ? "yaml" : ending)
                .orElseThrow(() ->
                        new InvalidConfigException(
                                List.of(
                                        new Problem(
                                                file.toString(),
                                                "",
                                                "." + ending,
                                                "a file that ends in .toml, .json or .yaml"))));
    }
}
