package io.breakwater.relay.encode;

import io.breakwater.config.CompressionConfig;
import io.breakwater.http.ContentCoding;
import java.io.IOException;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The encoders that this machine has. Native libraries are loaded when a configuration first wants
/// them; a coding whose library is not there for this platform is never used. Any thread.
public final class Encoders {
    private static final Logger LOG = LoggerFactory.getLogger(Encoders.class);

    private final Map<ContentCoding, Count> counts = new EnumMap<>(ContentCoding.class);
    private final Set<ContentCoding> tried = EnumSet.noneOf(ContentCoding.class);
    private volatile Set<ContentCoding> usable = Set.of();

    /// Makes them, without any that is loaded.
    public Encoders() {
        for (ContentCoding coding : ContentCoding.values()) counts.put(coding, new Count());
    }

    /// Loads what a configuration wants, and says in the log what cannot be had. Blocks: unpacks
    /// files.
    ///
    /// @param wanted the codings
    public synchronized void load(Collection<ContentCoding> wanted) {
        Set<ContentCoding> found = EnumSet.noneOf(ContentCoding.class);
        found.addAll(usable);
        for (ContentCoding coding : wanted) {
            if (!tried.add(coding)) continue;
            Throwable fault = load(coding);
            if (fault == null) found.add(coding);
            else
                LOG.warn(
                        "nothing is compressed with {}: its library cannot be loaded ({})",
                        coding.token(),
                        fault.toString());
        }
        usable = Set.copyOf(found);
    }

    private static @Nullable Throwable load(ContentCoding coding) {
        return switch (coding) {
            case GZIP -> null;
            case BR -> BrotliEncoder.load();
            case ZSTD -> ZstdEncoder.load();
        };
    }

    /// Those of a list that can be used.
    ///
    /// @param of the list
    /// @return in its order; the list itself when all can
    public List<ContentCoding> usable(List<ContentCoding> of) {
        Set<ContentCoding> present = usable;
        return present.containsAll(of) ? of : of.stream().filter(present::contains).toList();
    }

    /// Begins a body.
    ///
    /// @param coding one that can be used
    /// @param config its level
    /// @param length bytes of the body, -1 when not known
    /// @return to be closed
    /// @throws IOException when there is no memory for it
    public Encoder open(ContentCoding coding, CompressionConfig config, long length)
            throws IOException {
        int level = config.level(coding);
        return switch (coding) {
            case GZIP -> new GzipEncoder(level);
            case BR -> new BrotliEncoder(level, length);
            case ZSTD -> new ZstdEncoder(level, length);
        };
    }

    /// What is counted of a coding.
    ///
    /// @param coding the coding
    /// @return live, of all since the start
    public Count count(ContentCoding coding) {
        Count count = counts.get(coding);
        if (count == null) throw new IllegalStateException(coding.token());
        return count;
    }

    /// Counts of one coding.
    public static final class Count {
        private final LongAdder bodies = new LongAdder();
        private final LongAdder ended = new LongAdder();
        private final LongAdder before = new LongAdder();
        private final LongAdder after = new LongAdder();

        private Count() {}

        /// Counts a body that was begun.
        public void begun() {
            bodies.increment();
        }

        /// Counts the end of one.
        public void ended() {
            ended.increment();
        }

        /// Counts bytes.
        ///
        /// @param plain bytes that went in
        /// @param coded bytes that came out
        public void encoded(long plain, long coded) {
            before.add(plain);
            after.add(coded);
        }

        /// Bodies.
        ///
        /// @return how many were begun
        public long bodies() {
            return bodies.sum();
        }

        /// Bodies that have not ended.
        ///
        /// @return how many are on their way
        public long open() {
            long over = ended.sum();
            return bodies.sum() - over;
        }

        /// Bytes before.
        ///
        /// @return the sum
        public long before() {
            return before.sum();
        }

        /// Bytes after.
        ///
        /// @return the sum
        public long after() {
            return after.sum();
        }
    }
}
