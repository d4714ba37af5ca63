package io.breakwater.wire;

import static io.breakwater.wire.CacheKit.FRESH;
import static io.breakwater.wire.CacheKit.caching;
import static io.breakwater.wire.CacheKit.get;
import static io.breakwater.wire.CacheKit.hit;
import static io.breakwater.wire.CacheKit.isHit;
import static io.breakwater.wire.CacheKit.pattern;
import static io.breakwater.wire.CacheKit.patternBytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.config.CacheSettings.BlockFile;
import io.breakwater.control.CacheView;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.Message;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.Tmpfs;
import io.breakwater.testing.WireTest;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Several block files, of which some are not there, come, go, change or fail.
@WireTest
class CacheDiskTest {
    private static final int MB = 1 << 20;
    private static final int LENGTH = 20_000;
    private static final int OBJECTS = 40;

    @TempDir private Path folder;
    private Path one = Path.of("");
    private Path two = Path.of("");

    @BeforeEach
    void files() {
        one = folder.resolve("one/blocks");
        two = folder.resolve("two/blocks");
    }

    private TestBreakwater start(FakeOrigin origin, Path... files) throws Exception {
        List<BlockFile> list = new ArrayList<>();
        for (Path file : files) list.add(new BlockFile(file, 8L * MB));
        return start(origin, list);
    }

    private TestBreakwater start(FakeOrigin origin, List<BlockFile> files) throws Exception {
        return TestBreakwater.startWith(caching(origin).toml(), folder, files);
    }

    private static CacheView.File file(TestBreakwater breakwater, int number) {
        return breakwater.engine().cache().files().get(number);
    }

    private static void store(RawClient client) {
        for (int i = 0; i < OBJECTS; i++) hit(client, "/" + i);
    }

    /// How many are answered from the store; all must be right.
    private static int hits(RawClient client) throws Exception {
        int hits = 0;
        for (int i = 0; i < OBJECTS; i++) {
            Message answer = get(client, "/" + i);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(patternBytes(LENGTH));
            if (isHit(answer.head())) hits++;
        }
        return hits;
    }

    @Test
    void objectsLieOnAllDisksAndAreThereAfterARestart() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(pattern(LENGTH, FRESH))) {
            try (TestBreakwater breakwater = start(origin, one, two);
                    RawClient client = breakwater.client()) {
                store(client);
                assertThat(file(breakwater, 0).objects()).isPositive();
                assertThat(file(breakwater, 1).objects()).isPositive();
            }
            try (TestBreakwater breakwater = start(origin, one, two);
                    RawClient client = breakwater.client()) {
                assertThat(hits(client)).isEqualTo(OBJECTS);
            }
            assertThat(origin.exchanges()).hasSize(OBJECTS);
        }
    }

    /// Why a file cannot be used at a start.
    enum Obstacle {
        FOLDER_IN_ITS_PLACE("directory") {
            @Override
            AutoCloseable raise(Path file) throws Exception {
                Files.createDirectories(file);
                return () -> Files.delete(file);
            }
        },
        FILE_IN_ITS_FOLDERS_PLACE("Not a directory") {
            @Override
            AutoCloseable raise(Path file) throws Exception {
                Files.writeString(file.getParent(), "here");
                return () -> Files.delete(file.getParent());
            }
        },
        NO_ROOM("no space left on device") {
            @Override
            AutoCloseable raise(Path file) throws Exception {
                return Tmpfs.mount(Files.createDirectory(file.getParent()), MB);
            }
        },
        READ_ONLY("Read-only file system") {
            @Override
            AutoCloseable raise(Path file) throws Exception {
                Tmpfs disk = Tmpfs.mount(Files.createDirectory(file.getParent()), MB);
                disk.readOnly();
                return disk;
            }
        },
        LOCKED("in use by another process") {
            @Override
            AutoCloseable raise(Path file) throws Exception {
                Path index = file.resolveSibling("blocks.index");
                Files.createDirectory(file.getParent());
                FileChannel channel =
                        FileChannel.open(
                                index, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                channel.lock();
                return channel;
            }
        };

        private final String words;

        Obstacle(String words) {
            this.words = words;
        }

        abstract AutoCloseable raise(Path file) throws Exception;
    }

    @ParameterizedTest
    @EnumSource
    void aFileThatCannotBeOpenedIsDoneWithoutUntilItCan(Obstacle obstacle) throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(pattern(LENGTH, FRESH))) {
            AutoCloseable raised = obstacle.raise(two);
            try (TestBreakwater breakwater = start(origin, one, two);
                    RawClient client = breakwater.client()) {
                store(client);
                assertThat(file(breakwater, 0).suspended()).isNull();
                assertThat(file(breakwater, 1).open()).isFalse();
                assertThat(file(breakwater, 1).suspended()).contains(obstacle.words);
                assertThat(breakwater.engine().figures().prometheus())
                        .contains("breakwater_cache_file_suspended{file=\"" + two + "\"} 1.0");
                raised.close();
                if (obstacle == Obstacle.FILE_IN_ITS_FOLDERS_PLACE)
                    Files.createDirectory(two.getParent());
                // It is open before what is in it has been looked through.
                await().atMost(RawClient.PATIENCE)
                        .until(() -> file(breakwater, 1).suspended() == null);
                assertThat(file(breakwater, 1).open()).isTrue();
                // The emptier one is filled first.
                hit(client, "/more");
                assertThat(file(breakwater, 1).objects()).isEqualTo(1);
            }
        }
    }

    @Test
    void withoutAJournalNothingIsCachedUntilThereIsOne() throws Exception {
        Path journal = Files.createDirectory(folder.resolve("purges"));
        try (FakeOrigin origin = FakeOrigin.start(pattern(LENGTH, FRESH));
                TestBreakwater breakwater = start(origin, one);
                RawClient client = breakwater.client()) {
            assertThat(hits(client)).isZero();
            assertThat(breakwater.engine().cache().open()).isFalse();
            assertThat(file(breakwater, 0).suspended()).contains("directory");
            Files.delete(journal);
            await().atMost(RawClient.PATIENCE).until(() -> breakwater.engine().cache().open());
            hit(client, "/");
        }
    }

    @Test
    void whatOtherFilesHaveSurvivesWhenOneIsResizedRemovedOrNew() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(pattern(LENGTH, FRESH))) {
            long inTwo;
            try (TestBreakwater breakwater = start(origin, one, two);
                    RawClient client = breakwater.client()) {
                store(client);
                inTwo = file(breakwater, 1).objects();
            }
            List<BlockFile> resized =
                    List.of(new BlockFile(one, 4L * MB), new BlockFile(two, 8L * MB));
            try (TestBreakwater breakwater = start(origin, resized)) {
                assertThat(file(breakwater, 0).objects()).isZero();
                assertThat(file(breakwater, 1).objects()).isEqualTo(inTwo);
            }
            try (TestBreakwater breakwater = start(origin, two);
                    RawClient client = breakwater.client()) {
                assertThat(file(breakwater, 0).objects()).isEqualTo(inTwo);
                assertThat(hits(client)).isEqualTo((int) inTwo);
            }
            try (TestBreakwater breakwater = start(origin, folder.resolve("three"), two);
                    RawClient client = breakwater.client()) {
                assertThat(hits(client)).isEqualTo(OBJECTS);
            }
        }
    }

    @Test
    void aDiskThatTakesItsFileAwayCostsMisses() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(pattern(LENGTH, FRESH));
                TestBreakwater breakwater = start(origin, one, two);
                RawClient client = breakwater.client()) {
            store(client);
            long inTwo = file(breakwater, 1).objects();
            // What is mapped is gone, as on a disk that cannot be read; nothing was sent just now.
            try (RawClient next = breakwater.client()) {
                cut(one);
                cut(one.resolveSibling("blocks.index"));
                await().atMost(RawClient.PATIENCE)
                        .ignoreExceptions()
                        .until(() -> {
                            try (RawClient another = breakwater.client()) {
                                return hits(another) >= inTwo;
                            }
                        });
                store(next);
                assertThat(hits(next)).isEqualTo(OBJECTS);
            }
        }
    }

    private static void cut(Path file) throws Exception {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(0);
        }
    }
}
