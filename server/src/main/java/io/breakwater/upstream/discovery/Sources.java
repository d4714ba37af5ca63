package io.breakwater.upstream.discovery;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/// All that is asked. What two upstreams ask is asked once. Any thread.
public final class Sources implements AutoCloseable {
    private static final Duration FILE_EVERY = Duration.ofSeconds(1);

    private final Path home;
    private final Scheduler scheduler;
    private final Runnable changed;

    @GuardedBy("this")
    private final Map<SourceKey, Source> sources = new HashMap<>();

    /// Makes the registry.
    ///
    /// @param home where relative file names begin
    /// @param scheduler for the time between two questions
    /// @param changed told when something else was found or asking failed, on a virtual thread
    public Sources(Path home, Scheduler scheduler, Runnable changed) {
        this.home = home;
        this.scheduler = scheduler;
        this.changed = changed;
    }

    /// Begins to ask what is not asked yet. What another source found by the same name is used
    /// until the first answer.
    ///
    /// @param keys what is wanted
    public synchronized void open(Collection<SourceKey> keys) {
        for (SourceKey key : keys) {
            if (sources.containsKey(key)) continue;
            Source.State before = Source.State.UNKNOWN;
            for (Map.Entry<SourceKey, Source> other : sources.entrySet())
                if (other.getKey().asksLike(key) && before.found().isEmpty())
                    before = other.getValue().state();
            Source source = new Source(key, inquiry(key), before, scheduler, changed);
            sources.put(key, source);
            source.start();
        }
    }

    private Inquiry inquiry(SourceKey key) {
        Duration every = key.interval() == null ? FILE_EVERY : key.interval();
        return switch (key.how()) {
            case DNS -> new AddressInquiry(new Dns(key.resolver()), key.name());
            case SRV -> new ServiceInquiry(new Dns(key.resolver()), key.name());
            case FILE -> new FileInquiry(home.resolve(key.name()), key.name(), every);
            case STATIC -> throw new IllegalArgumentException("nothing to ask: " + key);
        };
    }

    /// Waits until each was asked once, whatever came of it. Blocks.
    ///
    /// @param keys what was opened
    /// @param most how long in all
    public void await(Collection<SourceKey> keys, Duration most) {
        long deadline = System.nanoTime() + most.toNanos();
        try {
            for (SourceKey key : keys) {
                Source source = source(key);
                if (source != null) source.await(deadline - System.nanoTime());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized @Nullable Source source(SourceKey key) {
        return sources.get(key);
    }

    /// What was found last.
    ///
    /// @param key what is asked
    /// @return none before the first answer
    public List<Found> found(SourceKey key) {
        Source source = source(key);
        return source == null ? List.of() : source.state().found();
    }

    /// How asking goes.
    ///
    /// @param key what is asked
    /// @return null when it is not asked
    public @Nullable Status status(SourceKey key) {
        Source source = source(key);
        if (source == null) return null;
        Source.State state = source.state();
        return new Status(
                key,
                state.found().size(),
                state.foundMillis(),
                state.nextMillis(),
                state.failure());
    }

    /// How asking goes.
    ///
    /// @param key what is asked
    /// @param nodes how many were found last
    /// @param foundMillis when, milliseconds since 1970, 0 for never
    /// @param nextMillis when will be asked again, the same; 0 before the first answer
    /// @param failure why the last question was not answered, null when it was
    public record Status(
            SourceKey key,
            int nodes,
            long foundMillis,
            long nextMillis,
            @Nullable String failure) {}

    /// Asks no longer what is not wanted.
    ///
    /// @param wanted what is
    public synchronized void keep(Set<SourceKey> wanted) {
        sources.entrySet()
                .removeIf(entry -> {
                    boolean leaves = !wanted.contains(entry.getKey());
                    if (leaves) entry.getValue().stop();
                    return leaves;
                });
    }

    @Override
    public void close() {
        keep(Set.of());
    }
}
