package io.breakwater.upstream;

import io.breakwater.config.BalanceConfig;
import io.breakwater.config.OutlierConfig;
import io.breakwater.config.UpstreamConfig;
import io.breakwater.exchange.Exchange;
import io.breakwater.exchange.Upstream;
import io.breakwater.upstream.balance.Wish;
import io.breakwater.upstream.figures.Journal;
import io.breakwater.upstream.sticky.CookieKey;
import io.breakwater.upstream.sticky.StickyCookie;
import io.breakwater.upstream.transport.PoolSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An upstream compiled for use. Immutable but for what its balancers remember, its budget, its
/// nodes' figures and, when nodes are discovered, who its nodes are.
public final class UpstreamGroup implements Upstream {
    /// So long must nodes be well until it is said, since a limit may be reached again at once.
    private static final long RECOVERY_NANOS = 2_000_000_000L;

    private final UpstreamConfig config;
    private final RetryBudget budget;
    private final long slowStartNanos;
    private final Journal journal;
    private final AtomicBoolean panicking = new AtomicBoolean();
    private volatile long panickedNanos;
    private final WaitingLine line;
    private final HeadTimes headTimes;
    private final PoolSettings settings;
    private final CookieKey key;
    private volatile Membership membership;
    private volatile @Nullable String trouble;

    UpstreamGroup(
            UpstreamConfig config,
            PoolSettings settings,
            List<Member> members,
            Journal journal,
            CookieKey key,
            @Nullable UpstreamGroup before) {
        this.config = config;
        this.settings = settings;
        this.journal = journal;
        this.key = key;
        this.membership = new Membership(config, key, members);
        this.line = before == null ? new WaitingLine() : before.line();
        this.headTimes = before == null ? new HeadTimes() : before.headTimes();
        this.budget = new RetryBudget(config.retry().budgetPercent());
        this.slowStartNanos = config.slowStart().toNanos();
        if (before != null && before.isPanicking()) {
            panicking.set(true);
            panickedNanos = before.panickedNanos;
        }
    }

    /// Says who its nodes are from now on. Balancers begin anew only when that is somebody else.
    ///
    /// @param members all nodes
    /// @param why what keeps nodes from being found, null when nothing does
    void renew(List<Member> members, @Nullable String why) {
        trouble = why;
        if (!membership.members().equals(members))
            membership = new Membership(config, key, members);
    }

    /// What keeps nodes from being found.
    ///
    /// @return in words, null when nothing does
    public @Nullable String trouble() {
        return trouble;
    }

    @Override
    public String name() {
        return config.name();
    }

    /// As configured.
    ///
    /// @return the configuration
    public UpstreamConfig config() {
        return config;
    }

    /// What the connections of its nodes go by.
    PoolSettings settings() {
        return settings;
    }

    /// All nodes in configured order.
    ///
    /// @return the nodes
    public List<Node> nodes() {
        return membership.nodes();
    }

    /// All nodes in configured order, with what they were configured or found with.
    ///
    /// @return the nodes
    public List<Member> members() {
        return membership.members();
    }

    // ---- picking

    /// Picks a node for an attempt: the one that the client is bound to, or by the upstream's
    /// balancer among those that were not tried yet, are below their limit and not out; a backup
    /// when no other is left; one that is out rather than none, unless those that are in have only
    /// too much to do.
    ///
    /// The attempt is counted against the node's limit from now on: it has to be made, or given
    /// back.
    ///
    /// @param exchange whose attempt it is
    /// @param tried nodes that failed this exchange
    /// @return the node, null when there is none
    public @Nullable Picked pick(Exchange exchange, List<Node> tried) {
        Membership among = membership;
        StickyCookie<Member> sticky = among.sticky();
        if (sticky == null) return balanced(among, exchange, tried, null);
        Member bound = sticky.find(exchange);
        boolean stays =
                bound != null
                        && !tried.contains(bound.node())
                        && bound.node().isUsable(System.nanoTime());
        Picked picked = stays && bound != null ? begin(bound) : null;
        if (picked != null) return picked;
        picked = balanced(among, exchange, tried, bound);
        // Who finds its node with too much to do goes elsewhere this once.
        if (picked == null || stays) return picked;
        return bound != null && bound.node().equals(picked.node()) ? picked : picked.binding();
    }

    private @Nullable Picked balanced(
            Membership among, Exchange exchange, List<Node> tried, @Nullable Member bound) {
        long hash = hash(exchange);
        long now = System.nanoTime();
        while (true) {
            Member member = among.pick(new Choice(tried, hash, Care.FULL, now, slowStartNanos));
            if (member == null && slowStartNanos > 0)
                member = among.pick(new Choice(tried, hash, Care.HEALTH, now, 0));
            if (member == null)
                return mayFree(among, tried, now)
                        ? null
                        : panic(among, new Choice(tried, hash, Care.NONE, now, 0), bound);
            if (panicking.get()) recover(now);
            Picked picked = begin(member);
            if (picked != null) return picked;
        }
    }

    private long hash(Exchange exchange) {
        BalanceConfig balance = config.balance();
        boolean hashes = balance.algorithm() == BalanceConfig.Algorithm.HASH;
        return hashes ? HashKey.of(balance.hashOn(), exchange) : 0;
    }

    /// Picks one more node for a request that is slow where it is: one of the same rank, since a
    /// backup is for when the others fail, that is well. Not when clients are bound to nodes.
    ///
    /// @param exchange whose request it is
    /// @param slow the node that has it
    /// @param tried nodes that failed it
    /// @return the node, null when there is none, or the budget is spent
    public @Nullable Picked hedge(Exchange exchange, Node slow, List<Node> tried) {
        Membership among = membership;
        if (among.sticky() != null) return null;
        List<Node> others = new ArrayList<>(tried);
        others.add(slow);
        Member member =
                among.pickBeside(
                        slow,
                        new Choice(
                                others,
                                hash(exchange),
                                Care.FULL,
                                System.nanoTime(),
                                slowStartNanos));
        Picked picked = member == null ? null : begin(member);
        if (picked == null || payForRetry()) return picked;
        giveBack(picked);
        return null;
    }

    /// After how long a request is slow.
    ///
    /// @param percent the percentile of the time to the response head, 1 to 99
    /// @return nanoseconds, -1 when there were too few answers lately to say
    public long slowNanos(int percent) {
        return headTimes.nanos(percent);
    }

    HeadTimes headTimes() {
        return headTimes;
    }

    /// Counts an attempt.
    ///
    /// @return null when another was faster
    private static @Nullable Picked begin(Member member) {
        Node node = member.node();
        if (!member.begin()) return null;
        if (!node.ejection().isOut()) return member.picked(false);
        if (node.ejection().tryOut()) return member.picked(true);
        node.cancel();
        return null;
    }

    /// What makes the client come back to the node that answers it.
    ///
    /// @param picked the node
    /// @param exchange the client's
    /// @return a value for Set-Cookie, null when the client needs none
    public @Nullable String setCookie(Picked picked, Exchange exchange) {
        StickyCookie<Member> sticky = membership.sticky();
        return sticky == null || !picked.binds()
                ? null
                : sticky.assign(picked.node().address(), exchange);
    }

    /// Whether there is a node that is kept from being picked by its limit only.
    ///
    /// @return true when it helps to wait
    public boolean mayFree() {
        return mayFree(membership, List.of(), System.nanoTime());
    }

    private static boolean mayFree(Membership among, List<Node> tried, long now) {
        for (Member member : among.limited())
            if (member.node().isUsable(now) && !tried.contains(member.node())) return true;
        return false;
    }

    /// Picks the same node once more.
    ///
    /// @param picked how it was picked, for an attempt that has ended
    /// @return null when it is at its limit
    public @Nullable Picked again(Picked picked) {
        return picked.node().begin(picked.most()) ? picked.again() : null;
    }

    /// Gives back what was picked in vain.
    ///
    /// @param picked the node
    public void giveBack(Picked picked) {
        picked.node().cancel();
        ended(picked);
    }

    /// Waits for a node below its limit.
    ///
    /// @param exchange who waits
    /// @param granted gets the node, on any thread, possibly before this returns
    /// @return the place in the line, null when the line is full
    public WaitingLine.@Nullable Place await(Exchange exchange, Consumer<Picked> granted) {
        WaitingLine.Place place = line.new Place(exchange, granted);
        return line.join(place, config.queue().size()) ? place : null;
    }

    /// Whether others wait for a node, so that who comes has to wait, too.
    ///
    /// @return true when somebody waits
    public boolean isAwaited() {
        return line.isOccupied();
    }

    /// How many wait for a node.
    ///
    /// @return 0 or more
    public int waiting() {
        return line.length();
    }

    /// Those that wait for a node.
    ///
    /// @return the line, which outlives the group
    WaitingLine line() {
        return line;
    }

    /// All are out: that says more about the check than about the nodes, so they are used.
    private @Nullable Picked panic(Membership among, Choice choice, @Nullable Member bound) {
        Member member = bound != null && choice.allows(bound) ? bound : among.pick(choice);
        while (member != null && !member.begin()) member = among.pick(choice);
        if (member == null) return null;
        if (choice.tried().isEmpty()) {
            panickedNanos = choice.nowNanos();
            if (panicking.compareAndSet(false, true))
                journal.note(name(), null, Journal.What.PANICKING, null);
        }
        return member.picked(false);
    }

    private void recover(long nowNanos) {
        if (nowNanos - panickedNanos > RECOVERY_NANOS && panicking.compareAndSet(true, false))
            journal.note(name(), null, Journal.What.RECOVERED, null);
    }

    /// Whether all nodes were out lately, so that those were used.
    ///
    /// @return true until nodes that are well have been used for a while
    public boolean isPanicking() {
        return panicking.get();
    }

    /// How choosy a pick is.
    private enum Care {
        /// Nodes that start slowly are spared.
        FULL,
        /// Nodes that are out are not used.
        HEALTH,
        /// Any node.
        NONE
    }

    private record Choice(
            List<Node> tried, long hash, Care care, long nowNanos, long slowStartNanos)
            implements Wish<Member> {
        @Override
        public boolean allows(Member member) {
            Node node = member.node();
            if (tried.contains(node) || !member.isBelowLimit()) return false;
            if (care == Care.NONE) return true;
            if (!node.isUsable(nowNanos)) return false;
            double part = node.slowStart().part(slowStartNanos, nowNanos);
            return part >= 1 || ThreadLocalRandom.current().nextDouble() < part;
        }
    }

    // ---- what became of attempts

    /// How many further attempts may be made.
    ///
    /// @return true when one more is paid for
    public boolean payForRetry() {
        return budget.take();
    }

    /// Counts a request, whatever becomes of it.
    public void requested() {
        budget.request();
    }

    /// An attempt was answered.
    ///
    /// @param picked its node
    public void answered(Picked picked) {
        note(picked, Ejection.Answer.GOOD, null);
        line.serve();
    }

    /// An attempt failed by its node's fault.
    ///
    /// @param picked its node
    /// @param why the reason in words
    public void failed(Picked picked, String why) {
        note(picked, Ejection.Answer.BAD, why);
        line.serve();
    }

    /// An attempt ended for a reason that says nothing of its node.
    ///
    /// @param picked its node
    public void ended(Picked picked) {
        note(picked, Ejection.Answer.NEITHER, null);
        line.serve();
    }

    /// An attempt that was answered long ago has ended: its node has room for another.
    public void freed() {
        line.serve();
    }

    private void note(Picked picked, Ejection.Answer answer, @Nullable String why) {
        Node node = picked.node();
        OutlierConfig rules = config.outlier();
        if (!node.ejection().note(rules, answer, why, picked.tries(), () -> maySpare(node))) return;
        String reason = node.ejection().reason();
        if (reason == null) {
            node.slowStart().returns(System.nanoTime());
            node.turned(Journal.What.BACK, null);
        } else {
            long millis = Math.round(node.outNanos() / 1e6);
            String span = millis < 1000 ? millis + " ms" : Math.round(millis / 1e3) + " s";
            node.turned(Journal.What.EJECTED, "for " + span + ": " + reason);
        }
    }

    /// Never more than half of the nodes are out, but all of a level may be while those of a later
    /// one are well: for that they are there.
    private synchronized boolean maySpare(Node node) {
        List<Member> members = members();
        int out = 0;
        int rank = Integer.MAX_VALUE;
        for (Member member : members) {
            if (member.node().ejection().isOut()) out++;
            if (member.node().equals(node)) rank = member.found().rank();
        }
        if ((out + 1) * 2 <= members.size()) return true;
        for (Member member : members)
            if (member.found().rank() > rank && member.isActive() && member.node().isIn())
                return true;
        return false;
    }
}
