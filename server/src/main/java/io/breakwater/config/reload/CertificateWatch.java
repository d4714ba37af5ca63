package io.breakwater.config.reload;

import io.breakwater.config.InvalidConfigException;
import io.breakwater.config.Problem;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Notices that files of certificates have changed, and has the configuration applied again then.
/// One thread at a time; blocks on files.
final class CertificateWatch {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateWatch.class);

    /// Looking takes at most a fiftieth of the time, however many files there are.
    private static final int PART = 50;

    private static final long LONGEST_PAUSE_NANOS = Duration.ofSeconds(10).toNanos();

    private final LongSupplier nanoTime;
    private FileStamps refused = FileStamps.NONE;
    private long next;

    /// Makes one that looks at once.
    ///
    /// @param nanoTime a clock as `System.nanoTime`
    CertificateWatch(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.next = nanoTime.getAsLong();
    }

    /// What applies the configuration in force again.
    interface Again {
        /// Applies it.
        ///
        /// @throws InvalidConfigException when it cannot be any more; then nothing has changed
        void apply() throws InvalidConfigException;
    }

    /// Looks at the files, unless it has just taken long to do so.
    ///
    /// @param inForce the files as they were when they were read
    /// @param again what to do when they look different
    void look(FileStamps inForce, Again again) {
        long begin = nanoTime.getAsLong();
        if (begin - next < 0) return;
        FileStamps now = inForce.again();
        long end = nanoTime.getAsLong();
        next = end + Math.min((end - begin) * PART, LONGEST_PAUSE_NANOS);
        // What was refused is not tried again as long as it stays the same.
        if (now.equals(inForce) || now.equals(refused)) return;
        try {
            again.apply();
            LOG.info("certificates were read again, as their files have changed");
        } catch (InvalidConfigException e) {
            refused = now;
            for (Problem problem : e.problems())
                LOG.error("a changed file cannot be used, the old one stays: {}", problem);
        }
    }
}
