package io.breakwater.report.accesslog;

import io.breakwater.config.LogFormatConfig;
import io.breakwater.config.ServerConfig;
import io.breakwater.exchange.ExchangeView;
import io.breakwater.exchange.RequestLog;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The access-log files of the process and the one thread that writes them. A line is rendered on
/// the caller's thread and copied into its file's bounded buffer under a lock held for a copy; the
/// thread `bw-accesslog-1` looks every 50 ms, or sooner when a buffer is half full, and writes what
/// there is. A full buffer or a file that cannot be written costs lines, which are counted, never
/// time.
///
/// Handles of the same file share it, so a reload opens the new handles before it closes the old
/// ones and the file stays open. A closed handle still takes lines: exchanges begun before a reload
/// are logged where they were meant to be.
public final class LogFiles implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogFiles.class);
    private static final int BUFFER_BYTES = 8 * 1024 * 1024;
    private static final Duration PASS = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Path folder;
    private final InstantSource clock;
    private final ZoneId zone;
    private final int bufferBytes;
    private final Map<Path, LogFile> files = new ConcurrentHashMap<>();
    private final Queue<CountDownLatch> flushes = new ConcurrentLinkedQueue<>();
    private final Thread writer;
    private volatile boolean closed;

    /// Starts the writer.
    ///
    /// @param folder the log folder; made when the first file is opened
    public LogFiles(Path folder) {
        this(folder, Clock.systemUTC(), ZoneId.systemDefault(), BUFFER_BYTES);
    }

    /// Starts a writer with its own clock and buffers.
    ///
    /// @param folder the log folder; made when the first file is opened
    /// @param clock tells when to rotate
    /// @param zone the zone of midnight and of the names of rotated files
    /// @param bufferBytes the most a file's lines may take in memory before lines are dropped
    public LogFiles(Path folder, InstantSource clock, ZoneId zone, int bufferBytes) {
        this.folder = folder.toAbsolutePath().normalize();
        this.clock = clock;
        this.zone = zone;
        this.bufferBytes = bufferBytes;
        this.writer =
                Thread.ofPlatform().name("bw-accesslog-1").daemon().start(this::writeUntilClosed);
    }

    /// Opens a log. The file itself is opened by the writer: one that cannot be written is an error
    /// in the process's log and costs lines, but neither fails a request nor an apply.
    ///
    /// @param log the server's setting
    /// @param format the log format object it names; null when it names a predefined format
    /// @param serverName the server's name
    /// @return where to log; to be closed when its server no longer uses it
    /// @throws IllegalArgumentException when the template is at fault or the file name leaves the
    ///   log folder
    public Handle open(
            ServerConfig.AccessLog log, @Nullable LogFormatConfig format, String serverName) {
        String name = log.file();
        if (format != null && format.file() != null && name.equals(serverName + ".access.log")) {
            name = format.file();
        }
        Path path = resolve(name);
        LogFormat lines = LogFormat.compile(format == null ? template(log) : format.format());
        Handle handle = new Handle(lines, format, this, path);
        handle.file.attach(handle);
        return handle;
    }

    /// Checks a file name without opening anything.
    ///
    /// @param name relative to the log folder
    /// @return the file
    /// @throws IllegalArgumentException when it is empty, absolute or leaves the log folder
    public Path resolve(String name) {
        Path path;
        try {
            path = Path.of(name);
        } catch (InvalidPathException e) {
            throw refused(name, e);
        }
        Path file = folder.resolve(path).normalize();
        boolean climbs = false;
        for (Path part : path) {
            climbs |= part.toString().equals("..");
        }
        if (name.isBlank() || path.isAbsolute() || climbs || file.equals(folder)) {
            throw refused(name, null);
        }
        return file;
    }

    /// Lines lost so far: buffer full, or file not writable.
    ///
    /// @return 0 or more
    public long dropped() {
        return files.values().stream().mapToLong(LogFile::dropped).sum();
    }

    /// Waits until every line logged so far is in its file. Blocks: not for I/O threads.
    ///
    /// @return false when the writer did not get there within ten seconds
    public boolean flush() {
        CountDownLatch done = new CountDownLatch(1);
        flushes.add(done);
        LockSupport.unpark(writer);
        try {
            return done.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Opens all files anew, as after a rotation from outside. Lines logged before still go to the
    /// old file; after a [#flush] no more do.
    public void reopen() {
        files.values().forEach(LogFile::requestReopen);
        LockSupport.unpark(writer);
    }

    /// Writes what is left, waits for rotated files to be compressed, and stops. Lines logged later
    /// are dropped and counted.
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(writer);
        try {
            if (!writer.join(PATIENCE)) {
                LOG.error(
                        "access logs: still writing after {} s, going on without",
                        PATIENCE.toSeconds());
            }
            for (LogFile file : files.values()) {
                file.awaitTidying(PATIENCE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// A predefined name or a template; else it is the name of an object that was not found.
    private static String template(ServerConfig.AccessLog log) {
        String format = log.format();
        if (!LogFormat.isPredefined(format) && format.indexOf('{') < 0) {
            throw new IllegalArgumentException(
                    "format: \"%s\" (expected: tiny, short, common, combined, json, or the name of an enabled log format)"
                            .formatted(format));
        }
        return format;
    }

    private LogFile file(Path path) {
        return files.computeIfAbsent(
                path, key -> new LogFile(key, clock, zone, bufferBytes, this::wake));
    }

    private void wake() {
        LockSupport.unpark(writer);
    }

    private void writeUntilClosed() {
        while (!closed) {
            LockSupport.parkNanos(this, PASS.toNanos());
            pass();
        }
        files.values().forEach(LogFile::shut);
        flushes.forEach(CountDownLatch::countDown);
    }

    private void pass() {
        int asked = flushes.size();
        for (LogFile file : files.values()) {
            try {
                file.writeOut();
            } catch (RuntimeException e) {
                LOG.error("access log {}: {}", file.path(), e, e);
            }
        }
        for (int i = 0; i < asked; i++) {
            CountDownLatch flush = flushes.poll();
            if (flush != null) {
                flush.countDown();
            }
        }
    }

    private IllegalArgumentException refused(String name, @Nullable Throwable cause) {
        return new IllegalArgumentException(
                "file: \"%s\" (expected: a name inside the log folder)".formatted(name), cause);
    }

    /// A server's access log: which lines it wants, how they look, and the file they go to.
    public static final class Handle implements RequestLog, AutoCloseable {
        private final LogFormat format;
        private final LogFile file;
        private final Keeping keeping;
        private final double sample;
        private final int classes;
        private final long slowNanos;

        private Handle(
                LogFormat format, @Nullable LogFormatConfig config, LogFiles files, Path path) {
            this.format = format;
            this.file = files.file(path);
            this.keeping = Keeping.of(config);
            this.sample = config == null ? 1 : config.sample();
            int mask = 0;
            if (config != null) {
                for (int wanted : config.onlyClasses()) {
                    mask |= 1 << wanted;
                }
            }
            this.classes = mask;
            Duration slow = config == null ? null : config.onlySlow();
            this.slowNanos = slow == null ? 0 : slow.toNanos();
        }

        /// Logs an exchange when it is wanted.
        @Override
        public void log(ExchangeView exchange) {
            if (!wanted(exchange)) {
                return;
            }
            LineBuffer line = LogFormat.buffer();
            format.append(exchange, line);
            line.put('\n');
            file.append(line);
        }

        /// The file.
        ///
        /// @return its absolute path
        public Path path() {
            return file.path();
        }

        Keeping keeping() {
            return keeping;
        }

        /// Gives up the share in the file, which is closed with its last handle.
        @Override
        public void close() {
            file.detach(this);
        }

        private boolean wanted(ExchangeView exchange) {
            if (classes != 0 && (classes & 1 << exchange.status() / 100) == 0) {
                return false;
            }
            if (slowNanos > 0 && exchange.latencyNanos() < slowNanos) {
                return false;
            }
            return sample >= 1 || ThreadLocalRandom.current().nextDouble() < sample;
        }
    }
}
