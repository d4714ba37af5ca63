package io.breakwater.upstream.figures;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What happened to upstreams and their nodes: each event is logged, kept among the upstream's last
/// hundred, and told to who listens. Events are rare; any thread.
public final class Journal {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    private static final int KEPT = 100;

    @GuardedBy("this")
    private final Map<String, Deque<Event>> events = new HashMap<>();

    @GuardedBy("this")
    private long number;

    private final List<Consumer<Event>> listeners = new CopyOnWriteArrayList<>();

    /// Makes an empty journal.
    public Journal() {}

    /// Notes an event.
    ///
    /// @param upstream the upstream's name
    /// @param node the node's address, null for the upstream as a whole
    /// @param what what happened
    /// @param why the reason in words, null for none
    public void note(String upstream, @Nullable String node, What what, @Nullable String why) {
        Event event;
        synchronized (this) {
            event = new Event(++number, System.currentTimeMillis(), upstream, node, what, why);
            Deque<Event> last = events.computeIfAbsent(upstream, key -> new ArrayDeque<>());
            last.addFirst(event);
            if (last.size() > KEPT) last.removeLast();
        }
        log(event);
        for (Consumer<Event> listener : listeners) {
            try {
                listener.accept(event);
            } catch (RuntimeException e) {
                LOG.warn("a listener to events of upstreams failed: {}", e.toString(), e);
            }
        }
    }

    private static void log(Event event) {
        String whom = event.node() == null ? "" : "node " + event.node() + " ";
        String why = event.why() == null ? "" : ": " + event.why();
        switch (event.what()) {
            case DOWN, EJECTED, PANICKING ->
                    LOG.warn(
                            "upstream {}: {}{}{}", event.upstream(), whom, event.what().words, why);
            case UP, BACK, ACTIVATED, DRAINED, TAKEN_DOWN, RECOVERED, FOUND, LEFT ->
                    LOG.info(
                            "upstream {}: {}{}{}", event.upstream(), whom, event.what().words, why);
        }
    }

    /// The last events of an upstream.
    ///
    /// @param upstream its name
    /// @return at most 100, the newest first
    public synchronized List<Event> of(String upstream) {
        Deque<Event> last = events.get(upstream);
        return last == null ? List.of() : List.copyOf(last);
    }

    /// Forgets the upstreams that are no longer there.
    ///
    /// @param names those that are
    public synchronized void keep(Set<String> names) {
        events.keySet().retainAll(names);
    }

    /// Calls back for each event from now on.
    ///
    /// @param listener called by whoever noticed the event, perhaps an I/O thread; must not block
    /// @return ends it
    public Runnable listen(Consumer<Event> listener) {
        // Each one is an entry of its own, even when a listener listens twice.
        Consumer<Event> entry = event -> listener.accept(event);
        listeners.add(entry);
        return () -> listeners.remove(entry);
    }

    /// What can happen.
    public enum What {
        /// Checks found the node well.
        UP("is up"),
        /// Checks found it unwell.
        DOWN("is down"),
        /// It failed too many requests, and is out for a while.
        EJECTED("is out"),
        /// A request succeeded on a node that was out.
        BACK("is back"),
        /// The operator wants it to get requests.
        ACTIVATED("is activated"),
        /// The operator wants it to get no new ones.
        DRAINED("is drained"),
        /// The operator does not want it to be used.
        TAKEN_DOWN("is taken down"),
        /// Discovery found it.
        FOUND("is found"),
        /// Discovery does not find it any more, or it is not asked for.
        LEFT("has left"),
        /// All nodes are out, and are used all the same.
        PANICKING("all nodes are out or at their limit; using those that are out"),
        /// A node that is well can be used again.
        RECOVERED("has nodes again that are well");

        private final String words;

        What(String words) {
            this.words = words;
        }
    }

    /// An event.
    ///
    /// @param number 1 for the first since the start
    /// @param atMillis when, milliseconds since 1970
    /// @param upstream the upstream's name
    /// @param node the node's address, null for the upstream as a whole
    /// @param what what happened
    /// @param why the reason in words, null for none
    public record Event(
            long number,
            long atMillis,
            String upstream,
            @Nullable String node,
            What what,
            @Nullable String why) {}
}
