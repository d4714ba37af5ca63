package io.breakwater.report.accesslog;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The rotated files of one log: names them, compresses them, and deletes the oldest. Tidying runs
/// one run after the other on a thread of its own: compressing a large file would keep a carrier of
/// virtual threads busy for seconds.
final class LogTidier {
    private static final Logger LOG = LoggerFactory.getLogger(LogTidier.class);
    private static final String PACKED = ".gz";
    private static final String HALF_PACKED = ".gz.part";

    private final Path path;
    private final Path folder;
    private final String name;
    private final Pattern rotated;

    /// The last run begun; touched by the writer thread and, at the end, by the closing one.
    private volatile @Nullable Thread run;

    LogTidier(Path path) {
        this.path = path;
        this.folder = Objects.requireNonNull(path.getParent());
        this.name = Objects.requireNonNull(path.getFileName()).toString();
        this.rotated =
                Pattern.compile(
                        Pattern.quote(name)
                                + "\\.(\\d{4}-\\d\\d-\\d\\d(?:-\\d\\d(?:\\d{4})?)?)"
                                + "(?:\\.(\\d{1,9}))?(\\.gz(?:\\.part)?)?");
    }

    /// A name that no file has yet: `<log>.<stamp>`, then `<log>.<stamp>.1` and so on.
    Path free(String stamp) {
        Path candidate = folder.resolve(name + "." + stamp);
        for (int i = 1; taken(candidate); i++) {
            candidate = folder.resolve(name + "." + stamp + "." + i);
        }
        return candidate;
    }

    /// Compresses what is not and deletes what is too many, in the background.
    void tidy(int keep, boolean compress) {
        Thread before = run;
        run =
                Thread.ofPlatform()
                        .name("bw-logtidy-1")
                        .daemon()
                        .priority(Thread.MIN_PRIORITY)
                        .start(() -> {
                            try {
                                if (before != null) {
                                    before.join();
                                }
                                deleteOldest(keep);
                                if (compress) {
                                    compressAll();
                                }
                            } catch (IOException | RuntimeException e) {
                                LOG.error("access log {}: tidying failed: {}", path, e.toString());
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
    }

    void await(Duration patience) throws InterruptedException {
        Thread last = run;
        if (last != null && !last.join(patience)) {
            LOG.warn("access log {}: left rotated files uncompressed", path);
        }
    }

    private static boolean taken(Path candidate) {
        return Files.exists(candidate)
                || Files.exists(candidate.resolveSibling(candidate.getFileName() + PACKED));
    }

    private void deleteOldest(int keep) throws IOException {
        if (keep <= 0) {
            return;
        }
        List<Rotated> files = rotatedFiles();
        files.sort(Comparator.comparing(Rotated::stamp).thenComparingInt(Rotated::number));
        for (int i = 0; i < files.size() - keep; i++) {
            Files.deleteIfExists(files.get(i).file());
        }
    }

    private void compressAll() throws IOException {
        for (Rotated rotated : rotatedFiles()) {
            if (!rotated.packed()) {
                compress(rotated.file());
            }
        }
    }

    private static void compress(Path file) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + HALF_PACKED);
        Path packed = file.resolveSibling(file.getFileName() + PACKED);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(part))) {
            Files.copy(file, out);
        }
        Files.setLastModifiedTime(part, Files.getLastModifiedTime(file));
        Files.move(part, packed, StandardCopyOption.ATOMIC_MOVE);
        Files.delete(file);
    }

    /// The rotated files; what a killed run left half done is deleted.
    private List<Rotated> rotatedFiles() throws IOException {
        List<Rotated> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Matcher matcher = rotated.matcher(file.getFileName().toString());
                if (!matcher.matches()) {
                    continue;
                }
                if (HALF_PACKED.equals(matcher.group(3))) {
                    Files.delete(file);
                    continue;
                }
                String number = matcher.group(2);
                found.add(
                        new Rotated(
                                file,
                                Objects.requireNonNull(matcher.group(1)),
                                number == null ? 0 : Integer.parseInt(number),
                                matcher.group(3) != null));
            }
        }
        return found;
    }

    private record Rotated(Path file, String stamp, int number, boolean packed) {}
}
