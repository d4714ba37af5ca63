package io.breakwater.tunnel;

import io.breakwater.exchange.ErrorKind;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// All tunnels that are open, and what is counted of them. Any thread.
public final class Tunnels {
    private final Set<Tunnel> present = ConcurrentHashMap.newKeySet();
    private final LongAdder webSockets = new LongAdder();
    private final LongAdder others = new LongAdder();
    private final LongAdder received = new LongAdder();
    private final LongAdder sent = new LongAdder();

    /// Makes it with nothing counted.
    public Tunnels() {}

    void add(Tunnel tunnel) {
        present.add(tunnel);
    }

    void opened(boolean webSocket) {
        (webSocket ? webSockets : others).increment();
    }

    void moved(Tunnel.Way way, int bytes) {
        (way == Tunnel.Way.UP ? received : sent).add(bytes);
    }

    void remove(Tunnel tunnel) {
        present.remove(tunnel);
    }

    /// Asks the tunnels of a listener to end. More often does no harm.
    ///
    /// @param listener the listener's key
    /// @param nanos how long they may take
    public void drain(Object listener, long nanos) {
        for (Tunnel tunnel : present)
            if (tunnel.exchange().connection().listener().equals(listener)) tunnel.drain(nanos);
    }

    /// Ends all of them at once.
    public void close() {
        present.forEach(tunnel -> tunnel.end(ErrorKind.SHUTTING_DOWN));
    }

    /// What is counted.
    ///
    /// @return at this moment
    public Figures figures() {
        return new Figures(
                present.size(), webSockets.sum(), others.sum(), received.sum(), sent.sum());
    }

    /// What is counted of tunnels.
    ///
    /// @param open open now
    /// @param webSockets that were opened for WebSocket since the start
    /// @param others that were opened for other protocols
    /// @param receivedBytes from clients
    /// @param sentBytes to clients
    public record Figures(
            int open, long webSockets, long others, long receivedBytes, long sentBytes) {}
}
