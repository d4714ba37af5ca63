package io.breakwater.listen.quic;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The native library that speaks QUIC, and the folder of what it needs as files: a private one, in
/// which nobody else can put anything.
///
/// Jetty's binding unpacks the library to a fixed name below `java.io.tmpdir`, over what is there.
/// A process that does so in a folder that another one has its library from kills that one
/// (SIGSEGV), and whoever can write there has code of theirs run here. So the property names a
/// folder of our own, fresh each time, while the library is loaded, and the file is removed as soon
/// as it is.
public final class QuicLibrary {
    private static final String TEMPORARY = "java.io.tmpdir";

    /// One library is loaded at a time, as the property is the whole process's.
    private static final Object LOADING = new Object();

    private final Path folder;

    @GuardedBy("this")
    private boolean loaded;

    @GuardedBy("this")
    private @Nullable String problem;

    /// Names the folder.
    ///
    /// @param folder for temporary files; made when it is missing
    public QuicLibrary(Path folder) {
        this.folder = folder;
    }

    /// Loads the library, the first time that it is called. Blocks on files.
    ///
    /// @return null when it can be used, else why not, in words that end a sentence
    public synchronized @Nullable String load() {
        if (loaded || problem != null) return problem;
        try {
            Path own = privateFolder("library-");
            synchronized (LOADING) {
                unpackIn(own);
            }
            loaded = true;
        } catch (IOException e) {
            problem = "it cannot be unpacked: " + e;
        } catch (LinkageError e) {
            problem = words(e);
        }
        return problem;
    }

    /// Makes a folder that only this user may enter.
    ///
    /// @param prefix of its name
    /// @return a new one
    /// @throws IOException when that fails
    Path privateFolder(String prefix) throws IOException {
        Files.createDirectories(folder);
        return Files.createTempDirectory(
                folder,
                "quic-" + prefix,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private static void unpackIn(Path own) throws IOException {
        String before = System.getProperty(TEMPORARY);
        System.setProperty(TEMPORARY, own.toString());
        try {
            Class.forName(
                    "org.eclipse.jetty.quic.quiche.Quiche",
                    true,
                    QuicLibrary.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new NoClassDefFoundError(e.getMessage());
        } finally {
            System.setProperty(TEMPORARY, before);
            // It is mapped by now, which needs no name.
            remove(own);
        }
    }

    /// Removes a folder with all that is in it.
    ///
    /// @param folder that may be gone already
    /// @throws IOException when something stays
    static void remove(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) return;
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList())
                Files.deleteIfExists(each);
        }
    }

    /// Removes what processes have left behind that did not end by themselves: keys in clear text,
    /// among others. Only while no other process uses the folder.
    ///
    /// @param folder for temporary files; may be missing
    /// @throws IOException when something stays
    public static void tidy(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) return;
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, "quic-*")) {
            for (Path each : left) remove(each);
        }
    }

    private static String words(LinkageError failure) {
        if (failure instanceof NoClassDefFoundError && failure.getCause() == null)
            return "a part of it is missing: " + failure.getMessage();
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        // Each binding that was tried says why it cannot be used.
        for (Throwable each : cause.getSuppressed()) cause = each;
        String words = String.valueOf(cause.getMessage());
        for (Throwable each = cause; each != null; each = each.getCause()) {
            String says = each.getMessage();
            if (says == null) continue;
            if (each instanceof UnsatisfiedLinkError) words = says;
            else if (each instanceof IOException) words += ": " + says;
        }
        return words;
    }
}
