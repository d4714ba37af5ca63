package io.breakwater.cache.store;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/// Large pieces of memory outside of the heap, full of zeros, in large pages where the system has
/// them: looking one of a million objects up goes to places all over them. Pages that nothing was
/// written to cost nothing. Given back when nobody refers to a piece any more.
final class OffHeap {
    /// Smaller pieces gain nothing.
    private static final long LEAST_BYTES = 4 << 20;

    private static final int ALIGNMENT = 64;
    private static final int READ_WRITE = 3;

    /// Private, anonymous, without a reservation of swap.
    private static final int MAP_FLAGS = 0x4022;

    private static final int HUGE_PAGES = 14;
    private static final @Nullable Calls CALLS = calls();

    private OffHeap() {}

    /// Takes memory.
    ///
    /// @param bytes how much
    /// @return zeros, at a multiple of 64
    static MemorySegment allocate(long bytes) {
        Calls calls = CALLS;
        MemorySegment taken = calls == null || bytes < LEAST_BYTES ? null : calls.map(bytes);
        return taken == null ? Arena.ofAuto().allocate(bytes, ALIGNMENT) : taken;
    }

    // What the handles are given is what the functions take.
    @SuppressWarnings("restricted")
    private static @Nullable Calls calls() {
        if (!System.getProperty("os.name").equals("Linux")) return null;
        Linker linker = Linker.nativeLinker();
        SymbolLookup library = linker.defaultLookup();
        if (library.find("madvise").isEmpty()) return null;
        FunctionDescriptor map =
                FunctionDescriptor.of(
                        ValueLayout.ADDRESS,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_LONG);
        FunctionDescriptor advise =
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT);
        FunctionDescriptor unmap =
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);
        return new Calls(
                linker.downcallHandle(library.findOrThrow("mmap"), map),
                linker.downcallHandle(library.findOrThrow("madvise"), advise),
                linker.downcallHandle(library.findOrThrow("munmap"), unmap));
    }

    private record Calls(MethodHandle map, MethodHandle advise, MethodHandle unmap) {
        /// Maps memory.
        ///
        /// @return null when there is none
        @SuppressWarnings("restricted") // the system has just given it
        @Nullable MemorySegment map(long bytes) {
            try {
                MemorySegment taken =
                        (MemorySegment)
                                map.invokeExact(
                                        MemorySegment.NULL, bytes, READ_WRITE, MAP_FLAGS, -1, 0L);
                if (taken.address() == -1) return null;
                // Where there are no large pages, small ones do.
                int ignored = (int) advise.invokeExact(taken, bytes, HUGE_PAGES);
                return taken.reinterpret(bytes, Arena.ofAuto(), this::unmap);
            } catch (Throwable e) {
                throw unexpected(e);
            }
        }

        private void unmap(MemorySegment taken) {
            try {
                int ignored = (int) unmap.invokeExact(taken, taken.byteSize());
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
