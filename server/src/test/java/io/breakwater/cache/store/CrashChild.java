package io.breakwater.cache.store;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/// A process that writes, purges and evicts until it is killed. It prints a line when an object is
/// committed (`C key sequence`), before a purge (`P host`) and when the purge is acknowledged (`Q
/// host sequence`).
final class CrashChild {
    static final int THREADS = 3;
    static final int KEYS = 90;

    private CrashChild() {}

    /// The child's side.
    ///
    /// @param args folder, blocks, seed
    public static void main(String[] args) {
        Thread.ofPlatform().daemon().start(CrashChild::exitWithParent);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        StoreKit kit = StoreKit.of(Path.of(args[0]), Integer.parseInt(args[1]));
        long seed = Long.parseLong(args[2]);
        for (int i = 0; i < THREADS; i++) {
            int number = i;
            Thread.ofPlatform().start(() -> work(kit, number, new Random(seed + number), out));
        }
    }

    static String host(int key) {
        return "host" + key % THREADS;
    }

    /// Each thread has keys and a host of its own, so that the order of its lines is that of what
    /// it did.
    private static void work(StoreKit kit, int number, Random random, PrintStream out) {
        try {
            while (true) {
                int what = random.nextInt(40);
                int key = random.nextInt(KEYS / THREADS) * THREADS + number;
                if (what == 0) purge(kit, number, out);
                else if (what < 6) freshen(kit, key);
                else write(kit, key, random, out);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void purge(StoreKit kit, int number, PrintStream out) throws IOException {
        out.println("P " + host(number));
        Purge purge = kit.store().purge(new Scope.Host(host(number)), Scope.Strength.HARD);
        out.println("Q " + host(number) + " " + purge.sequence());
    }

    private static void freshen(StoreKit kit, int key) {
        try (StoredObject object = kit.open(key)) {
            if (object == null) return;
            String head = StandardCharsets.UTF_8.decode(object.head()).toString();
            Recorder recorder = new Recorder();
            Ticket ticket = kit.store().ticket();
            kit.store().freshen(object, ticket, StoreKit.head(head), List.of("a", "b"), recorder);
            recorder.await();
        }
    }

    private static void write(StoreKit kit, int key, Random random, PrintStream out) {
        long seed = random.nextLong();
        int length = random.nextInt(24_000);
        Label label = new Label(StoreKit.key(key), "https://h/" + key, host(key), List.of("t"));
        Recorder recorder = new Recorder();
        String head = key + ":" + seed + ":" + length;
        Ticket ticket = kit.store().ticket();
        try (Writing writing =
                kit.begin(ticket, label, head, random.nextBoolean() ? length : -1, recorder)) {
            StoreKit.append(writing, recorder, StoreKit.body(seed, length));
            writing.commit();
            if (recorder.await() == null) out.println("C " + key + " " + ticket.sequence());
        }
    }

    private static void exitWithParent() {
        try {
            while (System.in.read() >= 0) {
                // until the end of input
            }
        } catch (IOException e) {
            // the same as its end
        }
        Runtime.getRuntime().halt(1);
    }
}
