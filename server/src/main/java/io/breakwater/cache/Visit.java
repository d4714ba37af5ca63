package io.breakwater.cache;

import io.breakwater.cache.body.Body;
import io.breakwater.cache.body.Delivery;
import io.breakwater.cache.fill.Fill;
import io.breakwater.cache.fill.Guest;
import io.breakwater.cache.memory.HotHead;
import io.breakwater.cache.policy.CacheStatus;
import io.breakwater.cache.policy.RequestFacts;
import io.breakwater.cache.policy.Reuse;
import io.breakwater.cache.policy.ReuseDecision;
import io.breakwater.cache.policy.StoredHead;
import io.breakwater.cache.policy.StoredResponse;
import io.breakwater.cache.policy.VariantKey;
import io.breakwater.cache.store.DiskCallback;
import io.breakwater.cache.store.Key;
import io.breakwater.cache.store.StoreFailure;
import io.breakwater.cache.store.StoredObject;
import io.breakwater.exchange.ErrorKind;
import io.breakwater.exchange.Exchange;
import io.breakwater.exchange.Phase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/// One exchange at the cache.
///
/// ```
/// look up ---> hit, stale ---------------------------------> answer
///    |   \---> to be validated --+
///    \-------> miss -------------+-> a fill, joined or begun -> head
///                                       |                        |-> shared, validated -> answer
///                                       | waited too long        |-> only for who began it
///                                       v                        v
///                                    its own way to the upstream (relay)
/// ```
///
/// Threads: one step after the other; the fill's head, a failure and the end of the waiting are
/// told apart by [#claim].
final class Visit implements Guest<FillHead> {
    /// Who is told again and again to look once more goes its own way.
    private static final int MOST_LOOKUPS = 3;

    /// So does who waits longer for a disk.
    private static final long LONGEST_LOAD_NANOS = 1_000_000_000L;

    private final Cache cache;
    private final CachePlan plan;
    private final Exchange exchange;
    private final RequestFacts facts;
    private final Fields fields;
    private final Key primary;
    private final AtomicBoolean claimed = new AtomicBoolean();
    private Key key;
    private int lookups;
    private @Nullable StoredObject object;
    private @Nullable StoredResponse response;
    private Reuse.Mark mark = Reuse.Mark.NONE;
    private ReuseDecision decision = ReuseDecision.Miss.KEY;
    private CacheWord word = CacheWord.MISS;
    private volatile @Nullable Fill<FillHead> fill;
    private boolean leads;

    /// Who is told of a head within the call with which it enters comes after the head.
    private volatile @Nullable Thread entering;

    Visit(Cache cache, CachePlan plan, Exchange exchange, RequestFacts facts, Key primary) {
        this.cache = cache;
        this.plan = plan;
        this.exchange = exchange;
        this.facts = facts;
        this.fields = new Fields(exchange.request().getHeaders());
        this.primary = primary;
        this.key = primary;
    }

    // ---- looking up

    void begin() {
        limit();
        lookUp();
    }

    private void limit() {
        Duration most = exchange.location().config().timeout();
        if (most != null) exchange.deadlines().total(most.toNanos());
        CacheFigures.OfPolicy figures = cache.figures(plan);
        exchange.onFinish(() -> figures.count(word, decision, exchange.responseBodyBytes()));
    }

    /// Notes what becomes of the request, for logs and figures.
    private void becomes(CacheWord what) {
        word = what;
        exchange.cacheStatus(what.text());
    }

    /// Begins with what was found under the URI's key.
    ///
    /// @param opened ready; taken over
    void begin(StoredObject opened) {
        limit();
        lookups++;
        found(opened);
    }

    /// Fetches whatever is stored. What comes may be stored for others.
    void bypass() {
        limit();
        fetch(ReuseDecision.Bypass.CONDITION);
    }

    private void lookUp() {
        lookups++;
        open(primary, this::found, () -> fetch(ReuseDecision.Miss.KEY));
    }

    /// What is done with an object that is ready.
    private interface Found {
        void found(StoredObject object);
    }

    private void open(Key wanted, Found found, Runnable missing) {
        StoredObject opened = cache.open(wanted);
        if (opened == null) {
            missing.run();
        } else if (opened.isReady()) {
            found.found(opened);
        } else {
            load(opened, opened::loadHead, () -> found.found(opened), missing);
        }
    }

    /// Waits for a disk. When nobody waits any more the object is closed.
    ///
    /// @param of nobody else's meanwhile
    /// @param missing run when it cannot be had, and is closed
    private void load(
            StoredObject of, Consumer<DiskCallback> what, Runnable done, Runnable missing) {
        await(LONGEST_LOAD_NANOS);
        what.accept(
                new DiskCallback() {
                    @Override
                    public void done() {
                        if (claim()) goOn(done);
                        else of.close();
                    }

                    @Override
                    public void failed(StoreFailure reason) {
                        of.close();
                        if (claim()) goOn(missing);
                    }
                });
    }

    /// From here on somebody else may take the next step, or time does.
    private void await(long nanos) {
        claimed.set(false);
        // Before anybody can answer: whoever does takes both over.
        exchange.deadlines().response(ErrorKind.QUEUE_TIMEOUT, nanos);
        exchange.deadlines().onExpire(this::expire);
    }

    /// Takes a step after a wait, on a thread that serves others, too.
    private void goOn(Runnable step) {
        exchange.deadlines().clearResponse();
        try {
            step.run();
        } catch (RuntimeException e) {
            letGo();
            exchange.fail(ErrorKind.INTERNAL, e.toString());
        }
    }

    private void found(StoredObject opened) {
        if (VaryRecord.is(opened.head())) {
            List<List<String>> lists = VaryRecord.read(opened.head());
            opened.close();
            variant(lists, 0);
        } else if (take(opened)) {
            decide();
        } else {
            fetch(ReuseDecision.Miss.KEY);
        }
    }

    /// Looks at the variants one after the other, and keeps the newest.
    private void variant(List<List<String>> lists, int index) {
        if (index == lists.size()) {
            if (object == null) {
                key = cache.keys().hash(plan, exchange, VariantKey.of(lists.getFirst(), fields));
                fetch(ReuseDecision.Miss.VARIANT);
            } else {
                decide();
            }
            return;
        }
        Key of = cache.keys().hash(plan, exchange, VariantKey.of(lists.get(index), fields));
        Runnable next = () -> variant(lists, index + 1);
        open(
                of,
                opened -> {
                    if (take(opened)) key = of;
                    next.run();
                },
                next);
    }

    /// Keeps an object if it is better than the one before.
    private boolean take(StoredObject opened) {
        StoredResponse read;
        try {
            read = StoredHead.read(opened.head());
        } catch (IllegalArgumentException e) {
            cache.store().remove(opened); // of another version
            opened.close();
            return false;
        }
        StoredResponse before = response;
        if (before != null && before.facts().dateMillis() >= read.facts().dateMillis()) {
            opened.close();
            return false;
        }
        letGo();
        object = opened;
        response = read;
        mark = opened.mustValidate() ? Reuse.Mark.PURGED : Reuse.Mark.NONE;
        return true;
    }

    /// Lets go of what was found.
    private void letGo() {
        StoredObject held = object;
        object = null;
        response = null;
        if (held != null) held.close();
    }

    private StoredResponse response() {
        StoredResponse found = response;
        if (found == null) throw new IllegalStateException("nothing was found");
        return found;
    }

    // ---- deciding

    private void decide() {
        decision = Reuse.decide(facts, response().facts(), mark, cache.nowMillis());
        switch (decision) {
            case ReuseDecision.Hit hit -> {
                remember();
                answer(CacheWord.HIT);
            }
            case ReuseDecision.Stale stale -> {
                boolean waits =
                        stale == ReuseDecision.Stale.WHILE_UPDATING
                                && !plan.config().backgroundRefresh()
                                && !cache.fills().has(key);
                if (waits) {
                    fetch(ReuseDecision.Revalidate.STALE);
                    return;
                }
                if (stale == ReuseDecision.Stale.WHILE_UPDATING) update();
                answer(CacheWord.STALE);
            }
            case ReuseDecision.Revalidate why -> fetch(why);
            case ReuseDecision.Miss miss -> fetch(miss);
            case ReuseDecision.Bypass why -> pass(CacheWord.BYPASS);
            case ReuseDecision.Unavailable none -> unavailable();
        }
    }

    /// The next plain request for what is asked for again finds the head prepared.
    private void remember() {
        StoredObject held = object;
        if (held == null || !key.equals(primary) || !facts.isPlain()) return;
        if (!cache.heads().wants(key)) return;
        cache.heads().keep(key, HotHead.of(held.sequence(), response(), held.bodyLength()));
    }

    /// RFC 9111 §5.2.1.7.
    private void unavailable() {
        letGo();
        becomes(CacheWord.MISS);
        exchange.fail(ErrorKind.NOT_STORED, null);
    }

    /// Answers from what was found.
    private void answer(CacheWord what) {
        StoredObject held = object;
        StoredResponse head = response();
        if (held == null) throw new IllegalStateException("nothing was found");
        object = null;
        response = null;
        becomes(what);
        answer(head, held);
    }

    /// Begins when the first bytes are there: until then others can still be asked for them.
    private void answer(StoredResponse head, StoredObject held) {
        boolean there =
                held.bodyLength() == 0
                        || facts.method() == RequestFacts.Method.HEAD
                        || held.read(0, Delivery.MOST_BYTES) != null;
        if (there) answer(head, new StoredBody(held));
        else
            load(
                    held,
                    callback -> held.load(0, StoredObject.MOST_BYTES, callback),
                    () -> answer(head, new StoredBody(held)),
                    () -> fetch(ReuseDecision.Miss.KEY));
    }

    private void answer(StoredResponse head, Body body) {
        long now = cache.nowMillis();
        CacheStatus status =
                new CacheStatus(
                        CacheStatus.Forward.of(decision),
                        0,
                        CacheStatus.Stored.NO,
                        leads || fill == null
                                ? CacheStatus.Collapsed.NO
                                : CacheStatus.Collapsed.YES,
                        head.facts().ttlMillis(now) / 1000,
                        plan.config().debugHeaders()
                                ? cache.keys().of(plan, exchange).text()
                                : null,
                        null);
        new Answer(exchange, plan, head, body).send(facts, now, status);
    }

    /// Its own way to the upstream.
    private void pass(CacheWord what) {
        letGo();
        becomes(what);
        if (cache.relay().apply(exchange) instanceof Phase.Fail fail)
            exchange.fail(fail.kind(), fail.detail());
    }

    // ---- fetching

    private void fetch(ReuseDecision why) {
        decision = why instanceof ReuseDecision.Miss miss ? Reuse.without(facts, miss) : why;
        if (decision instanceof ReuseDecision.Unavailable) {
            unavailable();
            return;
        }
        // RFC 9110 §9.3.2: a HEAD asks for no body, so none is fetched for it.
        if (facts.method() == RequestFacts.Method.HEAD || facts.has(RequestFacts.NO_STORE)) {
            pass(word(why));
            return;
        }
        int least = plan.config().minUses();
        boolean rare = why instanceof ReuseDecision.Miss && least > 1;
        if (rare && cache.use(primary) < least) {
            decision = ReuseDecision.Bypass.MIN_USES;
            pass(CacheWord.MISS);
            return;
        }
        becomes(word(why));
        Key of = key;
        Fetch fetch = new Fetch(cache, plan, exchange, facts, key, response);
        await(plan.config().lockTimeout().toNanos());
        entering = Thread.currentThread();
        Fill<FillHead> own = enter(of, fetch);
        entering = null;
        if (own != null) lead(own, fetch, why instanceof ReuseDecision.Miss, of);
    }

    /// Begins a fill, unless that is not needed any more.
    private void lead(Fill<FillHead> own, Fetch fetch, boolean missed, Key of) {
        exchange.deadlines().clearResponse();
        // Nobody ends the exchange while another is made from it.
        boolean gone = !claim();
        // What was not there may have been stored since, by a fill that has just left.
        if (gone || (missed && lookups < MOST_LOOKUPS && isThere(of))) {
            if (!gone) claimed.set(false);
            own.withdraw(new FillHead.Stored());
            return;
        }
        leads = true;
        fill = own;
        fetch.prepare(own);
        claimed.set(false);
        ErrorKind missing = exchange.deadlines().expired();
        if (missing != null) expire(missing);
        fetch.begin();
    }

    private static CacheWord word(ReuseDecision why) {
        if (why instanceof ReuseDecision.Miss) return CacheWord.MISS;
        return why instanceof ReuseDecision.Bypass ? CacheWord.BYPASS : CacheWord.EXPIRED;
    }

    private @Nullable Fill<FillHead> enter(Key of, Fetch fetch) {
        long keep = plan.config().keepFilling();
        if (plan.config().collapse() && !(decision instanceof ReuseDecision.Bypass))
            return cache.fills().enter(of, fetch.primary(), this, () -> fetch.fill(of, keep));
        return cache.fills().alone(fetch.primary(), this, () -> fetch.fill(of, keep));
    }

    private boolean isThere(Key wanted) {
        try (StoredObject found = cache.open(wanted)) {
            return found != null;
        }
    }

    /// A deadline passed or the client left while it waited. On the watchdog's thread.
    private void expire(ErrorKind kind) {
        if (!claim()) return;
        exchange.deadlines().clearResponse();
        Fill<FillHead> own = fill;
        if (own != null) own.leave(this);
        if (kind == ErrorKind.QUEUE_TIMEOUT) {
            pass(CacheWord.MISS);
        } else {
            letGo();
            exchange.fail(kind, null);
        }
    }

    private boolean claim() {
        return claimed.compareAndSet(false, true);
    }

    @Override
    public void arrived(Fill<FillHead> from) {
        if (!claim()) return;
        fill = from;
        goOn(() -> arrived(from, from.head()));
    }

    private void arrived(Fill<FillHead> from, FillHead head) {
        switch (head) {
            case FillHead.Shared shared -> shared(from, shared.response());
            case FillHead.Validated validated -> validated(validated);
            case FillHead.Passed passed -> passed(from, passed);
            case FillHead.Stored stored -> {
                letGo();
                lookUp();
            }
            case FillHead.Unclear unclear -> {
                letGo();
                if (lookups++ < MOST_LOOKUPS) fetch(ReuseDecision.Miss.KEY);
                else pass(CacheWord.MISS);
            }
        }
    }

    @SuppressWarnings("ReferenceEquality") // this very thread
    private boolean isLate() {
        return entering == Thread.currentThread();
    }

    private void shared(Fill<FillHead> from, StoredResponse head) {
        // What was there before the request is used like what is stored (RFC 9111 §4).
        boolean reusable =
                leads
                        || !isLate()
                        || Reuse.decide(facts, head.facts(), Reuse.Mark.NONE, cache.nowMillis())
                                instanceof ReuseDecision.Hit;
        if (!reusable) {
            pass(CacheWord.MISS);
            return;
        }
        Body body = leads || head.key().matches(fields) ? from.read() : null;
        if (body != null) {
            letGo();
            if (!leads) becomes(CacheWord.COLLAPSED);
            answer(head, body);
        } else if (lookups < MOST_LOOKUPS) {
            again(head.key().names());
        } else {
            pass(CacheWord.MISS);
        }
    }

    /// What was waited for is not for this request: looks for its own.
    private void again(List<String> names) {
        letGo();
        lookups++;
        if (names.isEmpty()) lookUp();
        else variant(List.of(names), 0);
    }

    private void validated(FillHead.Validated validated) {
        StoredObject held = object;
        if (held != null && held.sequence() == validated.sequence()) {
            becomes(CacheWord.REVALIDATED);
            object = null;
            response = null;
            answer(validated.response(), held);
        } else if (lookups < MOST_LOOKUPS) {
            letGo();
            lookUp();
        } else {
            pass(CacheWord.MISS);
        }
    }

    private void passed(Fill<FillHead> from, FillHead.Passed head) {
        if (Reuse.isError(head.status()) && staleInstead()) return;
        // The part that was wanted is asked for without the cache.
        boolean part = head.status() == 200 && fields.has("Range");
        if (!leads || part) {
            pass(CacheWord.MISS);
            return;
        }
        letGo();
        Body body = from.read();
        if (body == null) {
            exchange.fail(ErrorKind.INTERNAL, "a response was gone before it was read");
            return;
        }
        exchange.response().setStatus(head.status());
        HttpFields.Mutable to = exchange.response().getHeaders();
        to.add(head.fields());
        exchange.location().responseEdit().apply(to, exchange);
        exchange.closeWhenDue(to);
        new Delivery(exchange, body, List.of(Delivery.Part.WHOLE)).start();
    }

    @Override
    public void failed(ErrorKind kind) {
        if (claim()) goOn(() -> fail(kind));
    }

    private void fail(ErrorKind kind) {
        if (staleInstead()) return;
        letGo();
        exchange.fail(kind, null);
    }

    /// RFC 5861 §4: what is stored, rather than an error.
    private boolean staleInstead() {
        StoredResponse held = response;
        if (held == null || object == null) return false;
        ReuseDecision.Stale stale = Reuse.onError(facts, held.facts(), mark, cache.nowMillis());
        if (stale == null) return false;
        decision = stale;
        answer(CacheWord.STALE);
        return true;
    }

    // ---- in the background

    /// RFC 5861 §3: fetches anew while the stale response is served.
    private void update() {
        Key of = key;
        Fetch fetch = new Fetch(cache, plan, exchange, facts, key, response);
        Fill<FillHead> own =
                cache.fills()
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
