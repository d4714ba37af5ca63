package io.breakwater.cache;

import io.breakwater.cache.fill.Fill;
import io.breakwater.cache.fill.Judge;
import io.breakwater.cache.policy.CacheKey;
import io.breakwater.cache.policy.Received;
import io.breakwater.cache.policy.RequestTarget;
import io.breakwater.cache.policy.StoreDecision;
import io.breakwater.cache.policy.Storing;
import io.breakwater.cache.policy.Validation;
import io.breakwater.cache.store.Key;
import io.breakwater.cache.store.Label;
import io.breakwater.exchange.Exchange;
import io.breakwater.exchange.ExchangeView;
import io.breakwater.exchange.Phase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Response;
import org.jspecify.annotations.Nullable;

/// One request to an upstream on the cache's behalf. Made for a client's request, and on its own
/// from then on.
abstract class Fetching implements Judge<FillHead> {
    private final Visitor visitor;
    private final Cache cache;
    private final CachePlan plan;
    private final Exchange client;
    private final HttpFields asked;
    private final RequestTarget target;
    private final CacheKey primary;
    private final AtomicBoolean over = new AtomicBoolean();

    /// Further keys under which others find the fill.
    private final List<Key> also = new CopyOnWriteArrayList<>();

    private long requestMillis;
    private @Nullable Fill<FillHead> fill;
    private @Nullable Exchange inner;

    /// Prepares a request.
    ///
    /// @param visitor whose request it is
    Fetching(Visitor visitor) {
        this.visitor = visitor;
        this.cache = visitor.cache();
        this.plan = visitor.plan();
        this.client = visitor.exchange();
        this.asked = visitor.asked();
        this.target = target(client);
        this.primary = visitor.text();
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

    final Cache cache() {
        return cache;
    }

    final CachePlan plan() {
        return plan;
    }

    final Visitor visitor() {
        return visitor;
    }

    /// The key of the URI.
    final CacheKey primary() {
        return primary;
    }

    /// Makes the fill, which is to be begun or thrown away.
    final Fill<FillHead> fill(Key of, long keepFilling) {
        return new Fill<>(
                cache.fillSettings(plan, keepFilling),
                cache.store().ticket(),
                this,
                done -> over(of, done));
    }

    private void over(Key of, Fill<FillHead> done) {
        boolean first = over.compareAndSet(false, true);
        cache.fills().remove(of, done);
        for (Key key : also) cache.fills().remove(key, done);
        cache.fills().forget(done);
        if (first) ended();
    }

    /// The fill takes nobody any more. Once.
    abstract void ended();

    /// Lets others find the fill under another key, too.
    final void alsoUnder(Key key) {
        Fill<FillHead> present = fill;
        if (present == null || !plan.config().collapse()) return;
        also.add(key);
        cache.fills().also(key, primary, present);
        if (over.get()) cache.fills().remove(key, present);
    }

    /// The fill; null before it is prepared.
    final @Nullable Fill<FillHead> fill() {
        return fill;
    }

    /// Makes the exchange, for which the client's must not have ended.
    final void prepare(Fill<FillHead> own) {
        fill = own;
        Exchange made = Exchange.inner(client, "GET", fields(), own);
        inner = made;
        own.abortBy(made::clientLeft);
        // What is fetched while the body is sent is not what the answer was waiting for.
        if (!client.response().isCommitted()) client.onFinish(() -> report(made));
    }

    /// Sends the request.
    final void begin() {
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
        client.encodedLike(inner);
    }

    private HttpFields fields() {
        HttpFields.Mutable fields = HttpFields.build(asked);
        for (String name : Validation.REPLACED) fields.remove(name);
        condition(fields);
        return fields.asImmutable();
    }

    /// Adds what is asked for beside the client's fields.
    abstract void condition(HttpFields.Mutable fields);

    /// A head as it was received, with fields that stay.
    final Received received(Response head) {
        HttpFields fields = HttpFields.build(head.getHeaders()).asImmutable();
        return new Received(head.getStatus(), new Fields(fields), requestMillis, cache.nowMillis());
    }

    /// Whether a response would be stored.
    final StoreDecision decide(Received response) {
        return plan.storing()
                .decide(new Storing.Asked(visitor.facts(), new Fields(asked), target), response);
    }

    /// What something stored for this request is known by.
    final Label label(Key key, List<String> tags) {
        return new Label(key, Keys.url(primary), client.host(), tags);
    }

    @Override
    public void tooLong() {
        cache.rememberUncacheable(Cache.key(primary));
    }
}
