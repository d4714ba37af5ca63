package io.breakwater.listen;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.eclipse.jetty.io.EndPoint;

/// The places that `max-connections` leaves on a listener. A connection takes one when it is opened
/// or, if none was free then, with a later request, and keeps it to its end whatever becomes of the
/// limit. One without a place takes none from others. Any thread.
final class Places {
    private final IntSupplier limit;
    private final AtomicInteger count = new AtomicInteger();
    private final Set<Object> holders = ConcurrentHashMap.newKeySet();

    /// @param limit how many there are now, 0 for no limit
    Places(IntSupplier limit) {
        this.limit = limit;
    }

    /// Whether a connection has a place, or takes one now.
    ///
    /// @param given its end point, maybe within TLS
    boolean take(EndPoint given) {
        EndPoint endPoint = given;
        while (endPoint instanceof EndPoint.Wrapper wrapper) endPoint = wrapper.unwrap();
        if (!hold(endPoint)) return false;
        // It may have been closed, and its place given up, just before.
        if (!endPoint.isOpen()) free(endPoint);
        return true;
    }

    /// The same for a connection without an end point of its own.
    ///
    /// @param holder stands for it; still open
    boolean hold(Object holder) {
        if (holders.contains(holder)) return true;
        int taken;
        do {
            taken = count.get();
            int most = limit.getAsInt();
            if (most > 0 && taken >= most) return false;
        } while (!count.compareAndSet(taken, taken + 1));
        if (!holders.add(holder)) count.decrementAndGet();
        return true;
    }

    void free(Object holder) {
        if (holders.remove(holder)) count.decrementAndGet();
    }
}
