package io.breakwater.cache;

import io.breakwater.cache.body.Body;
import io.breakwater.cache.body.Delivery;
import io.breakwater.cache.fill.Fill;
import io.breakwater.cache.fill.Guest;
import io.breakwater.cache.policy.RequestFacts;
import io.breakwater.cache.policy.Reuse;
import io.breakwater.cache.policy.ReuseDecision;
import io.breakwater.cache.policy.Slices;
import io.breakwater.cache.policy.StoredResponse;
import io.breakwater.cache.store.Key;
import io.breakwater.cache.store.StoredObject;
import io.breakwater.exchange.ErrorKind;
import io.breakwater.exchange.Exchange;
import java.util.List;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/// The part of a visit in which a response is on its way: a fill is joined or begun, and answers
/// when its head has come and is for this request.
final class Joining implements Guest<FillHead> {
    private final Visitor visitor;
    private final Visit visit;
    private final Lookup lookup;
    private final Wait wait;
    private volatile @Nullable Fill<FillHead> fill;
    private boolean leads;

    /// It is known that the response does not come in slices.
    private boolean whole;

    /// Who is told of a head within the call with which it enters comes after the head.
    private volatile @Nullable Thread entering;

    Joining(Visitor visitor, Visit visit, Lookup lookup, Wait wait) {
        this.visitor = visitor;
        this.visit = visit;
        this.lookup = lookup;
        this.wait = wait;
    }

    /// Whether the answer comes from what was fetched for somebody else.
    boolean hasJoined() {
        return !leads && fill != null;
    }

    /// Waits no longer.
    void leave() {
        Fill<FillHead> own = fill;
        if (own != null) own.leave(this);
    }

    /// Gets the response from its upstream, if that is for the cache to do.
    void fetch(ReuseDecision why) {
        RequestFacts facts = visitor.facts();
        visit.because(why instanceof ReuseDecision.Miss miss ? Reuse.without(facts, miss) : why);
        if (visit.decision() instanceof ReuseDecision.Unavailable) {
            visit.unavailable();
            return;
        }
        // RFC 9110 §9.3.2: a HEAD asks for no body, so none is fetched for it.
        if (visitor.isHead() || facts.has(RequestFacts.NO_STORE)) {
            visit.pass(word(why));
            return;
        }
        int least = visitor.policy().minUses();
        boolean rare = why instanceof ReuseDecision.Miss && least > 1;
        if (rare && visitor.cache().use(visitor.uri()) < least) {
            visit.because(ReuseDecision.Bypass.MIN_USES);
            visit.pass(CacheWord.MISS);
            return;
        }
        visit.becomes(word(why));
        Key of = lookup.key();
        Fetch fetch = new Fetch(visitor, of, lookup.response(), slice());
        wait.begin(visitor.policy().lockTimeout().toNanos());
        entering = Thread.currentThread();
        Fill<FillHead> own = enter(of, fetch);
        entering = null;
        if (own != null) lead(own, fetch, why instanceof ReuseDecision.Miss, of);
    }

    private static CacheWord word(ReuseDecision why) {
        if (why instanceof ReuseDecision.Miss) return CacheWord.MISS;
        return why instanceof ReuseDecision.Bypass ? CacheWord.BYPASS : CacheWord.EXPIRED;
    }

    /// The slice that the request needs first, [Fetch#WHOLE] where there are none.
    private long slice() {
        if (!comesInSlices()) return Fetch.WHOLE;
        StoredResponse known = lookup.response();
        return Slices.wanted(
                visitor.fields().first("Range"),
                visitor.policy().slice(),
                known == null ? 0 : Slices.length(known, 0));
    }

    private boolean comesInSlices() {
        return visitor.policy().slice() > 0 && !whole && !visitor.cache().isWhole(visitor.uri());
    }

    private @Nullable Fill<FillHead> enter(Key of, Fetch fetch) {
        long keep = visitor.policy().keepFilling();
        Fills fills = visitor.cache().fills();
        boolean alone =
                !visitor.policy().collapse() || visit.decision() instanceof ReuseDecision.Bypass;
        return alone
                ? fills.alone(fetch.primary(), this, () -> fetch.fill(of, keep))
                : fills.enter(of, fetch.primary(), this, () -> fetch.fill(of, keep));
    }

    /// Begins a fill, unless that is not needed any more.
    private void lead(Fill<FillHead> own, Fetch fetch, boolean missed, Key of) {
        // Nobody ends the exchange while another is made from it.
        boolean there = wait.hold();
        // What was not there may have been stored since, by a fill that has just left.
        if (!there || (missed && lookup.mayAgain() && isThere(of))) {
            if (there) wait.resume();
            own.withdraw(new FillHead.Stored());
            return;
        }
        leads = true;
        fill = own;
        fetch.prepare(own);
        wait.resume();
        fetch.begin();
    }

    private boolean isThere(Key wanted) {
        try (StoredObject found = visitor.cache().open(wanted)) {
            return found != null;
        }
    }

    // ---- what comes

    @Override
    public void arrived(Fill<FillHead> from) {
        if (!wait.claim()) return;
        fill = from;
        wait.goOn(() -> arrived(from, from.head()));
    }

    @Override
    public void failed(ErrorKind kind) {
        if (wait.claim()) wait.goOn(() -> visit.fail(kind));
    }

    private void arrived(Fill<FillHead> from, FillHead head) {
        switch (head) {
            case FillHead.Shared shared -> shared(from, shared.response());
            case FillHead.Sliced sliced -> sliced(from, sliced);
            case FillHead.Validated validated -> validated(validated);
            case FillHead.Passed passed -> passed(from, passed);
            case FillHead.Stored stored -> lookup.again(List.of());
            case FillHead.Unclear unclear -> again();
            case FillHead.Whole not -> {
                whole = true;
                again();
            }
            case FillHead.Slice none -> visit.pass(CacheWord.MISS);
            case FillHead.Changed none -> visit.pass(CacheWord.MISS);
        }
    }

    /// Asks once more, otherwise.
    private void again() {
        lookup.letGo();
        // The part that was wanted is asked for without the cache.
        boolean part = whole && visitor.facts().has(RequestFacts.RANGE);
        boolean may = lookup.mayAgain();
        lookup.count();
        if (may && !part) fetch(ReuseDecision.Miss.KEY);
        else visit.pass(CacheWord.MISS);
    }

    /// Whether a head may answer: what was there before the request is used like what is stored
    /// (RFC 9111 §4).
    private boolean isReusable(StoredResponse head) {
        return leads
                || !isLate()
                || Reuse.decide(
                                visitor.facts(),
                                head.facts(),
                                Reuse.Mark.NONE,
                                visitor.cache().nowMillis())
                        instanceof ReuseDecision.Hit;
    }

    @SuppressWarnings("ReferenceEquality") // this very thread
    private boolean isLate() {
        return entering == Thread.currentThread();
    }

    private boolean isFor(StoredResponse head) {
        return leads || head.key().matches(visitor.fields());
    }

    private void shared(Fill<FillHead> from, StoredResponse head) {
        if (!isReusable(head)) {
            visit.pass(CacheWord.MISS);
            return;
        }
        Body body = isFor(head) ? from.read() : null;
        if (body == null) {
            another(head);
            return;
        }
        lookup.letGo();
        if (!leads) visit.becomes(CacheWord.COLLAPSED);
        visit.answer(head, body);
    }

    private void sliced(Fill<FillHead> from, FillHead.Sliced head) {
        StoredResponse response = head.slices().response();
        if (!isReusable(response)) {
            visit.pass(CacheWord.MISS);
        } else if (isFor(response)) {
            lookup.letGo();
            if (!leads) visit.becomes(CacheWord.COLLAPSED);
            visit.answer(head.slices(), from, head.number());
        } else {
            another(response);
        }
    }

    /// What was waited for is not for this request: looks for its own.
    private void another(StoredResponse head) {
        if (lookup.mayAgain()) lookup.again(head.key().names());
        else visit.pass(CacheWord.MISS);
    }

    private void validated(FillHead.Validated validated) {
        StoredObject held = lookup.object();
        if (held != null && held.sequence() == validated.sequence()) {
            visit.becomes(CacheWord.REVALIDATED);
            visit.answer(validated.response(), lookup.take());
        } else if (lookup.mayAgain()) {
            lookup.again(List.of());
        } else {
            visit.pass(CacheWord.MISS);
        }
    }

    private void passed(Fill<FillHead> from, FillHead.Passed head) {
        if (Reuse.isError(head.status()) && visit.staleInstead()) return;
        // The part that was wanted is asked for without the cache.
        boolean part = head.status() == 200 && visitor.facts().has(RequestFacts.RANGE);
        if (!leads || part) {
            visit.pass(CacheWord.MISS);
            return;
        }
        lookup.letGo();
        Exchange exchange = visitor.exchange();
        Body body = from.read();
        if (body == null) {
            exchange.fail(ErrorKind.INTERNAL, "a response was gone before it was read");
            return;
        }
        exchange.response().setStatus(head.status());
        HttpFields.Mutable to = exchange.response().getHeaders();
        to.add(head.fields());
        exchange.location().responseEdit().apply(to, exchange);
        exchange.finishHead(to);
        new Delivery(exchange, body, List.of(Delivery.Part.WHOLE)).start();
    }

    // ---- in the background

    /// RFC 5861 §3: fetches anew while the stale response is served.
    void update() {
        Key of = lookup.key();
        Fetch fetch = new Fetch(visitor, of, lookup.response(), comesInSlices() ? 0 : Fetch.WHOLE);
        Fill<FillHead> own =
                visitor.cache()
                        .fills()
                        .enter(of, fetch.primary(), NOBODY, () -> fetch.fill(of, Long.MAX_VALUE));
        if (own == null) return;
        fetch.prepare(own);
        fetch.begin();
    }

    /// Wants the response stored, and nothing else.
    private static final Guest<FillHead> NOBODY =
            new Guest<>() {
                @Override
                public void arrived(Fill<FillHead> fill) {
                    // It is stored.
                }

                @Override
                public void failed(ErrorKind kind) {
                    // What is stored stays as it is.
                }
            };
}
