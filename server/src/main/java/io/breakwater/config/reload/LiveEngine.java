package io.breakwater.config.reload;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.breakwater.acme.CertificateSource;
import io.breakwater.acme.Challenges;
import io.breakwater.acme.Http01;
import io.breakwater.admit.Admission;
import io.breakwater.admit.Front;
import io.breakwater.admit.Refusals;
import io.breakwater.cache.CachePhase;
import io.breakwater.cache.CachePlan;
import io.breakwater.cache.policy.KeyRules;
import io.breakwater.config.CompressionConfig;
import io.breakwater.config.Configuration;
import io.breakwater.config.InvalidConfigException;
import io.breakwater.config.LocationConfig;
import io.breakwater.config.ServerConfig;
import io.breakwater.config.UpstreamConfig;
import io.breakwater.control.AcmeView;
import io.breakwater.control.CacheEntries;
import io.breakwater.control.CachePurge;
import io.breakwater.control.CacheTop;
import io.breakwater.control.CacheView;
import io.breakwater.control.CertificateView;
import io.breakwater.control.CompressionView;
import io.breakwater.control.Control;
import io.breakwater.control.DiscoveryView;
import io.breakwater.control.MirrorView;
import io.breakwater.control.RouteView;
import io.breakwater.control.StatusView;
import io.breakwater.control.TunnelView;
import io.breakwater.control.UpstreamEvent;
import io.breakwater.control.UpstreamView;
import io.breakwater.deliver.HttpsRedirect;
import io.breakwater.deliver.LocalAnswers;
import io.breakwater.exchange.Exchange;
import io.breakwater.exchange.InFlight;
import io.breakwater.exchange.Phase;
import io.breakwater.exchange.Pipeline;
import io.breakwater.exchange.RequestLog;
import io.breakwater.exchange.ServerPlan;
import io.breakwater.exchange.Snapshot;
import io.breakwater.exchange.Upstream;
import io.breakwater.http.ContentCoding;
import io.breakwater.io.FileBodies;
import io.breakwater.io.InlineExecutor;
import io.breakwater.io.SharedSelectors;
import io.breakwater.listen.ListenAddress;
import io.breakwater.listen.quic.QuicLibrary;
import io.breakwater.relay.Mirrors;
import io.breakwater.relay.RelayPhase;
import io.breakwater.relay.encode.Encoders;
import io.breakwater.relay.transform.ServletEngine;
import io.breakwater.report.accesslog.LogFiles;
import io.breakwater.report.metrics.Figures;
import io.breakwater.route.RoutePhase;
import io.breakwater.tls.TlsLibrary;
import io.breakwater.tunnel.Tunnels;
import io.breakwater.tunnel.UpgradePhase;
import io.breakwater.upstream.UpstreamGroup;
import io.breakwater.upstream.Upstreams;
import io.breakwater.upstream.sticky.CookieKey;
import io.breakwater.upstream.transport.Connector;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The running proxy: Jetty's server, the phases, and what survives from one configuration to the
/// next.
///
/// An apply goes: compile (pure) -> prepare upstreams, logs and listeners (new ones are opened
/// beside the old) -> swap the snapshot -> retire what is no longer named. Everything that can fail
/// comes before the swap and is undone when it does.
public final class LiveEngine implements Engine {
    private static final Logger LOG = LoggerFactory.getLogger(LiveEngine.class);

    /// Watchdog ticks between two looks at the connections' deadlines (250 ms).
    private static final int TICKS_PER_CONNECTION_CHECK = 5;

    /// Watchdog ticks between two sweeps of retired parts (1 s).
    private static final int TICKS_PER_SWEEP = 20;

    private final Figures figures = new Figures();
    private final LogFiles logFiles;
    private final QueuedThreadPool pool = new QueuedThreadPool(64, 4);
    private final Server server;
    private final InFlight inFlight = new InFlight(this::tick);
    private final SnapshotCompiler compiler;
    private final Refusals refusals;
    private final SharedSelectors selectors;
    private final Listeners listeners;
    private final Upstreams upstreams;
    private final CookieKey cookieKey = new CookieKey();
    private final Mirrors mirrors = new Mirrors();
    private final Encoders encoders = new Encoders();
    private final Tunnels tunnels = new Tunnels();
    private final Duration drain;
    private final CachePhase cache;
    private final CacheDesk cacheDesk;

    @GuardedBy("this")
    private final Logs logs;

    @GuardedBy("this")
    private SnapshotCompiler.Compiled compiled = SnapshotCompiler.Compiled.NONE;

    @GuardedBy("this")
    private Configuration configuration = Configuration.EMPTY;

    /// Weakly, since a check may be all that is wanted.
    @GuardedBy("this")
    private WeakReference<Checked> checked = new WeakReference<>(null);

    private final CertificateWatch certificateWatch = new CertificateWatch(System::nanoTime);
    private final Challenges challenges = new Challenges();
    private volatile CertificateSource source = CertificateSource.NONE;
    private volatile Snapshot snapshot = Snapshot.EMPTY;
    private volatile Map<String, UpstreamGroup> groups = Map.of();
    private int ticks;

    /// Makes the engine. Nothing runs yet.
    ///
    /// @param settings process settings
    public LiveEngine(EngineSettings settings) {
        this(settings, null);
    }

    /// Makes the engine with a buffer pool of one's own, such as one that tracks what is not
    /// released.
    ///
    /// @param settings process settings
    /// @param buffers the pool, null for Jetty's
    public LiveEngine(EngineSettings settings, @Nullable ByteBufferPool buffers) {
        this.server = new Server(pool, null, buffers);
        this.logFiles = new LogFiles(settings.logDir());
        this.logs = new Logs(logFiles);
        this.drain = settings.drain();
        this.compiler = new SnapshotCompiler(settings.version(), logFiles, means(settings.tls()));
        this.refusals = new Refusals(() -> snapshot, figures);
        InlineExecutor inline = new InlineExecutor(pool);
        this.selectors =
                new SharedSelectors(inline, server.getScheduler(), settings.effectiveSelectors());
        server.addBean(selectors);
        ListenAddress.Listener told =
                new ListenAddress.Listener(
                        refusals::headTimedOut, figures::handshake, figures::ended);
        QuicLibrary quic = new QuicLibrary(settings.temporary());
        this.listeners =
                new Listeners((address, served) ->
                        new ListenAddress(server, inline, selectors, address, quic, served, told));
        ServletEngine servlets = new ServletEngine(server);
        Phase relay = new RelayPhase(servlets::relay, cookieKey, mirrors, encoders, tunnels);
        FileBodies bodies = new FileBodies();
        server.addBean(bodies);
        this.cache =
                new CachePhase(
                        settings.cache(),
                        InstantSource.system(),
                        server.getScheduler(),
                        server.getThreadPool(),
                        relay,
                        bodies);
        this.cacheDesk = new CacheDesk(cache, settings.cache(), this::keyRules);
        List<Phase> phases =
                List.of(
                        new Admission(),
                        new Http01(challenges),
                        new HttpsRedirect(),
                        new RoutePhase(),
                        new UpgradePhase(),
                        new LocalAnswers(),
                        cache,
                        relay);
        server.setHandler(
                new Front(
                        () -> snapshot,
                        new Pipeline(phases),
                        new Exchange.Reports(inFlight, figures)));
        server.setErrorHandler(refusals);
        server.addBean(servlets);
        this.upstreams =
                new Upstreams(
                        new Connector(
                                selectors,
                                inline,
                                server.getScheduler(),
                                server.getByteBufferPool()),
                        settings.home(),
                        cookieKey);
        countAll();
    }

    private Certificates.Means means(TlsLibrary tls) {
        return new Certificates.Means(name -> source.identity(name), challenges.alpn(), tls);
    }

    private void countAll() {
        figures.gauges(this::inFlight, this::connections);
        figures.droppedLines(logFiles::dropped);
        figures.mirrors(this::mirrors);
        figures.cache(this::cache);
        figures.compression(this::compression);
        figures.tunnels(this::tunnels);
    }

    /// Starts the server without any listener.
    public void start() {
        pool.setName("bw-io");
        server.setStopTimeout(0);
        try {
            server.start();
        } catch (Exception e) {
            throw new IllegalStateException("the engine cannot start", e);
        }
        inFlight.start();
        figures.start();
    }

    /// Signs the cookies that keep clients where they are with a secret that outlives the process.
    /// Before the first configuration.
    ///
    /// @param secret [CookieKey#BYTES] random bytes
    public void signCookies(byte[] secret) {
        cookieKey.use(secret);
    }

    /// Finds what the cache stores by a secret that outlives the process. Before the first
    /// configuration.
    ///
    /// @param secret [io.breakwater.cache.Keys#SECRET_BYTES] random bytes
    public void hashKeys(byte[] secret) {
        cache.hashKeys(secret);
    }

    /// Says where certificates come from that are obtained. Before the first configuration.
    ///
    /// @param from where
    public void obtainCertificates(CertificateSource from) {
        source = from;
    }

    /// What authorities are answered that ask whether a name is ours.
    ///
    /// @return live
    public Challenges challenges() {
        return challenges;
    }

    /// The traffic figures.
    ///
    /// @return live
    public Figures figures() {
        return figures;
    }

    /// The access-log files.
    ///
    /// @return live
    public LogFiles logFiles() {
        return logFiles;
    }

    @Override
    public synchronized void check(Configuration next) throws InvalidConfigException {
        SnapshotCompiler.Compiled parts = compiler.compile(next, compiled);
        checked = new WeakReference<>(new Checked(next, compiled, parts));
    }

    /// The compilation whose parts the next one may take over: that of the check just before, since
    /// keys of thousands of certificates take seconds to be checked; else the one in force.
    @GuardedBy("this")
    @SuppressWarnings("ReferenceEquality") // the very same objects, which are large
    private SnapshotCompiler.Compiled latest(Configuration next) {
        Checked last = checked.get();
        return last != null && last.next == next && last.before == compiled ? last.parts : compiled;
    }

    @Override
    public synchronized void apply(Configuration next) throws InvalidConfigException {
        SnapshotCompiler.Compiled parts = compiler.compile(next, latest(next));
        if (parts.locations().values().stream().anyMatch(plan -> plan.cache() != null))
            cache.open();
        loadEncoders(next);
        List<UpstreamConfig> enabled =
                next.upstreams().values().stream().filter(UpstreamConfig::enabled).toList();
        Map<String, UpstreamGroup> nextGroups = upstreams.prepare(enabled, parts.tls());
        Listeners.Prepared sockets = listeners.prepare(next, parts.certificates());
        Logs.Prepared nextLogs;
        try {
            nextLogs = logs.prepare(next);
        } catch (IllegalArgumentException e) {
            listeners.forget(sockets);
            throw e;
        }
        Snapshot before = snapshot;
        Snapshot after = link(next, parts, nextGroups, nextLogs.byServer());
        // Kept sockets may move from one server to another: until they have, both are known.
        Map<String, ServerPlan> both = new HashMap<>(before.servers());
        both.putAll(after.servers());
        snapshot = new Snapshot(both);
        Listeners.configure(sockets);
        listeners.commit(sockets, before);
        drainTunnels();
        snapshot = after;
        groups = nextGroups;
        compiled = parts;
        configuration = next;
        upstreams.commit(nextGroups);
        logs.commit(nextLogs, before.servers().values());
        source.configured(next);
    }

    /// Puts the configuration in force once more, with what files and authorities have by now.
    ///
    /// @throws InvalidConfigException when it cannot be any more; then nothing has changed
    public synchronized void applyAgain() throws InvalidConfigException {
        apply(configuration);
    }

    private List<CompressionView> compression() {
        return Stream.of(ContentCoding.values())
                .map(coding -> {
                    Encoders.Count count = encoders.count(coding);
                    return new CompressionView(
                            coding.token(),
                            count.bodies(),
                            count.open(),
                            count.before(),
                            count.after());
                })
                .toList();
    }

    /// Here, where it may block, and only for who compresses.
    private void loadEncoders(Configuration next) {
        for (LocationConfig location : next.locations().values()) {
            CompressionConfig compression = location.compression();
            if (location.enabled() && compression != null) encoders.load(compression.encodings());
        }
    }

    private static Snapshot link(
            Configuration next,
            SnapshotCompiler.Compiled parts,
            Map<String, UpstreamGroup> groups,
            Map<String, RequestLog> logs) {
        Map<String, ServerPlan> plans = new HashMap<>();
        Map<String, Upstream> byName = Map.copyOf(groups);
        for (ServerConfig config : next.servers().values()) {
            if (!config.enabled()) continue;
            String name = config.name();
            plans.put(
                    name,
                    new ServerPlan(
                            config,
                            required(parts.routers().get(name), name),
                            required(parts.errors().get(name), name),
                            logs.getOrDefault(name, RequestLog.NONE),
                            byName));
        }
        return new Snapshot(plans);
    }

    private static <T> T required(@Nullable T part, String server) {
        if (part == null) throw new IllegalStateException("server " + server + " was not compiled");
        return part;
    }

    private void tick() {
        ticks++;
        if (ticks % TICKS_PER_CONNECTION_CHECK == 0) {
            long now = System.nanoTime();
            for (ListenAddress listener : listeners.open()) listener.checkDeadlines(now);
            for (ListenAddress listener : listeners.draining()) listener.checkDeadlines(now);
        }
        if (ticks % TICKS_PER_SWEEP == 0) Thread.ofVirtual().name("bw-sweep-1").start(this::sweep);
    }

    private synchronized void sweep() {
        try {
            drainTunnels();
            listeners.sweep();
            upstreams.sample();
            upstreams.sweep();
            logs.sweep(inFlight);
            certificateWatch.look(compiled.certificates().files(), this::applyAgain);
        } catch (RuntimeException e) {
            LOG.error("retired parts could not be swept", e);
        }
    }

    /// Asks the tunnels of listeners that are taken away to end: those that were open then, and
    /// those that have been opened since by a request that was on its way.
    private void drainTunnels() {
        for (ListenAddress listener : listeners.draining())
            tunnels.drain(listener, drain.toNanos());
    }

    /// Stops: listeners close, exchanges in flight are finished until the time is up, then
    /// everything ends. Blocks.
    ///
    /// @param most how long to wait for exchanges in flight
    public void stop(Duration most) {
        long deadline = System.nanoTime() + most.toNanos();
        for (ListenAddress listener : listeners.open())
            listener.drain(snapshot.servers().get(listener.config().name()));
        while (inFlight.count() > 0 && System.nanoTime() < deadline) {
            for (ListenAddress listener : listeners.open())
                tunnels.drain(listener, deadline - System.nanoTime());
            LockSupport.parkNanos(10_000_000);
        }
        tunnels.close();
        int left = inFlight.count();
        if (left > 0) LOG.warn("{} exchanges are cut off after draining for {}", left, most);
        listeners.end();
        mirrors.close();
        upstreams.close();
        try {
            server.stop();
        } catch (Exception e) {
            LOG.warn("the engine did not stop cleanly", e);
        }
        cache.close();
        inFlight.stop();
        figures.stop();
        logFiles.close();
    }

    @Override
    public List<StatusView.Listener> listeners() {
        List<StatusView.Listener> views = new ArrayList<>();
        for (ListenAddress listener : listeners.open()) views.add(view(listener));
        for (ListenAddress listener : listeners.draining()) views.add(view(listener));
        views.sort(
                Comparator.comparing(StatusView.Listener::server)
                        .thenComparing(StatusView.Listener::address));
        return views;
    }

    private static StatusView.Listener view(ListenAddress listener) {
        String host = listener.address().getHostString();
        String address = (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + listener.port();
        return new StatusView.Listener(
                listener.config().name(),
                address,
                listener.connections(),
                listener.isDraining() ? "draining" : "listening",
                listener.http3());
    }

    @Override
    public int inFlight() {
        return inFlight.count();
    }

    @Override
    public int connections() {
        int sum = 0;
        for (ListenAddress listener : listeners.open()) sum += listener.connections();
        for (ListenAddress listener : listeners.draining()) sum += listener.connections();
        return sum;
    }

    @Override
    public long logLinesDropped() {
        return logFiles.dropped();
    }

    @Override
    public RouteView route(String url, String method, Map<String, String> headers) {
        return RouteTester.test(url, method, headers, snapshot, listeners.open());
    }

    @Override
    public @Nullable UpstreamView upstream(String name) {
        UpstreamGroup group = groups.get(name);
        return group == null ? null : NodeViews.of(group, upstreams.leaving(group));
    }

    @Override
    public synchronized List<CertificateView> certificates() {
        return CertificateViews.of(compiled.certificates(), Instant.now());
    }

    @Override
    public @Nullable AcmeView acme(String name) {
        return source.view(name);
    }

    @Override
    public boolean renew(String name) {
        return source.renew(name);
    }

    @Override
    public List<MirrorView> mirrors() {
        return MirrorViews.of(mirrors.figures());
    }

    @Override
    public TunnelView tunnels() {
        Tunnels.Figures now = tunnels.figures();
        return new TunnelView(
                now.open(), now.webSockets(), now.others(), now.receivedBytes(), now.sentBytes());
    }

    @Override
    public CacheView cache() {
        return cacheDesk.view();
    }

    @Override
    public CachePurge.Done purge(CachePurge purge) {
        return cacheDesk.purge(purge);
    }

    @Override
    public CacheEntries cached(CachePurge.Scope scope, String name, long from, int limit) {
        return cacheDesk.entries(scope, name, from, limit);
    }

    @Override
    public CacheTop topCached(int limit) {
        return cacheDesk.top(limit);
    }

    private synchronized List<KeyRules> keyRules() {
        return compiled.caches().values().stream().map(CachePlan::key).toList();
    }

    @Override
    public List<UpstreamEvent> upstreamEvents(String upstream) {
        return upstreams.journal().of(upstream).stream().map(NodeViews::of).toList();
    }

    @Override
    public Control.Subscription onUpstreamEvent(Consumer<UpstreamEvent> listener) {
        return upstreams.journal().listen(event -> listener.accept(NodeViews.of(event)))::run;
    }

    @Override
    public List<DiscoveryView> discovery(String upstream) {
        UpstreamGroup group = groups.get(upstream);
        if (group == null) return List.of();
        return upstreams.discovery(group.config()).stream().map(NodeViews::of).toList();
    }

    @Override
    public boolean setFound(String upstream, String address, UpstreamConfig.State state) {
        return upstreams.want(upstream, address, state);
    }

    /// What a check has made.
    ///
    /// @param next what was checked
    /// @param before what was in force then
    /// @param parts what was made
    private record Checked(
            Configuration next,
            SnapshotCompiler.Compiled before,
            SnapshotCompiler.Compiled parts) {}
}
