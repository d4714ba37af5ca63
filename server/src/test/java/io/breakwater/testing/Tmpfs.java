package io.breakwater.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// A small file system in memory; only root can mount it.
public final class Tmpfs implements AutoCloseable {
    private final Path folder;

    private Tmpfs(Path folder) {
        this.folder = folder;
    }

    /// Mounts one.
    ///
    /// @param folder an empty folder
    /// @param bytes its size
    /// @return to be closed
    /// @throws IOException when that is not allowed
    public static Tmpfs mount(Path folder, long bytes) throws IOException {
        run("mount", "-t", "tmpfs", "-o", "size=" + bytes, "none", folder.toString());
        return new Tmpfs(folder);
    }

    /// Where it is.
    ///
    /// @return the folder
    public Path folder() {
        return folder;
    }

    /// Lets nothing be written any more.
    ///
    /// @throws IOException when files are open for writing
    public void readOnly() throws IOException {
        run("mount", "-o", "remount,ro", folder.toString());
    }

    @Override
    public void close() throws IOException {
        // What is mapped is unmapped when it is collected; the mount point need not wait for that.
        run("umount", "--lazy", folder.toString());
    }

    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.onExit().join().exitValue() != 0)
            throw new IOException(String.join(" ", command) + ": " + output);
    }
}
