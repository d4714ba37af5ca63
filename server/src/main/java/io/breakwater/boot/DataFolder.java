package io.breakwater.boot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The data folder while this process owns it. Ownership is a lock on `breakwater.lock`, which the
/// operating system drops however the process ends, so files left by a kill never stand in the way.
final class DataFolder implements AutoCloseable {
    private static final int LOCK_TRIES = 10;
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(30);

    private final ProcessSettings settings;
    private final FileChannel channel;

    private DataFolder(ProcessSettings settings, FileChannel channel) {
        this.settings = settings;
        this.channel = channel;
    }

    /// The file whose lock tells who owns the folder; the owner's pid stands in it.
    static Path lockFile(ProcessSettings settings) {
        return settings.dataDir().resolve("breakwater.lock");
    }

    /// Makes the folders where they are missing.
    ///
    /// @throws StartException when one cannot be made or written to
    static void prepare(ProcessSettings settings) throws StartException {
        usable("data-dir", settings.dataDir());
        usable("log-dir", settings.logDir());
    }

    /// Takes the folder.
    ///
    /// @throws StartException when another process has it
    static DataFolder open(ProcessSettings settings) throws StartException, IOException {
        prepare(settings);
        FileChannel channel =
                FileChannel.open(
                        lockFile(settings), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean taken = false;
        try {
            if (!lock(channel)) {
                throw new StartException(
                        "another Breakwater (pid "
                                + Files.readString(lockFile(settings)).strip()
                                + ") uses the data folder "
                                + settings.dataDir()
                                + ": stop it or set another data-dir");
            }
            DataFolder folder = new DataFolder(settings, channel);
            folder.claim();
            taken = true;
            return folder;
        } finally {
            if (!taken) {
                channel.close();
            }
        }
    }

    /// Tells scripts and commands that the process is ready.
    ///
    /// @param lines `key=value` lines
    void ready(String lines) throws IOException {
        replace(settings.readyFile(), lines);
    }

    /// Removes the files that speak of a running process and lets the folder go.
    @Override
    public void close() throws IOException {
        Files.deleteIfExists(settings.readyFile());
        Files.deleteIfExists(settings.pidFile());
        Files.deleteIfExists(settings.reloadedFile());
        // Releases the lock too.
        channel.close();
    }

    /// Writes a file in one step: who reads it sees the old or the new text, never half of it.
    static void replace(Path file, String text) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(fresh, text);
        Files.move(
                fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /// Writes a file that only its owner may read, replacing an older one.
    static void writeSecret(Path file, String text) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text);
    }

    private void claim() throws IOException {
        Files.deleteIfExists(settings.readyFile());
        StopRequest.take(settings.dataDir());
        String pid = ProcessHandle.current().pid() + "\n";
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
        Files.writeString(settings.pidFile(), pid);
    }

    /// Tries for a moment, because a command that looks whether we run holds the lock while it
    /// looks.
    private static boolean lock(FileChannel channel) throws IOException {
        for (int i = 0; i < LOCK_TRIES; i++) {
            if (tryLock(channel) != null) {
                return true;
            }
            LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
        }
        return false;
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // Held by another instance in this JVM, as tests start them.
            return null;
        }
    }

    private static void usable(String key, Path folder) throws StartException {
        String user = System.getProperty("user.name");
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new StartException(
                    key + ": the folder " + folder + " cannot be made by user " + user + ": " + e,
                    e);
        }
        if (!Files.isWritable(folder) || !Files.isExecutable(folder)) {
            throw new StartException(
                    key
                            + ": the folder "
                            + folder
                            + " is not writable by user "
                            + user
                            + ": change its owner or mode, or set another "
                            + key);
        }
    }
}
