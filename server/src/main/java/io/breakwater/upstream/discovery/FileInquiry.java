package io.breakwater.upstream.discovery;

import io.breakwater.config.DocumentFormat;
import io.breakwater.config.InvalidConfigException;
import io.breakwater.config.NodeFile;
import io.breakwater.config.Problem;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The nodes that a file lists. Looks at the file's attributes each time and reads it only when
/// they are others: a watch would miss what happens on a network's file system or behind a link, as
/// container platforms mount their files.
final class FileInquiry implements Inquiry {
    private static final long MOST_BYTES = 16 << 20;

    /// A file that changed so short a time ago may change again without another time in its
    /// attributes.
    private static final Duration YOUNG = Duration.ofSeconds(2);

    private final Path file;
    private final String name;
    private final Duration every;
    private @Nullable Look seen;
    private List<Found> found = List.of();
    private @Nullable String fault;

    /// Makes one.
    ///
    /// @param file the file
    /// @param name the file as configured
    /// @param every how often it is looked at
    FileInquiry(Path file, String name, Duration every) {
        this.file = file;
        this.name = name;
        this.every = every;
    }

    private record Look(FileTime changed, long bytes, @Nullable Object key) {}

    @Override
    public Result ask() throws LookupException {
        try {
            BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
            Look look = new Look(is.lastModifiedTime(), is.size(), is.fileKey());
            boolean young =
                    look.changed().toInstant().isAfter(Instant.now().minus(YOUNG.plus(every)));
            if (young || !look.equals(seen)) {
                read(look);
                seen = look;
            }
        } catch (NoSuchFileException e) {
            seen = null;
            throw new LookupException("there is no file " + file);
        } catch (IOException | SecurityException e) {
            seen = null;
            throw new LookupException(file + " cannot be read: " + e.getMessage());
        }
        if (fault != null) throw new LookupException(fault);
        return new Result(found, every);
    }

    private void read(Look look) throws IOException {
        DocumentFormat format = NodeFile.formatOf(name);
        if (look.bytes() > MOST_BYTES || format == null) {
            fault = file + " is too large: " + look.bytes() + " bytes";
            return;
        }
        try {
            found =
                    NodeFile.read(Files.readString(file), format).stream()
                            .map(node -> Found.written(node, name))
                            .toList();
            fault = null;
        } catch (CharacterCodingException e) {
            fault = file + " is not in UTF-8";
        } catch (InvalidConfigException e) {
            fault =
                    file
                            + ": "
                            + e.problems().stream()
                                    .map(Problem::toString)
                                    .collect(Collectors.joining("; "));
        }
    }
}
