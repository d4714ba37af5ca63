package io.breakwater.upstream;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.breakwater.exchange.Exchange;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Exchanges that wait for a node below its limit, first come, first served. Belongs to an upstream
/// whatever its configuration, as the nodes do.
///
/// Threads: any. Serving goes on in one thread at a time; who comes meanwhile leaves the work to
/// it. So nobody that waits is overlooked when a node is given back in the very moment in which
/// another thread finds none.
public final class WaitingLine {
    private static final Logger LOG = LoggerFactory.getLogger(WaitingLine.class);

    /// How often somebody asked for serving and was not heard yet.
    private final AtomicInteger calls = new AtomicInteger();

    @GuardedBy("itself")
    private final LinkedHashSet<Place> places = new LinkedHashSet<>();

    private volatile boolean occupied;

    /// Picks for all that wait, also for those that came when another configuration was in force.
    private volatile @Nullable UpstreamGroup group;

    WaitingLine() {}

    /// Says which configuration is in force.
    void servedBy(UpstreamGroup next) {
        group = next;
        serve();
    }

    /// Whether somebody waits; who comes now has to wait behind.
    boolean isOccupied() {
        return occupied;
    }

    /// How many wait.
    ///
    /// @return 0 or more
    int length() {
        synchronized (places) {
            return places.size();
        }
    }

    /// Joins at the end.
    ///
    /// @param place the place
    /// @param most how many may wait
    /// @return false when so many do
    boolean join(Place place, int most) {
        synchronized (places) {
            if (places.size() >= most) return false;
            places.add(place);
            occupied = true;
        }
        serve();
        return true;
    }

    /// A node may have become free: gives it to who waits longest.
    void serve() {
        if (!occupied || calls.getAndIncrement() != 0) return;
        int heard = 1;
        do {
            boolean more = true;
            while (more) more = serveFirst();
            heard = calls.addAndGet(-heard);
        } while (heard != 0);
    }

    private boolean serveFirst() {
        Place first = first();
        if (first == null) return false;
        try {
            return first.serve();
        } catch (RuntimeException e) {
            LOG.error("who waited for a node could not be served", e);
            return remove(first);
        }
    }

    private @Nullable Place first() {
        synchronized (places) {
            return places.isEmpty() ? null : places.getFirst();
        }
    }

    private boolean remove(Place place) {
        synchronized (places) {
            boolean removed = places.remove(place);
            occupied = !places.isEmpty();
            return removed;
        }
    }

    /// One that waits.
    public final class Place {
        private final Exchange exchange;
        private final Consumer<Picked> granted;

        Place(Exchange exchange, Consumer<Picked> granted) {
            this.exchange = exchange;
            this.granted = granted;
        }

        /// Leaves the line.
        ///
        /// @return false when a node was granted before
        public boolean leave() {
            return remove(this);
        }

        private boolean serve() {
            UpstreamGroup present = group;
            Picked picked = present == null ? null : present.pick(exchange, List.of());
            if (present == null || picked == null) return false;
            if (remove(this)) granted.accept(picked);
            else present.giveBack(picked); // it left meanwhile
            return true;
        }
    }
}
