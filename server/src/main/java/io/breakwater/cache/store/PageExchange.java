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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives parts of a file new pages, so that pages that the system still sends (`sendfile`) keep
/// their content when the part is written anew: `fallocate` with `FALLOC_FL_ZERO_RANGE`, which
/// takes the pages out of the file and leaves its room on the disk. Linux, and file systems that
/// know the call (ext4, XFS, Btrfs); without it nothing may be sent from the file.
final class PageExchange implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PageExchange.class);
    private static final int READ_WRITE = 2;
    private static final int CLOSE_ON_EXEC = 0x80000;
    private static final int KEEP_SIZE_ZERO_RANGE = 0x11;
    private static final int PROBE_BYTES = 8192;
    private static final @Nullable Calls CALLS = calls();

    private final Calls calls;
    private final int descriptor;

    private PageExchange(Calls calls, int descriptor) {
        this.calls = calls;
        this.descriptor = descriptor;
    }

    /// Opens a file for this. Blocks.
    ///
    /// @param path the file
    /// @return null when the system or the file system cannot do it
    static @Nullable PageExchange open(Path path) {
        Calls known = CALLS;
        if (known == null || !isPossible(known, path)) {
            LOG.info("{}: bodies are copied, as pages cannot be exchanged", path);
            return null;
        }
        int descriptor = known.open(path);
        return descriptor < 0 ? null : new PageExchange(known, descriptor);
    }

    /// Tries it on a file of its own beside the real one.
    private static boolean isPossible(Calls calls, Path path) {
        Path probe = path.resolveSibling(path.getFileName() + ".probe");
        try (FileChannel file =
                FileChannel.open(probe, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(PROBE_BYTES));
            int descriptor = calls.open(probe);
            if (descriptor < 0) return false;
            try {
                return calls.zero(descriptor, 0, PROBE_BYTES / 2);
            } finally {
                calls.close(descriptor);
            }
        } catch (IOException e) {
            LOG.debug("{}: no probe", path, e); // then there is no sending either
            return false;
        } finally {
            try {
                Files.deleteIfExists(probe);
            } catch (IOException e) {
                LOG.debug("{} stays", probe, e);
            }
        }
    }

    /// Gives a part of the file new pages, of zeros.
    ///
    /// @param offset in the file, at the beginning of a page
    /// @param length in bytes, whole pages
    /// @return false when the part keeps its pages
    boolean renew(long offset, long length) {
        return calls.zero(descriptor, offset, length);
    }

    @Override
    public void close() {
        calls.close(descriptor);
    }

    // What the handles are given is what the functions take.
    @SuppressWarnings("restricted")
    private static @Nullable Calls calls() {
        if (!System.getProperty("os.name").equals("Linux")) return null;
        Linker linker = Linker.nativeLinker();
        SymbolLookup library = linker.defaultLookup();
        if (library.find("fallocate").isEmpty()) return null;
        FunctionDescriptor open =
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
        FunctionDescriptor fallocate =
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG);
        FunctionDescriptor close =
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
        return new Calls(
                linker.downcallHandle(
                        library.findOrThrow("open"), open, Linker.Option.firstVariadicArg(2)),
                linker.downcallHandle(library.findOrThrow("fallocate"), fallocate),
                linker.downcallHandle(library.findOrThrow("close"), close));
    }

    private record Calls(MethodHandle openCall, MethodHandle fallocate, MethodHandle closeCall) {
        int open(Path path) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment name = arena.allocateFrom(path.toString());
                return (int) openCall.invokeExact(name, READ_WRITE | CLOSE_ON_EXEC);
            } catch (Throwable e) {
                throw unexpected(e);
            }
        }

        boolean zero(int descriptor, long offset, long length) {
            try {
                int result =
                        (int)
                                fallocate.invokeExact(
                                        descriptor, KEEP_SIZE_ZERO_RANGE, offset, length);
                return result == 0;
            } catch (Throwable e) {
                throw unexpected(e);
            }
        }

        void close(int descriptor) {
            try {
                int ignored = (int) closeCall.invokeExact(descriptor);
            } catch (Throwable e) {
                throw unexpected(e);
            }
        }

        private static RuntimeException unexpected(Throwable failure) {
            if (failure instanceof Error error) throw error;
            return new IllegalStateException(failure);
        }
    }
}
