package io.breakwater.upstream;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.breakwater.config.UpstreamConfig;
import io.breakwater.upstream.discovery.Found;
import io.breakwater.upstream.discovery.SourceKey;
import io.breakwater.upstream.discovery.Sources;
import io.breakwater.upstream.figures.Journal;
import io.breakwater.upstream.sticky.CookieKey;
import io.breakwater.upstream.transport.Connector;
import io.breakwater.upstream.transport.NodeAddress;
import io.breakwater.upstream.transport.NodeTls;
import io.breakwater.upstream.transport.PoolSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The upstreams with a life of their own: groups and nodes that stay while configurations come and
/// go, and while nodes are found and lost. A group whose configuration is the same is the same
/// object, so its turn and figures survive; a node survives as long as its address and its
/// upstream's connection settings do.
public final class Upstreams implements AutoCloseable {
    private static final long RETIREMENT_NANOS = 10_000_000_000L;

    /// So long a change waits for the first answer of a source that was not asked before.
    private static final Duration FIRST_ANSWER = Duration.ofSeconds(2);

    private final Connector connector;
    private final Journal journal = new Journal();
    private final CookieKey key;
    private final Sources sources;

    @GuardedBy("this")
    private Map<String, UpstreamGroup> groups = Map.of();

    @GuardedBy("this")
    private final Map<Node, Retired> retired = new HashMap<>();

    /// What the operator wants of discovered nodes, by upstream and address. They are in no
    /// configuration, so that is forgotten when the process ends.
    @GuardedBy("this")
    private final Map<String, Map<String, UpstreamConfig.State>> wanted = new HashMap<>();

    /// Makes the registry.
    ///
    /// @param connector opens the connections to nodes
    /// @param home where the relative names of files that list nodes begin
    /// @param key signs the cookies that bind clients to nodes
    public Upstreams(Connector connector, Path home, CookieKey key) {
        this.connector = connector;
        this.key = key;
        this.sources = new Sources(home, connector.scheduler(), this::found);
    }

    /// Makes the groups of a configuration, reusing what is unchanged. Does not touch what is in
    /// use: call [#commit] when the configuration is in force, or simply forget the result.
    ///
    /// Blocks for a moment while names are looked up that nobody asked for before. Names that are
    /// not found then make groups without nodes, which get them when they are.
    ///
    /// @param configs the enabled upstreams
    /// @param tls what those with TLS go by, by name
    /// @return groups by name
    public Map<String, UpstreamGroup> prepare(
            Collection<UpstreamConfig> configs, Map<String, NodeTls> tls) {
        Set<SourceKey> asked = new LinkedHashSet<>();
        for (UpstreamConfig config : configs) asked.addAll(SourceKey.of(config));
        sources.open(asked);
        sources.await(asked, FIRST_ANSWER);
        return groups(configs, tls);
    }

    private synchronized Map<String, UpstreamGroup> groups(
            Iterable<UpstreamConfig> configs, Map<String, NodeTls> tls) {
        Map<String, UpstreamGroup> next = new HashMap<>();
        for (UpstreamConfig config : configs) {
            UpstreamGroup present = groups.get(config.name());
            PoolSettings settings = settings(config, tls.get(config.name()));
            boolean same =
                    present != null
                            && present.config().equals(config)
                            && present.settings().equals(settings);
            next.put(
                    config.name(),
                    same && present != null ? present : group(config, settings, present));
        }
        return next;
    }

    @GuardedBy("this")
    private UpstreamGroup group(
            UpstreamConfig config, PoolSettings settings, @Nullable UpstreamGroup present) {
        List<Node> known = present == null ? List.of() : present.nodes();
        return new UpstreamGroup(
                config, settings, members(config, settings, known), journal, key, present);
    }

    /// The nodes of an upstream as they are configured or were found last.
    @GuardedBy("this")
    private List<Member> members(UpstreamConfig config, PoolSettings settings, List<Node> present) {
        Map<String, UpstreamConfig.State> states = wanted.getOrDefault(config.name(), Map.of());
        List<Member> members = new ArrayList<>();
        for (Found found : Found.of(config, sources::found)) {
            Node known = find(present, found, config.name(), settings);
            boolean joins = known == null && !present.isEmpty(); // beside nodes that are warm
            if (known == null) known = find(retired.keySet(), found, config.name(), settings);
            Node node = known != null ? known : node(found, config.name(), settings);
            if (joins) node.slowStart().joins(System.nanoTime());
            UpstreamConfig.State state = found.from() == null ? null : states.get(node.address());
            members.add(new Member(node, state == null ? found : found.in(state)));
        }
        return members;
    }

    private static PoolSettings settings(UpstreamConfig config, @Nullable NodeTls tls) {
        return new PoolSettings(
                config.connectTimeout(),
                config.keepAlive(),
                config.maxIdleConnections(),
                config.maxRequestsPerConnection(),
                config.protocol(),
                tls,
                config.proxyProtocol());
    }

    private Node node(Found found, String upstream, PoolSettings settings) {
        return new Node(found, upstream, connector.pool(address(found), settings), journal);
    }

    private static NodeAddress address(Found found) {
        UpstreamConfig.Node node = found.config();
        String path = node.unixPath();
        return path != null
                ? new NodeAddress.Unix(path)
                : new NodeAddress.Tcp(node.host(), node.port(), found.authority());
    }

    private static @Nullable Node find(
            Iterable<Node> among, Found found, String upstream, PoolSettings settings) {
        NodeAddress at = address(found);
        for (Node node : among)
            if (node.is(found.config().address(), at, upstream, settings)) return node;
        return null;
    }

    /// Takes prepared groups into use and retires nodes that are in none of them.
    ///
    /// @param next the result of [#prepare]
    public synchronized void commit(Map<String, UpstreamGroup> next) {
        Map<String, List<Member>> before = members();
        groups = Map.copyOf(next);
        wanted.keySet().retainAll(groups.keySet());
        journal.keep(groups.keySet());
        sources.keep(asked());
        renew(before);
        for (UpstreamGroup group : groups.values()) group.line().servedBy(group);
    }

    /// Something else was found.
    private synchronized void found() {
        renew(members());
        for (UpstreamGroup group : groups.values()) group.line().serve();
    }

    /// Gives all groups the nodes that they have now.
    ///
    /// @param before the nodes that were in use, by upstream
    @GuardedBy("this")
    private void renew(Map<String, List<Member>> before) {
        for (UpstreamGroup group : groups.values()) {
            UpstreamConfig config = group.config();
            if (!SourceKey.of(config).isEmpty())
                group.renew(members(config, group.settings(), group.nodes()), trouble(config));
        }
        Set<Node> used = used();
        long now = System.nanoTime();
        before.forEach((upstream, members) -> {
            for (Member member : members)
                if (!used.contains(member.node()))
                    retired.putIfAbsent(member.node(), new Retired(upstream, member, now));
        });
        retired.keySet().removeAll(used); // back again
        for (Node node : retired.keySet()) node.check(null, connector);
        for (UpstreamGroup group : groups.values()) {
            for (Node node : group.nodes()) {
                node.reopen();
                node.check(group.config().healthCheck(), connector);
            }
            for (Member member : group.members()) member.node().wanted(member.config().state());
            List<Member> members = before.get(group.name());
            if (members != null) Movements.note(journal, group, members);
        }
    }

    /// A node that is no longer in use.
    ///
    /// @param upstream the name of its upstream
    /// @param last as it was
    /// @param nanos since when
    private record Retired(String upstream, Member last, long nanos) {}

    /// Nodes that were those of an upstream and still have requests. None that has the address of a
    /// present one: that is the same node with other connections.
    ///
    /// @param group the upstream
    /// @return as they were last, the one that left first at the beginning
    public synchronized List<Member> leaving(UpstreamGroup group) {
        Set<String> seen = new HashSet<>();
        for (Node node : group.nodes()) seen.add(node.address());
        return retired.values().stream()
                .filter(each -> each.upstream().equals(group.name()))
                .filter(each -> each.last().node().inFlight() > 0)
                .sorted(Comparator.comparingLong(Retired::nanos))
                .map(Retired::last)
                .filter(member -> seen.add(member.node().address()))
                .toList();
    }

    /// What happened to upstreams and nodes.
    ///
    /// @return the same journal all the time
    public Journal journal() {
        return journal;
    }

    /// Notes where the nodes' figures are. Once a second, off the I/O threads.
    public synchronized void sample() {
        long now = System.nanoTime();
        for (UpstreamGroup group : groups.values()) {
            for (Node node : group.nodes()) node.figures().sample(now);
            group.headTimes().sample(group.nodes());
        }
        for (Node node : retired.keySet()) node.figures().sample(now);
    }

    @GuardedBy("this")
    private Map<String, List<Member>> members() {
        Map<String, List<Member>> members = new HashMap<>();
        groups.forEach((name, group) -> members.put(name, group.members()));
        return members;
    }

    @GuardedBy("this")
    private Set<Node> used() {
        Set<Node> used = new HashSet<>();
        for (UpstreamGroup group : groups.values()) used.addAll(group.nodes());
        return used;
    }

    @GuardedBy("this")
    private Set<SourceKey> asked() {
        Set<SourceKey> asked = new HashSet<>();
        for (UpstreamGroup group : groups.values()) asked.addAll(SourceKey.of(group.config()));
        return asked;
    }

    private @Nullable String trouble(UpstreamConfig config) {
        List<String> troubles = new ArrayList<>();
        for (Sources.Status status : discovery(config))
            if (status.failure() != null)
                troubles.add(status.key().name() + ": " + status.failure());
        return troubles.isEmpty() ? null : String.join("; ", troubles);
    }

    /// How finding the nodes of an upstream goes.
    ///
    /// @param config the upstream
    /// @return one per configured name or file, none when the nodes are configured
    public List<Sources.Status> discovery(UpstreamConfig config) {
        List<Sources.Status> all = new ArrayList<>();
        for (SourceKey source : SourceKey.of(config)) {
            Sources.Status status = sources.status(source);
            if (status != null) all.add(status);
        }
        return all;
    }

    /// Says what the operator wants of a discovered node. Counts as long as its upstream is there,
    /// also while the node is not, and until the process ends.
    ///
    /// @param upstream the upstream's name
    /// @param address the node's address
    /// @param state what is wanted
    /// @return false when the upstream has no such node, or the node is configured
    public synchronized boolean want(String upstream, String address, UpstreamConfig.State state) {
        UpstreamGroup group = groups.get(upstream);
        if (group == null) return false;
        for (Member member : group.members()) {
            if (member.found().from() == null || !member.node().address().equals(address)) continue;
            wanted.computeIfAbsent(upstream, name -> new HashMap<>()).put(address, state);
            found();
            return true;
        }
        return false;
    }

    /// Closes the pools of nodes that were retired a while ago and have nothing in flight, and idle
    /// connections that are too old or too many. Called from time to time off the I/O threads. The
    /// while is for exchanges that were admitted before and may still pick the node.
    public synchronized void sweep() {
        sources.keep(asked()); // of a preparation that was forgotten
        long now = System.nanoTime();
        Iterator<Retired> left = retired.values().iterator();
        while (left.hasNext()) {
            Retired one = left.next();
            Node node = one.last().node();
            if (node.inFlight() > 0 || now - one.nanos() < RETIREMENT_NANOS) continue;
            left.remove();
            node.close();
        }
        for (UpstreamGroup group : groups.values()) {
            group.nodes().forEach(Node::sweep);
            group.line().serve(); // of a node that came back nobody says
        }
    }

    @Override
    public synchronized void close() {
        sources.close();
        groups.values().forEach(group -> group.nodes().forEach(Node::close));
        retired.keySet().forEach(Node::close);
        retired.clear();
    }
}
