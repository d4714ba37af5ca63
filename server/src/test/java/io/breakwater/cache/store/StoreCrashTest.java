package io.breakwater.cache.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process is killed while it writes, evicts and purges, again and again on the same files. Ten
/// times, or as often as `-Dbreakwater.store.kills` says.
class StoreCrashTest {
    private static final int KILLS = Integer.getInteger("breakwater.store.kills", 10);

    /// Room for all that the child writes, and room for a part.
    private static final int ENOUGH = 1024;

    private static final int SCARCE = 160;

    @TempDir private Path folder;

    @Test
    void whatWasCommittedIsThereAndWhatWasPurgedIsNot() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Path enough = Files.createDirectory(folder.resolve("enough"));
        Path scarce = Files.createDirectory(folder.resolve("scarce"));
        State withoutEviction = new State();
        State withEviction = new State();
        for (int round = 0; round < KILLS; round++) {
            boolean evicts = round % 2 == 1;
            int blocks = evicts ? SCARCE : ENOUGH;
            Path where = evicts ? scarce : enough;
            State state = evicts ? withEviction : withoutEviction;
            killWhileWorking(where, blocks, random, state);
            String what = "round %d, seed %d".formatted(round, seed);
            int objects = Ledger.assertBalanced(StoreKit.settings(where, blocks, 1));
            assertThat(objects).as(what).isPositive();
            try (StoreKit kit = StoreKit.of(where, blocks)) {
                for (int key = 0; key < CrashChild.KEYS; key++)
                    state.check(kit, key, !evicts, what);
                assertThat(kit.file(0).checksumFailures()).as(what).isZero();
            }
        }
    }

    private void killWhileWorking(Path where, int blocks, Random random, State state)
            throws Exception {
        String java = ProcessHandle.current().info().command().orElseThrow();
        Process process =
                new ProcessBuilder(
                                java,
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                CrashChild.class.getName(),
                                where.toString(),
                                String.valueOf(blocks),
                                String.valueOf(random.nextLong()))
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            int left = 20 + random.nextInt(600);
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                state.note(line.split(" ", -1));
                // Not Process.destroyForcibly, which would close the stream before its end is read.
                if (--left == 0) process.toHandle().destroyForcibly();
            }
            assertThat(left).as("lines that were still to come").isLessThanOrEqualTo(0);
        }
        process.waitFor();
    }

    /// What the children on the same files have said.
    private static final class State {
        private final Map<Integer, Long> committed = new HashMap<>();
        private final Map<String, Long> purged = new HashMap<>();

        void note(String[] line) {
            switch (line[0]) {
                case "C" -> committed.put(Integer.valueOf(line[1]), Long.valueOf(line[2]));
                case "P" ->
                        committed.keySet().removeIf(key -> CrashChild.host(key).equals(line[1]));
                case "Q" -> purged.put(line[1], Long.valueOf(line[2]));
                default -> {
                    // a line of the log
                }
            }
        }

        void check(StoreKit kit, int key, boolean mustBeThere, String what) {
            try (StoredObject object = kit.open(key)) {
                if (object == null) {
                    assertThat(mustBeThere && committed.containsKey(key))
                            .as("object %d is lost, %s", key, what)
                            .isFalse();
                    return;
                }
                assertThat(object.sequence())
                        .as("object %d is purged, %s", key, what)
                        .isGreaterThan(purged.getOrDefault(CrashChild.host(key), 0L));
                assertThat(object.sequence())
                        .as("object %d is old, %s", key, what)
                        .isGreaterThanOrEqualTo(committed.getOrDefault(key, 0L));
                String[] parts =
                        StandardCharsets.UTF_8.decode(object.head()).toString().split(":", -1);
                assertThat(List.of(parts))
                        .as(what)
                        .hasSize(3)
                        .first()
                        .isEqualTo(String.valueOf(key));
                assertThat(StoreKit.read(object))
                        .as("object %d, %s", key, what)
                        .isEqualTo(
                                StoreKit.body(
                                        Long.parseLong(parts[1]), Integer.parseInt(parts[2])));
            }
        }
    }
}
