package io.breakwater.exchange;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All exchanges between admission and finish, and the one thread that enforces their deadlines.
///
/// A timer per request would cost a heap operation and often a wake-up each; deadlines of a proxy
/// are long and nearly always cancelled. So an exchange only notes its deadlines in fields and this
/// class looks at all of them every [#TICK_MILLIS]: a deadline is noticed up to one tick late,
/// never early.
///
/// The lists are intrusive and striped by connection, so adding and removing are a few writes under
/// a lock that is practically never contended. Lock order: a stripe's lock is taken last and
/// nothing foreign runs under it.
public final class InFlight {
    private static final Logger LOG = LoggerFactory.getLogger(InFlight.class);

    /// The distance between two looks at the deadlines, milliseconds.
    public static final long TICK_MILLIS = 50;

    private static final int STRIPES = 16;

    private final Stripe[] stripes = new Stripe[STRIPES];
    private final Runnable onTick;
    private volatile @Nullable Thread watchdog;

    /// Makes the registry.
    ///
    /// @param onTick run after each look by the watchdog's thread, for other deadlines; must not
    ///   block
    public InFlight(Runnable onTick) {
        this.onTick = onTick;
        for (int i = 0; i < STRIPES; i++) stripes[i] = new Stripe();
    }

    /// Starts the watchdog.
    public void start() {
        Thread thread = Thread.ofPlatform().daemon().name("bw-deadlines-1").unstarted(this::watch);
        watchdog = thread;
        thread.start();
    }

    /// Stops the watchdog.
    public void stop() {
        Thread thread = watchdog;
        watchdog = null;
        if (thread != null) thread.interrupt();
    }

    /// How many exchanges are in flight. A sum over stripes: exact only when nothing moves.
    ///
    /// @return 0 or more
    public int count() {
        int sum = 0;
        for (Stripe stripe : stripes) sum += stripe.size();
        return sum;
    }

    /// The exchanges in flight on connections of one listener.
    ///
    /// @param listener the listener's key
    /// @return 0 or more
    public int countOf(Object listener) {
        int sum = 0;
        for (Stripe stripe : stripes) sum += stripe.countOf(listener);
        return sum;
    }

    /// Whether any exchange in flight belongs to a compiled server.
    ///
    /// @param plan the compiled server, by identity
    /// @return true when one does
    public boolean uses(ServerPlan plan) {
        for (Stripe stripe : stripes) if (stripe.uses(plan)) return true;
        return false;
    }

    void add(Exchange exchange) {
        stripe(exchange).add(exchange);
    }

    void remove(Exchange exchange) {
        stripe(exchange).remove(exchange);
    }

    private Stripe stripe(Exchange exchange) {
        return stripes[(int) (exchange.connectionId() & (STRIPES - 1))];
    }

    @SuppressWarnings("ReferenceEquality") // this very thread
    private void watch() {
        List<Exchange> due = new ArrayList<>();
        while (watchdog == Thread.currentThread()) {
            try {
                // The watchdog's tick; nothing waits for this thread.
                Thread.sleep(TICK_MILLIS);
            } catch (InterruptedException e) {
                return;
            }
            long now = System.nanoTime();
            for (Stripe stripe : stripes) stripe.collectDue(now, due);
            for (Exchange exchange : due) check(exchange, now);
            due.clear();
            onTick.run();
        }
    }

    /// One exchange's mistake must not end the deadlines of all.
    private static void check(Exchange exchange, long now) {
        try {
            exchange.deadlines().check(now);
        } catch (RuntimeException e) {
            LOG.error("a deadline of request {} could not be kept", exchange.requestId(), e);
        }
    }

    private static final class Stripe {
        @GuardedBy("this")
        private @Nullable Exchange head;

        @GuardedBy("this")
        private int size;

        synchronized void add(Exchange exchange) {
            exchange.next = head;
            exchange.previous = null;
            if (head != null) head.previous = exchange;
            head = exchange;
            size++;
        }

        synchronized void remove(Exchange exchange) {
            if (exchange.previous != null) exchange.previous.next = exchange.next;
            else if (head == exchange) head = exchange.next;
            else return;
            if (exchange.next != null) exchange.next.previous = exchange.previous;
            exchange.next = null;
            exchange.previous = null;
            size--;
        }

        synchronized int size() {
            return size;
        }

        synchronized int countOf(Object listener) {
            int sum = 0;
            for (Exchange e = head; e != null; e = e.next) if (e.listener().equals(listener)) sum++;
            return sum;
        }

        @SuppressWarnings("ReferenceEquality") // one compiled object, not its like
        synchronized boolean uses(ServerPlan plan) {
            for (Exchange e = head; e != null; e = e.next) if (e.server() == plan) return true;
            return false;
        }

        synchronized void collectDue(long now, List<Exchange> due) {
            for (Exchange e = head; e != null; e = e.next) if (e.deadlines().isDue(now)) due.add(e);
        }
    }
}
