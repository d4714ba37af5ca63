package io.breakwater.cache;

import io.breakwater.cache.body.Body;
import io.breakwater.cache.body.Delivery;
import io.breakwater.cache.fill.Fill;
import io.breakwater.cache.memory.HotHead;
import io.breakwater.cache.policy.CacheStatus;
import io.breakwater.cache.policy.Reuse;
import io.breakwater.cache.policy.ReuseDecision;
import io.breakwater.cache.policy.Slices;
import io.breakwater.cache.policy.StoredFacts;
import io.breakwater.cache.policy.StoredResponse;
import io.breakwater.cache.store.StoredObject;
import io.breakwater.exchange.ErrorKind;
import io.breakwater.exchange.Exchange;
import io.breakwater.exchange.Phase;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One exchange at the cache.
///
/// ```
/// look up ---> hit, stale ---------------------------------> answer
/// (Lookup)\--> to be validated --+                              ^
///    \-------> miss -------------+-> a fill, joined or begun ---+
///                                    (Joining)
///                                       | waited too long, or only for who began it
///                                       v
///                                    its own way to the upstream (relay)
/// ```
///
/// Threads: one step after the other; [Wait] tells apart what may come at once.
final class Visit implements Lookup.Outcome, Wait.Late, SlicedAnswer.Then {
    private final Visitor visitor;
    private final Cache cache;
    private final Exchange exchange;
    private final Wait wait;
    private final Lookup lookup;
    private final Joining joining;
    private ReuseDecision decision = ReuseDecision.Miss.KEY;
    private CacheWord word = CacheWord.MISS;
    private @Nullable SlicedAnswer sliced;

    Visit(Visitor visitor) {
        this.visitor = visitor;
        this.cache = visitor.cache();
        this.exchange = visitor.exchange();
        this.wait = new Wait(exchange, this);
        this.lookup = new Lookup(visitor, wait, this);
        this.joining = new Joining(visitor, this, lookup, wait);
    }

    void begin() {
        limit();
        lookup.begin();
    }

    /// Begins with what was found under the URI's key.
    ///
    /// @param opened ready; taken over
    void begin(StoredObject opened) {
        limit();
        lookup.begin(opened);
    }

    /// Fetches whatever is stored. What comes may be stored for others.
    void bypass() {
        limit();
        joining.fetch(ReuseDecision.Bypass.CONDITION);
    }

    private void limit() {
        Duration most = exchange.location().config().timeout();
        if (most != null) exchange.deadlines().total(most.toNanos());
        CacheFigures.OfPolicy figures = cache.figures(visitor.plan());
        exchange.onFinish(() -> figures.count(word, decision, exchange.responseBodyBytes()));
    }

    /// Notes what becomes of the request, for logs and figures.
    void becomes(CacheWord what) {
        word = what;
        exchange.cacheStatus(what.text());
    }

    /// Notes why.
    void because(ReuseDecision why) {
        decision = why;
    }

    ReuseDecision decision() {
        return decision;
    }

    // ---- deciding

    @Override
    public void missing(ReuseDecision.Miss why) {
        joining.fetch(why);
    }

    @Override
    public void found() {
        decision =
                Reuse.decide(visitor.facts(), response().facts(), lookup.mark(), cache.nowMillis());
        switch (decision) {
            case ReuseDecision.Hit hit -> {
                remember();
                answer(CacheWord.HIT);
            }
            case ReuseDecision.Stale stale -> {
                boolean waits =
                        stale == ReuseDecision.Stale.WHILE_UPDATING
                                && !visitor.policy().backgroundRefresh()
                                && !cache.fills().has(lookup.key());
                if (waits) {
                    joining.fetch(ReuseDecision.Revalidate.STALE);
                    return;
                }
                if (stale == ReuseDecision.Stale.WHILE_UPDATING) joining.update();
                answer(CacheWord.STALE);
            }
            case ReuseDecision.Revalidate why -> joining.fetch(why);
            case ReuseDecision.Miss miss -> joining.fetch(miss);
            case ReuseDecision.Bypass why -> pass(CacheWord.BYPASS);
            case ReuseDecision.Unavailable none -> unavailable();
        }
    }

    /// The next plain request for what is asked for again finds the head prepared.
    private void remember() {
        StoredObject held = lookup.object();
        boolean plain = lookup.key().equals(visitor.uri()) && visitor.facts().isPlain();
        if (held == null || !plain || response().facts().has(StoredFacts.SLICED)) return;
        if (!cache.heads().wants(lookup.key())) return;
        cache.heads()
                .keep(lookup.key(), HotHead.of(held.sequence(), response(), held.bodyLength()));
    }

    private StoredResponse response() {
        StoredResponse found = lookup.response();
        if (found == null) throw new IllegalStateException("nothing was found");
        return found;
    }

    /// RFC 9111 §5.2.1.7.
    void unavailable() {
        letGo();
        becomes(CacheWord.MISS);
        exchange.fail(ErrorKind.NOT_STORED, null);
    }

    /// Its own way to the upstream.
    void pass(CacheWord what) {
        if (lookup.object() != null && visitor.isHead()) {
            StoredResponse stored = response();
            HeadUpdate.prepare(visitor, lookup.take(), stored);
        }
        letGo();
        becomes(what);
        if (cache.relay().apply(exchange) instanceof Phase.Fail fail)
            exchange.fail(fail.kind(), fail.detail());
    }

    @Override
    public void letGo() {
        lookup.letGo();
        SlicedAnswer begun = sliced;
        sliced = null;
        if (begun != null) begun.letGo();
    }

    @Override
    public void expired(ErrorKind kind) {
        joining.leave();
        if (kind == ErrorKind.QUEUE_TIMEOUT) {
            pass(CacheWord.MISS);
        } else {
            letGo();
            exchange.fail(kind, null);
        }
    }

    // ---- answering

    /// Answers from what was found.
    private void answer(CacheWord what) {
        StoredResponse head = response();
        becomes(what);
        answer(head, lookup.take());
    }

    /// Begins when the first bytes are there: until then others can still be asked for them.
    ///
    /// @param held taken over
    void answer(StoredResponse head, StoredObject held) {
        if (head.facts().has(StoredFacts.SLICED)) {
            held.close();
            answer(Slices.of(head, visitor.policy().slice()), null, 0);
            return;
        }
        boolean there =
                held.bodyLength() == 0
                        || visitor.isHead()
                        || held.read(0, Delivery.MOST_BYTES) != null;
        if (there) answer(head, new StoredBody(held));
        else
            lookup.load(
                    held,
                    callback -> held.load(0, StoredObject.MOST_BYTES, callback),
                    () -> answer(head, new StoredBody(held)),
                    () -> joining.fetch(ReuseDecision.Miss.KEY));
    }

    void answer(StoredResponse head, Body body) {
        long now = cache.nowMillis();
        CacheStatus status =
                new CacheStatus(
                        CacheStatus.Forward.of(decision),
                        0,
                        CacheStatus.Stored.NO,
                        joining.hasJoined() ? CacheStatus.Collapsed.YES : CacheStatus.Collapsed.NO,
                        head.facts().ttlMillis(now) / 1000,
                        visitor.policy().debugHeaders() ? visitor.text().text() : null,
                        null);
        new Answer(exchange, visitor.plan(), head, body).send(visitor.facts(), now, status);
    }

    /// Answers from slices.
    ///
    /// @param from a fill that has just told the head of one of them, null for none
    /// @param number of that one
    void answer(Slices slices, @Nullable Fill<FillHead> from, long number) {
        SlicedAnswer begun = new SlicedAnswer(visitor, slices, wait, this);
        sliced = begun;
        begun.begin(from, number);
    }

    @Override
    public void answer(Slices slices, SlicedBody body, SliceReader.Origin first) {
        sliced = null;
        if (word == CacheWord.HIT && first != SliceReader.Origin.STORE) {
            decision = ReuseDecision.Miss.PARTIAL;
            becomes(first == SliceReader.Origin.JOINED ? CacheWord.COLLAPSED : CacheWord.MISS);
        }
        answer(slices.response(), body);
    }

    @Override
    public void changed() {
        letGo();
        if (lookup.mayAgain()) lookup.begin();
        else pass(CacheWord.MISS);
    }

    @Override
    public void failed(ErrorKind kind) {
        sliced = null;
        // An error that its node answered with is for this client to see.
        if (kind == ErrorKind.UPSTREAM_INVALID) pass(CacheWord.MISS);
        else fail(kind);
    }

    // ---- failing

    void fail(ErrorKind kind) {
        if (staleInstead()) return;
        StoredResponse held = lookup.response();
        boolean demanded = held != null && Reuse.mustValidate(held.facts());
        letGo();
        exchange.fail(demanded && isDisconnected(kind) ? ErrorKind.NOT_VALIDATED : kind, null);
    }

    /// Failures that say nothing of deadlines or limits.
    private static boolean isDisconnected(ErrorKind kind) {
        return switch (kind) {
            case CONNECT_REFUSED, UNRESOLVED, UPSTREAM_TLS, UPSTREAM_RESET, NO_NODE -> true;
            default -> false;
        };
    }

    /// RFC 5861 §4: what is stored, rather than an error.
    boolean staleInstead() {
        StoredResponse held = lookup.response();
        if (held == null) return false;
        ReuseDecision.Stale stale =
                Reuse.onError(visitor.facts(), held.facts(), lookup.mark(), cache.nowMillis());
        if (stale == null) return false;
        decision = stale;
        answer(CacheWord.STALE);
        return true;
    }
}
