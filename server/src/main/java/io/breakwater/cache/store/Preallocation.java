package io.breakwater.cache.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Gives a file all of its room on the disk before it is used, so that a disk that fills up later
/// neither fails a write nor, worse, the first touch of a mapped page. Asks the system with
/// `posix_fallocate`, which takes no time; writes zeros where there is no such call.
final class Preallocation {
    private static final int ZEROS = 1 << 20;
    private static final int READ_WRITE = 2;
    private static final int CLOSE_ON_EXEC = 0x80000;
    private static final @Nullable Calls CALLS = calls();

    private Preallocation() {}

    /// Makes a file as long as it is to be, with nothing but zeros in what is added.
    ///
    /// @param path the file
    /// @param file the same, open for writing
    /// @param bytes how long it is to be
    /// @throws IOException when there is not enough room
    static void reserve(Path path, FileChannel file, long bytes) throws IOException {
        if (file.size() > bytes) file.truncate(bytes);
        if (CALLS != null) CALLS.reserve(path, bytes);
        else writeZeros(file, bytes);
    }

    private static void writeZeros(FileChannel file, long bytes) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(ZEROS);
        for (long at = file.size(); at < bytes; ) {
            zeros.clear().limit((int) Math.min(ZEROS, bytes - at));
            at += file.write(zeros, at);
        }
    }

    // What the handles are given is what the functions take.
    @SuppressWarnings("restricted")
    private static @Nullable Calls calls() {
        if (!System.getProperty("os.name").equals("Linux")) return null;
        Linker linker = Linker.nativeLinker();
        SymbolLookup library = linker.defaultLookup();
        if (library.find("posix_fallocate").isEmpty()) return null;
        FunctionDescriptor open =
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
        FunctionDescriptor fallocate =
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG);
        FunctionDescriptor close =
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
        return new Calls(
                linker.downcallHandle(
                        library.findOrThrow("open"), open, Linker.Option.firstVariadicArg(2)),
                linker.downcallHandle(library.findOrThrow("posix_fallocate"), fallocate),
                linker.downcallHandle(library.findOrThrow("close"), close));
    }

    private record Calls(MethodHandle open, MethodHandle fallocate, MethodHandle close) {
        void reserve(Path path, long bytes) throws IOException {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment name = arena.allocateFrom(path.toString());
                int descriptor = (int) open.invokeExact(name, READ_WRITE | CLOSE_ON_EXEC);
                if (descriptor < 0)
                    throw new IOException("it cannot be opened to reserve its room");
                int error;
                try {
                    error = (int) fallocate.invokeExact(descriptor, 0L, bytes);
                } finally {
                    int ignored = (int) close.invokeExact(descriptor);
                }
                if (error != 0) throw new IOException(words(error, bytes));
            } catch (IOException | RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }

        private static String words(int error, long bytes) {
            return switch (error) {
                case 28 -> "no space left on device for " + bytes + " bytes";
                case 27 -> "file too large: " + bytes + " bytes";
                case 30 -> "read-only file system";
                case 122 -> "disk quota exceeded for " + bytes + " bytes";
                default -> bytes + " bytes cannot be reserved, error " + error;
            };
        }
    }
}
