package io.breakwater.cache;

import io.breakwater.cache.policy.Freshening;
import io.breakwater.cache.policy.Received;
import io.breakwater.cache.policy.Slices;
import io.breakwater.cache.policy.StoredHead;
import io.breakwater.cache.policy.StoredResponse;
import io.breakwater.cache.store.StoredObject;
import io.breakwater.cache.store.Ticket;
import io.breakwater.exchange.Exchange;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpFields;

/// What the answer to a HEAD request says of the response to GET that is stored (RFC 9111 §4.3.5):
/// that it is still the same, which freshens it, or that it is another one, which makes it stale.
final class HeadUpdate {
    private final Cache cache;
    private final CachePlan plan;
    private final Exchange exchange;
    private final StoredObject object;
    private final StoredResponse stored;
    private final Ticket ticket;
    private final long requestMillis;
    private final AtomicBoolean over = new AtomicBoolean();

    private HeadUpdate(Visitor visitor, StoredObject object, StoredResponse stored) {
        this.cache = visitor.cache();
        this.plan = visitor.plan();
        this.exchange = visitor.exchange();
        this.object = object;
        this.stored = stored;
        this.ticket = cache.store().ticket();
        this.requestMillis = cache.nowMillis();
    }

    /// Looks at the answer when it comes.
    ///
    /// @param visitor a HEAD that is about to be sent
    /// @param object what is stored of the URI, ready; taken over
    /// @param stored its head
    static void prepare(Visitor visitor, StoredObject object, StoredResponse stored) {
        HeadUpdate update = new HeadUpdate(visitor, object, stored);
        update.exchange.onHead(update::arrived);
        update.exchange.onFinish(update::finished);
    }

    private void finished() {
        if (over.compareAndSet(false, true)) close();
    }

    private void arrived() {
        if (!over.compareAndSet(false, true)) return;
        if (exchange.response().getStatus() == 200) update();
        else close();
    }

    private void update() {
        HttpFields fields = HttpFields.build(exchange.response().getHeaders()).asImmutable();
        long now = cache.nowMillis();
        Received head = new Received(200, new Fields(fields), requestMillis, now);
        if (!Freshening.isSame(stored, Slices.length(stored, object.bodyLength()), head)) {
            replace(
                    new StoredResponse(
                            stored.facts().staleFrom(now),
                            stored.fields(),
                            stored.key(),
                            stored.tags()));
            return;
        }
        Freshening.Updated updated =
                plan.freshening().update(stored, head, plan.config().tagHeaders());
        if (updated.refusal() == null) {
            replace(updated.response());
        } else {
            cache.store().remove(object);
            close();
        }
    }

    private void replace(StoredResponse by) {
        cache.freshen(object, ticket, StoredHead.write(by), by.tags(), this::close);
    }

    private void close() {
        ticket.close();
        object.close();
    }
}
