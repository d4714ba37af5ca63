package io.breakwater.cache;

import io.breakwater.cache.fill.Fill;
import io.breakwater.cache.policy.Freshening;
import io.breakwater.cache.policy.Received;
import io.breakwater.cache.policy.Reuse;
import io.breakwater.cache.policy.Slices;
import io.breakwater.cache.policy.StoreDecision;
import io.breakwater.cache.policy.StoredHead;
import io.breakwater.cache.policy.StoredResponse;
import io.breakwater.cache.policy.Validation;
import io.breakwater.cache.store.Key;
import io.breakwater.cache.store.StoredObject;
import io.breakwater.cache.store.Ticket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.jspecify.annotations.Nullable;

/// A request for a response to store, or to ask whether what is stored is still good. Where the
/// policy has slices it asks for one of them, which says what the whole is.
final class Fetch extends Fetching {
    /// No slice: the whole response.
    static final long WHOLE = -1;

    private final Key key;
    private final long slice;
    private final @Nullable StoredObject object;
    private final @Nullable StoredResponse stored;
    private final Validation validation;

    /// From before the request: for a new head of what is stored, or for the head of slices.
    private final Ticket ticket;

    private final boolean notToBeStored;

    /// Who uses what is to be validated: the fill, and the judge while it is at it.
    private final AtomicInteger uses = new AtomicInteger(1);

    /// Prepares a request.
    ///
    /// @param visitor whose request it is
    /// @param key under what its response is stored already, or would be
    /// @param stored the head of what is to be validated, null for nothing
    /// @param slice which slice is asked for, [#WHOLE] for none
    Fetch(Visitor visitor, Key key, @Nullable StoredResponse stored, long slice) {
        super(visitor);
        this.key = key;
        StoredObject opened = stored == null ? null : open();
        Validation validates =
                opened == null || stored == null
                        ? new Validation(null, null)
                        : Validation.of(List.of(stored));
        this.validation = validates;
        this.object = opened;
        this.stored = validates.isEmpty() ? null : stored;
        this.ticket = cache().store().ticket();
        this.notToBeStored = visitor.plan().noStore().hold(visitor.exchange());
        this.slice = notToBeStored ? WHOLE : slice;
    }

    /// A use of what is to be validated that does not depend on the client's.
    private @Nullable StoredObject open() {
        StoredObject opened = cache().open(key);
        if (opened == null || opened.isReady()) return opened;
        opened.close();
        return null;
    }

    @Override
    void ended() {
        if (uses.decrementAndGet() > 0) return;
        ticket.close();
        StoredObject opened = object;
        if (opened != null) opened.close();
    }

    @Override
    void condition(HttpFields.Mutable fields) {
        if (validation.ifNoneMatch() != null)
            fields.add(HttpHeader.IF_NONE_MATCH, validation.ifNoneMatch());
        if (validation.ifModifiedSince() != null)
            fields.add(HttpHeader.IF_MODIFIED_SINCE, validation.ifModifiedSince());
        if (slice != WHOLE)
            fields.add(HttpHeader.RANGE, Slices.asked(plan().config().slice(), slice).field());
    }

    // ---- the head

    @Override
    public Verdict<FillHead> judge(Response head) {
        boolean used = uses.getAndUpdate(now -> now == 0 ? 0 : now + 1) > 0;
        if (head.getStatus() == 304) keepVary(head.getHeaders());
        try {
            return judge(received(head), head.getHeaders().asImmutable(), !used);
        } finally {
            if (used) ended();
        }
    }

    /// A node that does not compress itself leaves Accept-Encoding out of the Vary of a 304; what
    /// is stored varies by it nevertheless.
    private void keepVary(HttpFields.Mutable fields) {
        StoredResponse old = stored;
        boolean varies =
                old != null
                        && visitor().exchange().location().config().compression() != null
                        && old.key().names().contains("accept-encoding");
        if (!varies
                || !fields.contains(HttpHeader.VARY)
                || fields.contains(HttpHeader.VARY, "Accept-Encoding")) return;
        fields.put(
                HttpHeader.VARY,
                String.join(", ", fields.getCSV(HttpHeader.VARY, false)) + ", Accept-Encoding");
    }

    private Verdict<FillHead> judge(Received received, HttpFields fields, boolean outdated) {
        int status = received.status();
        if (status == 304 && stored != null && object != null)
            // What is out of date meanwhile is not validated any more.
            return outdated
                    ? Verdict.passing(new FillHead.Unclear(), 0)
                    : validated(received, stored, object);
        long length = status == 204 ? 0 : fields.getLongField(HttpHeader.CONTENT_LENGTH);
        if (slice != WHOLE && (status == 206 || status == 416))
            return sliced(received, length, outdated);
        if (slice != WHOLE && status == 200) cache().rememberWhole(Cache.key(primary()));
        // No part was asked for: what comes as one is for nobody else.
        if (status == 206 || notToBeStored) {
            CacheFigures.OfPolicy figures = cache().figures(plan());
            if (status == 206) figures.refused(StoreDecision.Refusal.PARTIAL);
            else figures.refusedByPolicy();
            return Verdict.passing(new FillHead.Passed(status, fields), length);
        }
        return switch (decide(received)) {
            case StoreDecision.Store store -> {
                if (outdated) yield Verdict.passing(new FillHead.Shared(store.response()), length);
                if (length > plan().config().maxObjectSize()) {
                    tooLong();
                    yield Verdict.passing(new FillHead.Passed(status, fields), length);
                }
                yield shared(store.response(), length);
            }
            case StoreDecision.Pass pass -> {
                refused(pass.refusal(), status);
                yield Verdict.passing(new FillHead.Passed(status, fields), length);
            }
        };
    }

    private void refused(StoreDecision.Refusal why, int status) {
        cache().figures(plan()).refused(why);
        // A node that fails now says nothing of later.
        if (isOfAll(why) && !Reuse.isError(status))
            cache().rememberUncacheable(Cache.key(primary()));
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
        Key under = under(response);
        ByteBuffer head = ByteBuffer.wrap(StoredHead.write(response));
        return new Verdict<>(
                new FillHead.Shared(response),
                length,
                new Place(label(under, response.tags()), head, plan().config().maxObjectSize()),
                false);
    }

    /// The key under which a response is stored, by which others may ask from now on.
    private Key under(StoredResponse response) {
        Key uri = Cache.key(primary());
        List<String> names = response.key().names();
        if (names.isEmpty()) return uri;
        cache().noteVary(uri, label(uri, List.of()), names);
        Key variant = visitor().key(response.key());
        alsoUnder(variant);
        return variant;
    }

    /// RFC 9111 §3.3, §3.4: the first slice, from which everything about the whole is known.
    private Verdict<FillHead> sliced(Received part, long length, boolean outdated) {
        long bytes = plan().config().slice();
        Received whole = Slices.whole(part, bytes, slice);
        if (whole == null) return notInSlices(length);
        return switch (decide(whole)) {
            case StoreDecision.Store store -> {
                // All of it is here.
                if (slice == 0 && Slices.length(whole) <= bytes)
                    yield outdated
                            ? Verdict.passing(new FillHead.Shared(store.response()), length)
                            : shared(store.response(), length);
                Slices slices = Slices.of(store, bytes);
                yield slices == null ? notInSlices(length) : first(slices, length, outdated);
            }
            case StoreDecision.Pass pass -> {
                refused(pass.refusal(), 200);
                yield Verdict.passing(new FillHead.Whole(), length);
            }
        };
    }

    private Verdict<FillHead> notInSlices(long length) {
        cache().rememberWhole(Cache.key(primary()));
        return Verdict.passing(new FillHead.Whole(), length);
    }

    private Verdict<FillHead> first(Slices slices, long length, boolean outdated) {
        FillHead head = new FillHead.Sliced(slices, slice);
        if (outdated) return Verdict.passing(head, length);
        StoredResponse response = slices.response();
        Key under = under(response);
        cache().write(
                        ticket,
                        label(under, response.tags()),
                        ByteBuffer.wrap(StoredHead.write(response)));
        Key own = cache().keys().hash(visitor(), slices, slice);
        alsoUnder(own);
        return new Verdict<>(head, length, SliceFetch.place(this, own, slices, length), false);
    }

    /// RFC 9111 §4.3.4.
    private Verdict<FillHead> validated(Received received, StoredResponse old, StoredObject of) {
        if (Freshening.select(List.of(old), received).isEmpty())
            return Verdict.passing(new FillHead.Unclear(), 0);
        List<String> tagFields = plan().config().tagHeaders();
        Freshening.Updated updated = plan().freshening().update(old, received, tagFields);
        FillHead head = new FillHead.Validated(updated.response(), of.sequence());
        Fill<FillHead> own = fill();
        if (updated.refusal() != null || own == null) {
            cache().store().remove(of);
            return Verdict.passing(head, 0);
        }
        // Until the new head is in its place, who asks is told of it here.
        cache().freshen(
                        of,
                        ticket,
                        StoredHead.write(updated.response()),
                        updated.response().tags(),
                        own::outdate);
        return new Verdict<>(head, 0, null, true);
    }
}
