package io.breakwater.cache;

import io.breakwater.cache.fill.Fill;
import io.breakwater.cache.fill.Judge;
import io.breakwater.cache.policy.CacheKey;
import io.breakwater.cache.policy.Freshening;
import io.breakwater.cache.policy.Received;
import io.breakwater.cache.policy.RequestFacts;
import io.breakwater.cache.policy.RequestTarget;
import io.breakwater.cache.policy.Reuse;
import io.breakwater.cache.policy.StoreDecision;
import io.breakwater.cache.policy.StoredHead;
import io.breakwater.cache.policy.StoredResponse;
import io.breakwater.cache.policy.Storing;
import io.breakwater.cache.policy.Validation;
import io.breakwater.cache.store.Key;
import io.breakwater.cache.store.Label;
import io.breakwater.cache.store.StoredObject;
import io.breakwater.cache.store.Ticket;
import io.breakwater.exchange.Exchange;
import io.breakwater.exchange.ExchangeView;
import io.breakwater.exchange.Phase;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.jspecify.annotations.Nullable;

/// One request to an upstream on the cache's behalf: for a response to store, or to ask whether
/// what is stored is still good. Made for a client's request, and on its own from then on.
final class Fetch implements Judge<FillHead> {
    private final Cache cache;
    private final CachePlan plan;
    private final Exchange client;
    private final RequestFacts facts;
    private final HttpFields asked;
    private final RequestTarget target;
    private final Key key;
    private final CacheKey primary;
    private final @Nullable StoredObject object;
    private final @Nullable StoredResponse stored;
    private final Validation validation;
    private final Ticket freshening;
    private final boolean notToBeStored;
    private final AtomicBoolean over = new AtomicBoolean();

    /// Who uses what is to be validated: the fill, and the judge while it is at it.
    private final AtomicInteger uses = new AtomicInteger(1);

    private volatile @Nullable Key variant;
    private long requestMillis;
    private @Nullable Fill<FillHead> fill;
    private @Nullable Exchange inner;

    /// Prepares a request.
    ///
    /// @param cache what is shared
    /// @param plan the policy
    /// @param client whose request it is
    /// @param facts of that
    /// @param key under what its response is stored already, or would be
    /// @param stored the head of what is to be validated, null for nothing
    Fetch(
            Cache cache,
            CachePlan plan,
            Exchange client,
            RequestFacts facts,
            Key key,
            @Nullable StoredResponse stored) {
        this.cache = cache;
        this.plan = plan;
        this.client = client;
        this.facts = facts;
        this.asked = client.request().getHeaders();
        this.target = target(client);
        this.key = key;
        this.primary = cache.keys().of(plan, client);
        StoredObject opened = stored == null ? null : open();
        Validation validates =
                opened == null || stored == null
                        ? new Validation(null, null)
                        : Validation.of(List.of(stored));
        this.validation = validates;
        this.object = opened;
        this.stored = validates.isEmpty() ? null : stored;
        this.freshening = cache.store().ticket();
        this.notToBeStored = plan.noStore().hold(client);
    }

    /// A use of what is to be validated that does not depend on the client's.
    private @Nullable StoredObject open() {
        StoredObject opened = cache.open(key);
        if (opened == null || opened.isReady()) return opened;
        opened.close();
        return null;
    }

    /// The key of the URI.
    CacheKey primary() {
        return primary;
    }

    static RequestTarget target(Exchange client) {
        String query = client.request().getHttpURI().getQuery();
        String path = client.askedPath();
        return new RequestTarget(
                client.scheme(),
                client.host(),
                client.port(),
                query == null ? path : path + "?" + query);
    }

    /// Makes the fill, which is to be begun or thrown away.
    Fill<FillHead> fill(Key of, long keepFilling) {
        return new Fill<>(
                cache.fillSettings(plan, keepFilling),
                cache.store().ticket(),
                this,
                done -> over(of, done));
    }

    private void over(Key of, Fill<FillHead> done) {
        boolean first = over.compareAndSet(false, true);
        cache.fills().remove(of, done);
        Key second = variant;
        if (second != null) cache.fills().remove(second, done);
        cache.fills().forget(done);
        if (first) letGo();
    }

    private void letGo() {
        if (uses.decrementAndGet() > 0) return;
        freshening.close();
        StoredObject opened = object;
        if (opened != null) opened.close();
    }

    /// Makes the exchange, for which the client's must not have ended.
    void prepare(Fill<FillHead> fill) {
        this.fill = fill;
        Exchange made = Exchange.inner(client, "GET", fields(), fill);
        inner = made;
        fill.abortBy(made::clientLeft);
        client.onFinish(() -> report(made));
    }

    /// Sends the request.
    void begin() {
        Exchange made = inner;
        if (made == null) throw new IllegalStateException("not prepared");
        requestMillis = cache.nowMillis();
        if (cache.relay().apply(made) instanceof Phase.Fail fail)
            made.fail(fail.kind(), fail.detail());
    }

    /// What the client's log line says of the upstream.
    private void report(Exchange inner) {
        String upstream = inner.upstreamName();
        if (upstream != null) client.upstream(upstream);
        for (ExchangeView.Attempt attempt : inner.attempts()) client.attempt(attempt);
    }

    private HttpFields fields() {
        HttpFields.Mutable fields = HttpFields.build(asked);
        for (String name : Validation.REPLACED) fields.remove(name);
        if (validation.ifNoneMatch() != null)
            fields.add(HttpHeader.IF_NONE_MATCH, validation.ifNoneMatch());
        if (validation.ifModifiedSince() != null)
            fields.add(HttpHeader.IF_MODIFIED_SINCE, validation.ifModifiedSince());
        return fields.asImmutable();
    }

    // ---- the head

    @Override
    public Verdict<FillHead> judge(Response head) {
        boolean used = uses.getAndUpdate(now -> now == 0 ? 0 : now + 1) > 0;
        try {
            return judge(head, !used);
        } finally {
            if (used) letGo();
        }
    }

    @Override
    public void tooLong() {
        cache.rememberUncacheable(Cache.key(primary));
    }

    private Verdict<FillHead> judge(Response head, boolean outdated) {
        HttpFields fields = HttpFields.build(head.getHeaders()).asImmutable();
        int status = head.getStatus();
        Received received =
                new Received(status, new Fields(fields), requestMillis, cache.nowMillis());
        if (status == 304 && stored != null && object != null)
            // What is out of date meanwhile is not validated any more.
            return outdated
                    ? Verdict.passing(new FillHead.Unclear(), 0)
                    : validated(received, stored, object);
        long length = status == 204 ? 0 : fields.getLongField(HttpHeader.CONTENT_LENGTH);
        StoreDecision decision =
                plan.storing()
                        .decide(new Storing.Asked(facts, new Fields(asked), target), received);
        // No part was asked for: what comes as one is for nobody else.
        if (status == 206 || notToBeStored) {
            if (status == 206) cache.figures(plan).refused(StoreDecision.Refusal.PARTIAL);
            else cache.figures(plan).refusedByPolicy();
            return Verdict.passing(new FillHead.Passed(status, fields), length);
        }
        return switch (decision) {
            case StoreDecision.Store store -> {
                if (outdated) yield Verdict.passing(new FillHead.Shared(store.response()), length);
                if (length > plan.config().maxObjectSize()) {
                    tooLong();
                    yield Verdict.passing(new FillHead.Passed(status, fields), length);
                }
                yield shared(store.response(), length);
            }
            case StoreDecision.Pass pass -> {
                cache.figures(plan).refused(pass.refusal());
                // A node that fails now says nothing of later.
                if (isOfAll(pass.refusal()) && !Reuse.isError(status))
                    cache.rememberUncacheable(Cache.key(primary));
                yield Verdict.passing(new FillHead.Passed(status, fields), length);
            }
        };
    }

    /// Whether a refusal says something about the responses of a key, and not of one request.
    private static boolean isOfAll(StoreDecision.Refusal refusal) {
        return switch (refusal) {
            case NO_STORE, PRIVATE, VARY_ANY, SET_COOKIE, NOT_CACHEABLE, NO_TTL, USELESS -> true;
            case METHOD,
                    NOT_FINAL,
                    OF_ONE_REQUEST,
                    PARTIAL,
                    REQUEST_NO_STORE,
                    NOT_UNDERSTOOD,
                    AUTHORIZED,
                    VARY_CHANGED,
                    POST ->
                    false;
        };
    }

    private Verdict<FillHead> shared(StoredResponse response, long length) {
        Key uri = Cache.key(primary);
        String url = Keys.url(primary);
        boolean varies = !response.key().names().isEmpty();
        if (varies)
            cache.noteVary(
                    uri, new Label(uri, url, client.host(), List.of()), response.key().names());
        Key under = varies ? cache.keys().hash(plan, client, response.key()) : uri;
        if (varies) alsoUnder(under);
        Label label = new Label(under, url, client.host(), response.tags());
        ByteBuffer head = ByteBuffer.wrap(StoredHead.write(response));
        return new Verdict<>(
                new FillHead.Shared(response),
                length,
                new Judge.Place(label, head, plan.config().maxObjectSize()),
                false);
    }

    /// Who knows by now that the URI varies, and by what, asks for the variant.
    private void alsoUnder(Key own) {
        Fill<FillHead> present = fill;
        if (present == null || !plan.config().collapse()) return;
        variant = own;
        cache.fills().also(own, primary, present);
        if (over.get()) cache.fills().remove(own, present);
    }

    /// RFC 9111 §4.3.4.
    private Verdict<FillHead> validated(Received received, StoredResponse old, StoredObject of) {
        if (Freshening.select(List.of(old), received).isEmpty())
            return Verdict.passing(new FillHead.Unclear(), 0);
        List<String> tagFields = plan.config().tagHeaders();
        Freshening.Updated updated = plan.freshening().update(old, received, tagFields);
        FillHead head = new FillHead.Validated(updated.response(), of.sequence());
        Fill<FillHead> own = fill;
        if (updated.refusal() != null || own == null) {
            cache.store().remove(of);
            return Verdict.passing(head, 0);
        }
        // Until the new head is in its place, who asks is told of it here.
        cache.freshen(
                of,
                freshening,
                StoredHead.write(updated.response()),
                updated.response().tags(),
                own::outdate);
        return new Verdict<>(head, 0, null, true);
    }
}
