package io.breakwater.report.accesslog;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.breakwater.config.LogFormatConfig.Rotate;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One log file: a buffer that any thread appends to, and the file that the writer thread empties
/// it into. The two arrays are swapped, so that appending never waits for a write.
final class LogFile {
    private static final Logger LOG = LoggerFactory.getLogger(LogFile.class);
    private static final int FIRST_BYTES = 16 * 1024;
    private static final int KEPT_BYTES = 1024 * 1024;
    private static final int WRITE_BYTES = 128 * 1024;
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long RETRY_ROTATION_NANOS = 60 * SECOND_NANOS;

    private final Path path;
    private final InstantSource clock;
    private final ZoneId zone;
    private final Runnable wake;
    private final LogTidier tidier;
    private final List<LogFiles.Handle> handles = new CopyOnWriteArrayList<>();
    private final LongAdder dropped = new LongAdder();
    private volatile Keeping keeping = Keeping.FOREVER;
    private volatile boolean reopenRequested;

    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private byte[] filling = new byte[0];

    @GuardedBy("lock")
    private int filled;

    /// The most that may wait; 0 once the file is shut for good.
    @GuardedBy("lock")
    private int capacity;

    // All below belongs to the writer thread.
    private byte[] writing = new byte[0];
    private @Nullable FileChannel channel;
    private @Nullable Object key;
    private String period = "";
    private Rotate periodOf = Rotate.NEVER;
    private long size;
    private boolean midLine;
    private boolean failing;
    private long lostBefore;
    private long nextTryNanos = System.nanoTime();
    private long nextCheckNanos = System.nanoTime();
    private long nextRotationNanos = System.nanoTime();

    LogFile(Path path, InstantSource clock, ZoneId zone, int capacity, Runnable wake) {
        this.path = path;
        this.clock = clock;
        this.zone = zone;
        this.capacity = capacity;
        this.wake = wake;
        this.tidier = new LogTidier(path);
    }

    Path path() {
        return path;
    }

    long dropped() {
        return dropped.sum();
    }

    void attach(LogFiles.Handle handle) {
        handles.add(handle);
        chooseKeeping();
    }

    void detach(LogFiles.Handle handle) {
        handles.remove(handle);
        chooseKeeping();
    }

    void requestReopen() {
        reopenRequested = true;
    }

    void awaitTidying(Duration patience) throws InterruptedException {
        tidier.await(patience);
    }

    /// Takes a line, or drops it when the buffer is full. Any thread; waits only for another copy.
    void append(LineBuffer line) {
        boolean halfFull = false;
        lock.lock();
        try {
            int end = filled + line.length();
            if (end > capacity) {
                dropped.increment();
                return;
            }
            if (end > filling.length) {
                int grown = Math.max(end, Math.max(FIRST_BYTES, filling.length * 2));
                filling = Arrays.copyOf(filling, Math.min(capacity, grown));
            }
            line.copyTo(filling, filled);
            halfFull = filled < capacity / 2 && end >= capacity / 2;
            filled = end;
        } finally {
            lock.unlock();
        }
        if (halfFull) {
            wake.run();
        }
    }

    /// Writes what waits and does what is due: open, rotate, follow a file moved away. Writer
    /// thread.
    void writeOut() {
        long now = System.nanoTime();
        // Before the file is closed: a request that comes after it must not be taken as met.
        boolean reopen = reopenRequested;
        reopenRequested = false;
        if (channel != null && (reopen || now - nextCheckNanos >= 0)) {
            nextCheckNanos = now + SECOND_NANOS;
            if (handles.isEmpty() || reopen || movedAway()) {
                write(takeBatch());
                closeChannel();
            }
        }
        rotateWhenDue();
        int batch = takeBatch();
        if (batch > 0 || !handles.isEmpty()) {
            openWhenDue(now);
        }
        write(batch);
    }

    /// Writes what waits, closes the file and refuses further lines. Writer thread.
    void shut() {
        writeOut();
        lock.lock();
        try {
            capacity = 0;
        } finally {
            lock.unlock();
        }
        write(takeBatch());
        closeChannel();
    }

    /// Of several handles that share the file, the newest one that rotates decides.
    private void chooseKeeping() {
        Keeping chosen = Keeping.FOREVER;
        for (LogFiles.Handle handle : handles) {
            if (handle.keeping().rotate() != Rotate.NEVER) {
                chosen = handle.keeping();
            }
        }
        keeping = chosen;
    }

    /// Swaps the arrays.
    ///
    /// @return how many bytes of `writing` are to be written
    private int takeBatch() {
        lock.lock();
        try {
            int batch = filled;
            if (batch > 0) {
                byte[] next = writing.length > KEPT_BYTES ? new byte[0] : writing;
                writing = filling;
                filling = next;
                filled = 0;
            }
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private void write(int batch) {
        if (batch == 0) {
            return;
        }
        FileChannel target = channel;
        if (target == null) {
            drop(0, batch);
            return;
        }
        ByteBuffer bytes = ByteBuffer.wrap(writing, 0, batch);
        try {
            if (midLine) {
                writeAll(target, ByteBuffer.wrap(new byte[] {'\n'}));
                midLine = false;
            }
            writeAll(target, bytes);
            size += batch;
        } catch (IOException e) {
            int written = bytes.position();
            midLine |= written > 0 && writing[written - 1] != '\n';
            drop(written, batch);
            closeChannel();
            fail(e);
        }
    }

    /// Writes in slices: a channel copies what it writes into a direct buffer of the same size,
    /// which the thread keeps.
    private static void writeAll(FileChannel target, ByteBuffer bytes) throws IOException {
        int end = bytes.limit();
        while (bytes.position() < end) {
            bytes.limit(Math.min(end, bytes.position() + WRITE_BYTES));
            target.write(bytes);
        }
    }

    private void drop(int from, int to) {
        for (int i = from; i < to; i++) {
            if (writing[i] == '\n') {
                dropped.increment();
            }
        }
    }

    private void openWhenDue(long now) {
        if (channel != null || now - nextTryNanos < 0) {
            return;
        }
        try {
            open();
        } catch (IOException | RuntimeException e) {
            closeChannel();
            fail(e);
            return;
        }
        if (failing) {
            failing = false;
            LOG.info("access log {}: written again, {} lines lost", path, dropped() - lostBefore);
        }
        rotateWhenDue();
    }

    /// Opens or makes the file; one that has lines already belongs to the period of its last.
    private void open() throws IOException {
        Files.createDirectories(Objects.requireNonNull(path.getParent()));
        Instant lastWrite =
                Files.exists(path) ? Files.getLastModifiedTime(path).toInstant() : clock.instant();
        FileChannel opened =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        channel = opened;
        key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        size = opened.size();
        beginPeriod(size == 0 ? clock.instant() : lastWrite);
    }

    private void fail(Exception reason) {
        nextTryNanos = System.nanoTime() + SECOND_NANOS;
        if (!failing) {
            failing = true;
            lostBefore = dropped();
            LOG.error(
                    "access log {} cannot be written, its lines are lost: {}",
                    path,
                    reason.toString());
        }
    }

    private void beginPeriod(Instant time) {
        Keeping now = keeping;
        period = now.period(time, zone);
        periodOf = now.rotate();
    }

    private void rotateWhenDue() {
        Keeping now = keeping;
        if (channel == null
                || now.rotate() == Rotate.NEVER
                || System.nanoTime() - nextRotationNanos < 0) {
            return;
        }
        if (now.rotate() != periodOf) {
            beginPeriod(clock.instant());
        }
        boolean due =
                now.rotate() == Rotate.SIZE
                        ? size >= now.size()
                        : !period.equals(now.period(clock.instant(), zone));
        if (!due) {
            return;
        }
        if (size == 0) {
            beginPeriod(clock.instant());
            return;
        }
        rotate(now);
    }

    private void rotate(Keeping now) {
        try {
            closeChannel();
            Files.move(path, tidier.free(now.suffix(period, clock.instant(), zone)));
            tidier.tidy(now.keep(), now.compress());
        } catch (IOException e) {
            nextRotationNanos = System.nanoTime() + RETRY_ROTATION_NANOS;
            LOG.error("access log {} cannot be rotated: {}", path, e.toString());
        }
        try {
            open();
        } catch (IOException e) {
            closeChannel();
            fail(e);
        }
    }

    private boolean movedAway() {
        try {
            return !Objects.equals(
                    key, Files.readAttributes(path, BasicFileAttributes.class).fileKey());
        } catch (IOException e) {
            return true; // gone, or no longer to be seen: opening it anew tells which
        }
    }

    private void closeChannel() {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                LOG.warn("access log {}: {} while closing", path, e.toString());
            }
        }
    }
}
