package io.breakwater.report.accesslog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.breakwater.config.LogFormatConfig;
import io.breakwater.config.LogFormatConfig.Rotate;
import io.breakwater.config.ServerConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogFilesTest {
    private static final int ROOMY = 8 * 1024 * 1024;

    @TempDir Path folder;

    private final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.parse("2026-11-21T22:30:00Z"));
    private final List<LogFiles> opened = new ArrayList<>();

    @AfterEach
    void closeAll() {
        opened.forEach(LogFiles::close);
    }

    @Test
    void keepsEveryLineOfManyThreadsWhole() throws Exception {
        LogFiles files = files(ROOMY);
        LogFiles.Handle log = open(files, "a.log", plain("{uri} {status}"));
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            SampleView view = new SampleView().request("GET", "/" + "x".repeat(50) + t);
            threads.add(Thread.ofPlatform().start(() -> repeat(log, view, 5000)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(files.flush()).isTrue();
        assertThat(files.dropped()).isZero();
        assertThat(lines("a.log")).hasSize(20_000).allMatch(line -> line.matches("/x{50}\\d 200"));
    }

    @Test
    void linesComeInTheOrderTheyWereLogged() throws Exception {
        LogFiles files = files(ROOMY);
        LogFiles.Handle log = open(files, "a.log", plain("{uri}"));
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            expected.add("/" + i);
            log.log(new SampleView().request("GET", "/" + i));
        }
        files.flush();
        assertThat(lines("a.log")).isEqualTo(expected);
    }

    @Test
    void dropsAndCountsWhenTheBufferIsFull() throws Exception {
        LogFiles files = files(1000);
        LogFiles.Handle log = open(files, "a.log", plain("{uri}"));
        int logged = 200_000;
        repeat(log, new SampleView().request("GET", "/123456789"), logged);
        files.flush();
        assertThat(files.dropped()).isPositive();
        assertThat(lines("a.log").size() + files.dropped()).isEqualTo(logged);
        assertThat(lines("a.log")).allMatch("/123456789"::equals);
    }

    @Test
    void closingWritesWhatIsLeftAndCountsWhatComesLater() throws Exception {
        LogFiles files = files(ROOMY);
        LogFiles.Handle log = open(files, "a.log", plain("{uri}"));
        repeat(log, new SampleView(), 100);
        files.close();
        assertThat(lines("a.log")).hasSize(100);
        repeat(log, new SampleView(), 3);
        assertThat(files.dropped()).isEqualTo(3);
    }

    @Test
    void aReloadKeepsTheFileAndLosesNoLine() throws Exception {
        LogFiles files = files(ROOMY);
        LogFiles.Handle before = open(files, "a.log", plain("{uri}"));
        SampleView view = new SampleView();
        for (int i = 0; i < 50; i++) {
            repeat(before, view, 20);
            LogFiles.Handle after = open(files, "a.log", plain("{uri}"));
            before.close();
            repeat(before, view, 1); // an exchange that began before the reload
            repeat(after, view, 20);
            before = after;
        }
        files.flush();
        assertThat(lines("a.log")).hasSize(50 * 41);
        assertThat(files.dropped()).isZero();
    }

    @Test
    void aFileWithoutHandlesIsClosedAndStillTakesLateLines() throws Exception {
        LogFiles files = files(ROOMY);
        LogFiles.Handle log = open(files, "a.log", plain("{uri}"));
        repeat(log, new SampleView(), 1);
        files.flush();
        log.close();
        Path moved = folder.resolve("moved.log");
        Files.move(folder.resolve("a.log"), moved);
        await().atMost(Duration.ofSeconds(10)).until(() -> !isOpen(moved));
        repeat(log, new SampleView(), 1);
        files.flush();
        assertThat(lines("a.log")).hasSize(1);
    }

    @Test
    void twoServersShareAFile() throws Exception {
        LogFiles files = files(ROOMY);
        LogFiles.Handle one = open(files, "shared.log", plain("one"));
        LogFiles.Handle two = open(files, "./shared.log", plain("two"));
        assertThat(one.path()).isEqualTo(two.path());
        repeat(one, new SampleView(), 1);
        repeat(two, new SampleView(), 1);
        files.flush();
        assertThat(lines("shared.log")).containsExactly("one", "two");
    }

    @Test
    void followsAFileThatWasMovedAway() throws Exception {
        LogFiles files = files(ROOMY);
        LogFiles.Handle log = open(files, "a.log", plain("{uri}"));
        repeat(log, new SampleView(), 1);
        files.flush();
        Files.move(folder.resolve("a.log"), folder.resolve("a.log.old"));
        await().atMost(Duration.ofSeconds(10)).until(() -> Files.exists(folder.resolve("a.log")));
        repeat(log, new SampleView(), 2);
        files.flush();
        assertThat(lines("a.log.old")).hasSize(1);
        assertThat(lines("a.log")).hasSize(2);
    }

    @Test
    void reopensOnRequest() throws Exception {
        LogFiles files = files(ROOMY);
        LogFiles.Handle log = open(files, "a.log", plain("{uri}"));
        repeat(log, new SampleView(), 1);
        files.flush();
        Files.move(folder.resolve("a.log"), folder.resolve("a.log.old"));
        repeat(log, new SampleView(), 1);
        files.reopen();
        files.flush();
        repeat(log, new SampleView(), 1);
        files.flush();
        assertThat(lines("a.log.old").size() + lines("a.log").size()).isEqualTo(3);
        assertThat(lines("a.log")).isNotEmpty();
    }

    @Test
    void aFileThatCannotBeWrittenCostsLinesUntilItCan() throws Exception {
        Files.createDirectory(folder.resolve("a.log"));
        LogFiles files = files(ROOMY);
        LogFiles.Handle log = open(files, "a.log", plain("{uri}"));
        repeat(log, new SampleView(), 5);
        files.flush();
        assertThat(files.dropped()).isEqualTo(5);
        Files.delete(folder.resolve("a.log"));
        await().atMost(Duration.ofSeconds(10)).until(() -> Files.exists(folder.resolve("a.log")));
        repeat(log, new SampleView(), 2);
        files.flush();
        assertThat(lines("a.log")).hasSize(2);
        assertThat(files.dropped()).isEqualTo(5);
    }

    @Test
    void aFullDiskCostsLinesUntilThereIsRoom() throws Exception {
        Path full = Path.of("/dev/full"); // takes no byte: "no space left on device"
        Files.createSymbolicLink(folder.resolve("a.log"), full);
        LogFiles files = files(ROOMY);
        LogFiles.Handle log = open(files, "a.log", plain("{uri}"));
        repeat(log, new SampleView(), 5);
        files.flush();
        assertThat(files.dropped()).isEqualTo(5);
        Files.delete(folder.resolve("a.log"));
        await().atMost(Duration.ofSeconds(10)).until(() -> Files.exists(folder.resolve("a.log")));
        repeat(log, new SampleView(), 2);
        files.flush();
        assertThat(lines("a.log")).containsExactly("/", "/");
        assertThat(files.dropped()).isEqualTo(5);
    }

    @Test
    void losesNoLineWhileItRotatesUnderLoad() throws Exception {
        LogFiles files = files(ROOMY);
        LogFiles.Handle log = open(files, "a.log", rotating(Rotate.SIZE, 20_000, 0, true));
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            SampleView view = new SampleView().request("GET", "/thread" + t);
            threads.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int i = 0; i < 20; i++) {
                                    repeat(log, view, 1000);
                                    files.flush();
                                }
                            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        files.close();
        long lines = lines("a.log").size();
        for (String name : names()) {
            lines += name.endsWith(".gz") ? unpacked(name).lines().count() : 0;
        }
        assertThat(lines).isEqualTo(60_000);
        assertThat(files.dropped()).isZero();
        assertThat(names())
                .hasSizeGreaterThan(5)
                .allMatch(name -> name.equals("a.log") || name.endsWith(".gz"));
    }

    @Test
    void rotatesDailyKeepsSomeAndCompresses() throws Exception {
        LogFiles files = files(ROOMY);
        LogFiles.Handle log = open(files, "a.log", rotating(Rotate.DAILY, 0, 2, true));
        for (int day = 0; day < 5; day++) {
            log.log(new SampleView().request("GET", "/day" + day));
            files.flush();
            now.updateAndGet(time -> time.plus(Duration.ofDays(1)));
        }
        files.flush();
        files.close();
        assertThat(names()).containsExactly("a.log", "a.log.2026-11-24.gz", "a.log.2026-11-25.gz");
        assertThat(unpacked("a.log.2026-11-25.gz")).isEqualTo("/day4\n");
        assertThat(files.dropped()).isZero();
    }

    @Test
    void rotatesHourly() throws Exception {
        LogFiles files = files(ROOMY);
        LogFiles.Handle log = open(files, "a.log", rotating(Rotate.HOURLY, 0, 0, false));
        log.log(new SampleView().request("GET", "/before"));
        files.flush();
        now.updateAndGet(time -> time.plus(Duration.ofMinutes(29)));
        files.flush();
        assertThat(names()).containsExactly("a.log");
        now.updateAndGet(time -> time.plus(Duration.ofMinutes(1)));
        files.flush();
        log.log(new SampleView().request("GET", "/after"));
        files.flush();
        assertThat(names()).containsExactly("a.log", "a.log.2026-11-21-22");
        assertThat(lines("a.log")).containsExactly("/after");
        assertThat(lines("a.log.2026-11-21-22")).containsExactly("/before");
    }

    @Test
    void rotatesBySizeWithinOneSecond() throws Exception {
        LogFiles files = files(ROOMY);
        LogFiles.Handle log = open(files, "a.log", rotating(Rotate.SIZE, 10, 0, false));
        for (int i = 0; i < 3; i++) {
            log.log(new SampleView().request("GET", "/0123456789"));
            files.flush();
        }
        files.flush();
        assertThat(names())
                .containsExactly(
                        "a.log",
                        "a.log.2026-11-21-223000",
                        "a.log.2026-11-21-223000.1",
                        "a.log.2026-11-21-223000.2");
    }

    @Test
    void aFileOfYesterdayIsRotatedAtStart() throws Exception {
        Path file = Files.writeString(folder.resolve("a.log"), "/old\n");
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-11-20T10:00:00Z")));
        LogFiles files = files(ROOMY);
        LogFiles.Handle log = open(files, "a.log", rotating(Rotate.DAILY, 0, 0, false));
        log.log(new SampleView().request("GET", "/new"));
        files.flush();
        assertThat(lines("a.log.2026-11-20")).containsExactly("/old");
        assertThat(lines("a.log")).containsExactly("/new");
    }

    @Test
    void appendsToWhatIsThere() throws Exception {
        Files.writeString(folder.resolve("a.log"), "/old\n");
        LogFiles files = files(ROOMY);
        open(files, "a.log", plain("{uri}")).log(new SampleView().request("GET", "/new"));
        files.flush();
        assertThat(lines("a.log")).containsExactly("/old", "/new");
    }

    @Test
    void writesOnlyWhatIsWanted() throws Exception {
        LogFiles files = files(ROOMY);
        LogFormatConfig config =
                new LogFormatConfig(
                        "f",
                        true,
                        "",
                        "{status} {latency}",
                        null,
                        Rotate.NEVER,
                        0,
                        0,
                        false,
                        1,
                        List.of(4, 5),
                        Duration.ofMillis(100));
        LogFiles.Handle log = open(files, "a.log", config);
        log.log(new SampleView().answer(200, 1).times(0, 200_000_000));
        log.log(new SampleView().answer(503, 1).times(0, 99_000_000));
        log.log(new SampleView().answer(503, 1).times(0, 100_000_000));
        log.log(new SampleView().answer(404, 1).times(0, 300_000_000));
        files.flush();
        assertThat(lines("a.log")).containsExactly("503 100", "404 300");
    }

    @Test
    void writesAboutTheShareAskedFor() throws Exception {
        LogFiles files = files(ROOMY);
        LogFormatConfig config =
                new LogFormatConfig(
                        "f",
                        true,
                        "",
                        "{uri}",
                        null,
                        Rotate.NEVER,
                        0,
                        0,
                        false,
                        0.25,
                        List.of(),
                        null);
        repeat(open(files, "a.log", config), new SampleView(), 10_000);
        files.flush();
        assertThat(lines("a.log").size()).isBetween(2_000, 3_000);
    }

    @Test
    void takesTheFormatsOwnFileWhenTheServerNamesNone() throws Exception {
        LogFiles files = files(ROOMY);
        LogFormatConfig config =
                new LogFormatConfig(
                        "f",
                        true,
                        "",
                        "{uri}",
                        "sub/own.log",
                        Rotate.NEVER,
                        0,
                        0,
                        false,
                        1,
                        List.of(),
                        null);
        assertThat(open(files, "web.access.log", config).path())
                .isEqualTo(folder.resolve("sub/own.log"));
        assertThat(open(files, "mine.log", config).path()).isEqualTo(folder.resolve("mine.log"));
        files.flush();
        assertThat(folder.resolve("sub/own.log")).exists();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../a.log",
                "/tmp/a.log",
                "a/../../b.log",
                "a/../b.log",
                "",
                " ",
                ".",
                "a\0b"
            })
    void refusesNamesThatLeaveTheFolder(String name) {
        LogFiles files = files(ROOMY);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> open(files, name, null))
                .withMessageContaining("expected: a name inside the log folder");
    }

    @Test
    void refusesFormatsThatNobodyKnows() {
        LogFiles files = files(ROOMY);
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> files.open(new ServerConfig.AccessLog("nope", "a.log"), null, "web"))
                .withMessageContaining("\"nope\"");
    }

    private LogFiles files(int bufferBytes) {
        LogFiles files = new LogFiles(folder, now::get, ZoneOffset.UTC, bufferBytes);
        opened.add(files);
        return files;
    }

    private static LogFiles.Handle open(
            LogFiles files, String file, @Nullable LogFormatConfig format) {
        return files.open(new ServerConfig.AccessLog("combined", file), format, "web");
    }

    private static LogFormatConfig plain(String format) {
        return new LogFormatConfig(
                "f", true, "", format, null, Rotate.NEVER, 0, 0, false, 1, List.of(), null);
    }

    private static LogFormatConfig rotating(Rotate rotate, long size, int keep, boolean compress) {
        return new LogFormatConfig(
                "f", true, "", "{uri}", null, rotate, size, keep, compress, 1, List.of(), null);
    }

    private static void repeat(LogFiles.Handle log, SampleView view, int times) {
        for (int i = 0; i < times; i++) {
            log.log(view);
        }
    }

    private List<String> lines(String name) throws IOException {
        return Files.readAllLines(folder.resolve(name));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private String unpacked(String name) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(folder.resolve(name)))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /// Whether this process has a file open.
    private static boolean isOpen(Path file) throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.anyMatch(descriptor -> {
                try {
                    return Files.readSymbolicLink(descriptor).equals(file.toRealPath());
                } catch (IOException e) {
                    return false; // closed while we looked
                }
            });
        }
    }
}
