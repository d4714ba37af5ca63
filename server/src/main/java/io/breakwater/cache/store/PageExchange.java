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
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives parts of a file new pages, so that pages that the system still sends (`sendfile`) keep
/// their content when the part is written anew.
///
/// The system lets go of pages that are on the disk and held by nobody when it is asked to
/// (`posix_fadvise`). A write past the page cache (`O_DIRECT`) takes out those that are left,
/// whoever holds them, and does not touch what is in them. Whether they are really out is then
/// asked (`cachestat`, Linux 6.5): nothing is believed of the file system. What is not in the page
/// cache any more cannot be written to, so only what is known to be out may be written anew.
///
/// One thread at a time.
final class PageExchange implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PageExchange.class);
    private static final int PROBE_BYTES = 256 * 1024;
    private static final int ZERO_BYTES = 256 * 1024;
    private static final int ALIGNMENT = 64 * 1024;

    /// Somebody who reads the file may bring pages back in between.
    private static final int MOST_ATTEMPTS = 3;

    private static final List<String> NEEDED =
            List.of("open", "close", "pwrite", "madvise", "posix_fadvise", "syscall");
    private static final @Nullable Calls CALLS = calls();

    private final Calls calls;
    private final int descriptor;
    private final MemorySegment zeros = Arena.ofAuto().allocate(ZERO_BYTES, ALIGNMENT);

    private PageExchange(Calls calls, Path path) throws IOException {
        this.calls = calls;
        descriptor = calls.open(path);
        if (descriptor < 0) throw new IOException(path + ": cannot be opened past the page cache");
    }

    /// Opens a file for this. Blocks.
    ///
    /// @param path the file
    /// @return null when the system or the file system cannot do it
    static @Nullable PageExchange open(Path path) {
        Calls known = CALLS;
        try {
            if (known != null && isPossible(known, path)) return new PageExchange(known, path);
        } catch (IOException e) {
            LOG.debug("{}", path, e); // the next line is for everybody
        }
        LOG.info("{}: bodies are copied to clients, as its pages cannot be exchanged", path);
        return null;
    }

    /// Tries it on a file of its own beside the real one.
    private static boolean isPossible(Calls calls, Path path) throws IOException {
        Path probe = path.resolveSibling(path.getFileName() + ".probe");
        try (FileChannel file =
                FileChannel.open(probe, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(PROBE_BYTES));
            try (PageExchange exchange = new PageExchange(calls, probe)) {
                int half = PROBE_BYTES / 2;
                if (calls.cached(exchange.descriptor, 0, half) <= 0) return false;
                exchange.replace(0, half);
                return calls.cached(exchange.descriptor, 0, half) == 0;
            }
        } finally {
            Files.deleteIfExists(probe);
        }
    }

    /// Gives a part of the file new pages. Blocks as long as the disk needs.
    ///
    /// @param mapped the part, where it is mapped; nobody reads from it
    /// @param offset of the part in the file, at the beginning of a block; it has whole blocks, and
    ///   what was in them is lost
    /// @return false when the part may have pages from before
    /// @throws IOException when the disk fails
    boolean renew(MemorySegment mapped, long offset) throws IOException {
        long length = mapped.byteSize();
        if (calls.cached(descriptor, offset, length) == 0) return true;
        // What is mapped counts as held.
        calls.unmap(mapped);
        calls.drop(descriptor, offset, length);
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            if (calls.cached(descriptor, offset, length) == 0) return true;
            replace(offset, length);
        }
        return calls.cached(descriptor, offset, length) == 0;
    }

    /// Writes zeros where pages are left: often at the ends only, in large pages that belong to
    /// neighbours, too.
    private void replace(long offset, long length) throws IOException {
        for (long at = 0; at < length; at += ZERO_BYTES) {
            long next = Math.min(ZERO_BYTES, length - at);
            if (calls.cached(descriptor, offset + at, next) == 0) continue;
            if (calls.write(descriptor, zeros, next, offset + at) != next)
                throw new IOException("a write past the page cache failed");
        }
    }

    @Override
    public void close() {
        calls.close(descriptor);
    }

    // What the handles are given is what the functions take.
    @SuppressWarnings("restricted")
    private static @Nullable Calls calls() {
        Integer flag = directFlag();
        if (flag == null) return null;
        Linker linker = Linker.nativeLinker();
        SymbolLookup library = linker.defaultLookup();
        for (String name : NEEDED) if (library.find(name).isEmpty()) return null;
        FunctionDescriptor open =
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
        FunctionDescriptor write =
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG);
        FunctionDescriptor cachestat =
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_INT);
        FunctionDescriptor close =
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
        FunctionDescriptor madvise =
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT);
        FunctionDescriptor fadvise =
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT);
        return new Calls(
                flag,
                linker.downcallHandle(
                        library.findOrThrow("open"), open, Linker.Option.firstVariadicArg(2)),
                linker.downcallHandle(library.findOrThrow("pwrite"), write),
                linker.downcallHandle(
                        library.findOrThrow("syscall"),
                        cachestat,
                        Linker.Option.firstVariadicArg(1)),
                linker.downcallHandle(library.findOrThrow("madvise"), madvise),
                linker.downcallHandle(library.findOrThrow("posix_fadvise"), fadvise),
                linker.downcallHandle(library.findOrThrow("close"), close));
    }

    /// `O_DIRECT`, which each architecture numbers its own way.
    private static @Nullable Integer directFlag() {
        if (!System.getProperty("os.name").equals("Linux")) return null;
        return switch (System.getProperty("os.arch")) {
            case "amd64" -> 0x4000;
            case "aarch64" -> 0x10000;
            default -> null;
        };
    }

    private record Calls(
            int directFlag,
            MethodHandle openCall,
            MethodHandle writeCall,
            MethodHandle cachestat,
            MethodHandle madvise,
            MethodHandle fadvise,
            MethodHandle closeCall) {
        private static final int READ_WRITE = 2;
        private static final int CLOSE_ON_EXEC = 0x80000;

        /// The same on all architectures, as all of the newer calls.
        private static final long CACHESTAT = 451;

        /// `MADV_DONTNEED` and `POSIX_FADV_DONTNEED`.
        private static final int DONT_NEED = 4;

        private static final int RANGE_BYTES = 2 * Long.BYTES;
        private static final int STATE_BYTES = 5 * Long.BYTES;

        int open(Path path) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment name = arena.allocateFrom(path.toString());
                return (int) openCall.invokeExact(name, READ_WRITE | CLOSE_ON_EXEC | directFlag);
            } catch (Throwable e) {
                throw unexpected(e);
            }
        }

        long write(int descriptor, MemorySegment bytes, long length, long offset) {
            try {
                return (long) writeCall.invokeExact(descriptor, bytes, length, offset);
            } catch (Throwable e) {
                throw unexpected(e);
            }
        }

        /// Takes pages out of the process's map. They come back when they are touched.
        void unmap(MemorySegment mapped) {
            try {
                int ignored = (int) madvise.invokeExact(mapped, mapped.byteSize(), DONT_NEED);
            } catch (Throwable e) {
                throw unexpected(e);
            }
        }

        /// Has the system let go of pages, as far as it can.
        void drop(int descriptor, long offset, long length) {
            try {
                int ignored = (int) fadvise.invokeExact(descriptor, offset, length, DONT_NEED);
            } catch (Throwable e) {
                throw unexpected(e);
            }
        }

        /// How many pages of a range are in the page cache.
        ///
        /// @return a number of pages; -1 when the system does not tell
        long cached(int descriptor, long offset, long length) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment range = arena.allocate(RANGE_BYTES, Long.BYTES);
                range.setAtIndex(ValueLayout.JAVA_LONG, 0, offset);
                range.setAtIndex(ValueLayout.JAVA_LONG, 1, length);
                MemorySegment state = arena.allocate(STATE_BYTES, Long.BYTES);
                long result = (long) cachestat.invokeExact(CACHESTAT, descriptor, range, state, 0);
                return result == 0 ? state.getAtIndex(ValueLayout.JAVA_LONG, 0) : -1;
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
