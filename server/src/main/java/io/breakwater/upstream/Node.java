package io.breakwater.upstream;

import io.breakwater.config.HealthCheckConfig;
import io.breakwater.config.NodeProtocol;
import io.breakwater.config.ProxyProtocol;
import io.breakwater.config.UpstreamConfig;
import io.breakwater.upstream.balance.PeakEwma;
import io.breakwater.upstream.discovery.Found;
import io.breakwater.upstream.figures.Journal;
import io.breakwater.upstream.figures.NodeFailure;
import io.breakwater.upstream.figures.NodeFigures;
import io.breakwater.upstream.figures.NodeLife;
import io.breakwater.upstream.health.Checker;
import io.breakwater.upstream.health.Health;
import io.breakwater.upstream.transport.Connector;
import io.breakwater.upstream.transport.ExchangeListener;
import io.breakwater.upstream.transport.NodeAddress;
import io.breakwater.upstream.transport.NodeExchange;
import io.breakwater.upstream.transport.NodePool;
import io.breakwater.upstream.transport.OutgoingRequest;
import io.breakwater.upstream.transport.PoolSettings;
import org.jspecify.annotations.Nullable;

/// One address of an upstream with its connection pool and figures. It outlives configurations as
/// long as its address and its upstream's connection settings stay.
public final class Node {
    private final String address;
    private final String upstream;
    private final NodePool pool;
    private final Journal journal;
    private final NodeFigures figures = new NodeFigures();
    private final NodeLife life = new NodeLife(System.currentTimeMillis());
    private final PeakEwma latency = new PeakEwma();
    private final Ejection ejection = new Ejection();
    private final SlowStart slowStart = new SlowStart();
    private volatile @Nullable Checker checker;
    private volatile UpstreamConfig.@Nullable State wanted;

    Node(Found found, String upstream, NodePool pool, Journal journal) {
        this.address = found.config().address();
        this.upstream = upstream;
        this.pool = pool;
        this.journal = journal;
    }

    /// How long it takes to answer, lately.
    ///
    /// @return nanoseconds, 0 when not known
    public double latencyNanos() {
        return latency.at(System.nanoTime());
    }

    /// Notes a response head.
    ///
    /// @param status its status
    /// @param nanos since the attempt began
    public void answered(int status, long nanos) {
        latency.observe(nanos, System.nanoTime());
        figures.answered(status, nanos);
    }

    /// Notes that another node was faster, so that this one's response is not waited for.
    ///
    /// @param nanos since the attempt began: it would have taken longer
    public void outrun(long nanos) {
        latency.observe(nanos, System.nanoTime());
        figures.outrun(nanos);
    }

    /// The address.
    ///
    /// @return `host:port` or `unix:/path`
    public String address() {
        return address;
    }

    /// Whether this is the node of an address.
    ///
    /// @param wanted the address
    /// @param at where that is, and by which name it is asked
    /// @param of the upstream's name
    /// @param through what its connections go by
    /// @return true when all of them are its own
    boolean is(String wanted, NodeAddress at, String of, PoolSettings through) {
        return address.equals(wanted)
                && pool.address().equals(at)
                && upstream.equals(of)
                && pool.settings().equals(through);
    }

    /// What its name is in a Host field.
    ///
    /// @return host and port
    public String authority() {
        return pool.address().authority();
    }

    /// Prepares a request to it.
    ///
    /// @param request what to send
    /// @param listener is told how it goes
    /// @return to be sent
    public NodeExchange exchange(OutgoingRequest request, ExchangeListener listener) {
        return pool.exchange(request, listener);
    }

    /// Whether connections to it say for which client they are.
    ///
    /// @return true with a PROXY header
    public boolean tellsOfClient() {
        return pool.settings().proxyProtocol() != ProxyProtocol.OFF;
    }

    /// What live traffic says of it.
    Ejection ejection() {
        return ejection;
    }

    /// What checks say of it.
    ///
    /// @return null when it is not checked
    public @Nullable Health health() {
        Checker checking = checker;
        return checking == null ? null : checking.health();
    }

    /// Whether checks, if there are any, allow its use.
    boolean isWell() {
        Health health = health();
        return health == null || health.state() == Health.State.UP;
    }

    /// Whether neither checks nor live traffic forbid its use.
    boolean isUsable(long nowNanos) {
        return isWell() && ejection.allows(nowNanos);
    }

    /// Has it checked from now on.
    ///
    /// @param config how, null for not at all
    /// @param connector for connections of the checks' own
    void check(@Nullable HealthCheckConfig config, Connector connector) {
        Checker present = checker;
        if (present != null && present.config().equals(config)) return;
        if (present != null) present.stop();
        if (config == null) {
            checker = null;
            life.is(ejection.isOut(), System.currentTimeMillis());
            return;
        }
        NodePool own = connector.pool(pool.address(), ofCheck(config, pool.settings()));
        Checker next = new Checker(config, own, connector, this::checked);
        checker = next;
        life.is(ejection.isOut(), System.currentTimeMillis());
        next.start();
    }

    private void checked(boolean up, @Nullable String why) {
        slowStart.checked(up, System.nanoTime());
        turned(up ? Journal.What.UP : Journal.What.DOWN, why);
    }

    /// What the operator wants of it from now on.
    void wanted(UpstreamConfig.State state) {
        UpstreamConfig.State before = wanted;
        wanted = state;
        if (before == null || before == state) return;
        turned(
                switch (state) {
                    case ACTIVE -> Journal.What.ACTIVATED;
                    case DRAIN -> Journal.What.DRAINED;
                    case DOWN -> Journal.What.TAKEN_DOWN;
                },
                null);
    }

    /// Its state has changed.
    void turned(Journal.What what, @Nullable String why) {
        Health health = health();
        boolean down = health != null && health.state() == Health.State.DOWN;
        life.changed(down || ejection.isOut(), System.currentTimeMillis());
        journal.note(upstream, address, what, why);
    }

    private static PoolSettings ofCheck(HealthCheckConfig config, PoolSettings settings) {
        boolean grpc = config.protocol() == HealthCheckConfig.Protocol.GRPC;
        return new PoolSettings(
                config.timeout(),
                config.interval().multipliedBy(2),
                1,
                0,
                grpc ? NodeProtocol.H2 : settings.protocol(),
                grpc || config.isSecure() ? settings.tls() : null,
                settings.proxyProtocol());
    }

    /// Why it is out.
    ///
    /// @return in words, null when it is in
    public @Nullable String outReason() {
        Health health = health();
        String ofCheck = health == null || isWell() ? null : health.reason();
        return ofCheck != null ? "check: " + ofCheck : ejection.reason();
    }

    /// How long it is out yet.
    ///
    /// @return nanoseconds, 0 when it is in or may be tried
    public long outNanos() {
        return ejection.leftNanos(System.nanoTime());
    }

    /// From when on it works up to its share.
    SlowStart slowStart() {
        return slowStart;
    }

    /// An attempt begins.
    ///
    /// @param most how many may go on at once, 0 for any number
    /// @return false when so many do
    boolean begin(int most) {
        return figures.begin(most);
    }

    /// An attempt that had begun is not made.
    void cancel() {
        figures.cancel();
    }

    /// An attempt has ended.
    ///
    /// @param failure how the node failed it, null when it did not
    public void end(@Nullable NodeFailure failure) {
        figures.end(failure);
    }

    /// Attempts on it now.
    ///
    /// @return 0 or more
    public int inFlight() {
        return figures.inFlight();
    }

    /// What was counted.
    ///
    /// @return live
    public NodeFigures figures() {
        return figures;
    }

    /// Since when it is as it is.
    ///
    /// @return live
    public NodeLife life() {
        return life;
    }

    /// Whether requests may be sent to it, as far as checks and failures go.
    ///
    /// @return true when it is neither down, nor unchecked, nor out
    public boolean isIn() {
        return isWell() && !ejection.isOut();
    }

    /// Open connections.
    ///
    /// @return 0 or more
    public int connections() {
        return pool.connections();
    }

    /// Open connections without a request.
    ///
    /// @return 0 or more
    public int idleConnections() {
        return pool.idleConnections();
    }

    /// Closes connections that are no longer wanted.
    void sweep() {
        pool.sweep();
    }

    /// It is in force again, should it have been closed.
    void reopen() {
        pool.reopen();
    }

    /// Closes its connections. Only when nothing is in flight and nobody will pick it again.
    void close() {
        Checker checking = checker;
        if (checking != null) checking.stop();
        pool.close();
    }
}
