package io.breakwater.upstream.health;

import io.breakwater.config.HealthCheckConfig;
import io.breakwater.upstream.transport.Connector;
import io.breakwater.upstream.transport.NodePool;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/// Checks one node again and again, the first time at once. The time between two checks varies by a
/// tenth, so that many checkers do not fall into step.
public final class Checker {
    private final HealthCheckConfig config;
    private final Check check;
    private final Scheduler scheduler;
    private final NodePool pool;
    private final Health health = new Health();
    private final Watcher watcher;
    private volatile boolean stopped;

    /// Makes a checker.
    ///
    /// @param config how to ask
    /// @param pool connections to the node, of the checker's own
    /// @param connector opens connections, and has the scheduler of the time between
    /// @param watcher is told of changes
    public Checker(HealthCheckConfig config, NodePool pool, Connector connector, Watcher watcher) {
        this.watcher = watcher;
        this.config = config;
        this.pool = pool;
        this.scheduler = connector.scheduler();
        this.check =
                switch (config.protocol()) {
                    case TCP -> new TcpCheck(connector, pool);
                    case HTTP, HTTPS -> new HttpCheck(pool, config, scheduler);
                    case GRPC -> new GrpcCheck(pool, config, scheduler);
                };
    }

    /// How the node is.
    ///
    /// @return the same object all the time
    public Health health() {
        return health;
    }

    /// How it asks.
    ///
    /// @return the configuration
    public HealthCheckConfig config() {
        return config;
    }

    /// Begins.
    public void start() {
        run();
    }

    /// Ends. A check that runs is not waited for.
    public void stop() {
        stopped = true;
        pool.close();
    }

    private void run() {
        if (stopped) return;
        AtomicBoolean told = new AtomicBoolean();
        long begin = System.nanoTime();
        check.run(failure -> {
            if (told.compareAndSet(false, true)) done(failure, System.nanoTime() - begin);
        });
    }

    private void done(@Nullable String failure, long nanos) {
        if (stopped) return;
        if (health.note(failure, nanos, config.healthy(), config.unhealthy()))
            watcher.turned(failure == null, failure);
        double part = ThreadLocalRandom.current().nextDouble(0.9, 1.1);
        long millis = Math.round(config.interval().toMillis() * part);
        scheduler.schedule(this::run, millis, TimeUnit.MILLISECONDS);
        pool.sweep();
    }

    /// Is told when checks turn a node up or down.
    @FunctionalInterface
    public interface Watcher {
        /// The state has changed.
        ///
        /// @param up whether it is well now
        /// @param why what the check found, null when it is well
        void turned(boolean up, @Nullable String why);
    }
}
