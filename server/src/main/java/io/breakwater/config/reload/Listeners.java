package io.breakwater.config.reload;

import io.breakwater.config.Configuration;
import io.breakwater.config.InvalidConfigException;
import io.breakwater.config.Kind;
import io.breakwater.config.Problem;
import io.breakwater.config.ServerConfig;
import io.breakwater.exchange.Snapshot;
import io.breakwater.listen.ListenAddress;
import io.breakwater.listen.ListenAddress.Served;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// The listening addresses across applies. A socket belongs to its address, not to a server object:
/// while an address stays in the configuration, its socket and connections stay, whatever server it
/// moves to. Changes come from one thread at a time, under the engine's lock; reads from any.
final class Listeners {
    private static final int PORT_TRIES = 5;

    private final Factory factory;
    private volatile Map<Key, ListenAddress> open = Map.of();
    private final List<ListenAddress> draining = new CopyOnWriteArrayList<>();

    Listeners(Factory factory) {
        this.factory = factory;
    }

    /// Makes addresses that are not yet bound.
    interface Factory {
        /// Makes one.
        ListenAddress make(InetSocketAddress address, Served served);
    }

    /// What a socket is known by. For port 0 every place in the configuration is its own.
    private record Key(InetSocketAddress address, String anyPortOf) {}

    /// Addresses of a coming configuration, new ones bound.
    ///
    /// @param all every address of it
    /// @param servers the server each belongs to
    /// @param fresh those that were bound for it
    record Prepared(
            Map<Key, ListenAddress> all,
            Map<ListenAddress, Served> servers,
            List<ListenAddress> fresh) {}

    /// Binds what is new.
    ///
    /// @param next the configuration
    /// @param certificates of it, and the TLS of its servers
    /// @return the addresses
    /// @throws InvalidConfigException naming every address that cannot be bound; then none is left
    ///   bound
    Prepared prepare(Configuration next, Certificates.Compiled certificates)
            throws InvalidConfigException {
        Map<Key, ListenAddress> all = new LinkedHashMap<>();
        Map<ListenAddress, Served> servers = new HashMap<>();
        List<ListenAddress> fresh = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        for (ServerConfig server : new TreeMap<>(next.servers()).values()) {
            if (!server.enabled()) continue;
            Served served =
                    new Served(
                            server,
                            certificates.servers().get(server.name()),
                            server.protocols().contains(ServerConfig.Protocol.H3)
                                    ? certificates.quic()
                                    : null);
            int place = 0;
            for (InetSocketAddress address : server.listen()) {
                Key key =
                        new Key(
                                address,
                                address.getPort() == 0 ? server.name() + "#" + place++ : "");
                ListenAddress listener = open.get(key);
                try {
                    if (listener == null) {
                        listener = open(address, served);
                        fresh.add(listener);
                    } else {
                        listener.prepare(served);
                    }
                } catch (IOException e) {
                    problems.add(taken(server, address, e));
                    continue;
                }
                all.put(key, listener);
                servers.put(listener, served);
            }
        }
        Prepared prepared = new Prepared(all, servers, fresh);
        if (!problems.isEmpty()) {
            forget(prepared);
            throw new InvalidConfigException(problems);
        }
        return prepared;
    }

    /// Makes and binds a listener, its UDP port too if it needs one.
    private ListenAddress open(InetSocketAddress address, Served served) throws IOException {
        for (int left = PORT_TRIES; ; left--) {
            ListenAddress listener = factory.make(address, served);
            listener.open();
            try {
                listener.prepare(served);
                return listener;
            } catch (IOException e) {
                listener.stop();
                // A port that was free for TCP need not be for UDP; any other one will do then.
                if (address.getPort() != 0 || left <= 0) throw e;
            }
        }
    }

    private static Problem taken(ServerConfig server, InetSocketAddress address, IOException e) {
        String text = address.getHostString() + ":" + address.getPort();
        Throwable cause = e.getCause() == null ? e : e.getCause();
        boolean udp = e instanceof ListenAddress.UdpException;
        return new Problem(
                Kind.SERVER.key() + "/" + server.name(),
                udp ? "protocols" : "listen",
                udp ? "h3" : text,
                udp
                        ? "protocols without h3, or a UDP port that is free at "
                                + text
                                + ": "
                                + cause.getMessage()
                        : "an address of this machine that is free: " + cause.getMessage());
    }

    /// The configuration is not taken: unbinds what was bound for it.
    ///
    /// @param prepared its addresses
    void forget(Prepared prepared) {
        prepared.all().values().forEach(ListenAddress::forget);
        prepared.fresh().forEach(ListenAddress::stop);
    }

    /// The configuration is in force: limits change on kept addresses, others drain.
    ///
    /// @param prepared its addresses
    /// @param before what was in force
    void commit(Prepared prepared, Snapshot before) {
        open.forEach((key, listener) -> {
            if (prepared.all().containsKey(key)) return;
            draining.add(listener);
            listener.drain(before.servers().get(listener.config().name()));
        });
        open = Map.copyOf(prepared.all());
    }

    /// Hands kept addresses to the servers they now belong to. The snapshot in force must know old
    /// and new servers.
    ///
    /// @param prepared its addresses
    static void configure(Prepared prepared) {
        prepared.servers().forEach(ListenAddress::configure);
    }

    /// Those in force.
    ///
    /// @return in no particular order
    List<ListenAddress> open() {
        return List.copyOf(open.values());
    }

    /// Those that are on their way out.
    ///
    /// @return in no particular order
    List<ListenAddress> draining() {
        return List.copyOf(draining);
    }

    /// Ends what HTTP/3 has open, with the process. May block.
    void end() {
        for (ListenAddress listener : open.values()) listener.end();
        for (ListenAddress listener : draining) listener.end();
    }

    /// Stops drained addresses. May block.
    void sweep() {
        for (ListenAddress listener : open.values()) listener.sweep();
        for (ListenAddress listener : draining) listener.sweep();
        for (ListenAddress listener : List.copyOf(draining)) {
            if (!listener.isDrained()) continue;
            draining.remove(listener);
            listener.stop();
        }
    }
}
