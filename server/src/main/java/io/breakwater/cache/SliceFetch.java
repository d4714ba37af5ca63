package io.breakwater.cache;

import io.breakwater.cache.policy.Received;
import io.breakwater.cache.policy.Slices;
import io.breakwater.cache.policy.StoreDecision;
import io.breakwater.cache.policy.StoredFacts;
import io.breakwater.cache.policy.StoredHead;
import io.breakwater.cache.policy.StoredResponse;
import io.breakwater.cache.store.Key;
import io.breakwater.cache.store.Scope;
import io.breakwater.cache.store.StoredObject;
import io.breakwater.http.FieldList;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;

/// A request for a further slice of a response whose head is known, on the condition that it is
/// still the same one.
final class SliceFetch extends Fetching {
    /// What is stored beside a slice: everything is said by the head of the whole. No head of a
    /// response begins so.
    private static final byte MARK = (byte) 0x82;

    private final Key key;
    private final Slices slices;
    private final long number;

    /// Prepares a request.
    ///
    /// @param visitor whose request it is
    /// @param key of the slice
    /// @param slices what is known of the whole
    /// @param number of the slice
    SliceFetch(Visitor visitor, Key key, Slices slices, long number) {
        super(visitor);
        this.key = key;
        this.slices = slices;
        this.number = number;
    }

    @Override
    void ended() {
        // Nothing is held.
    }

    @Override
    void condition(HttpFields.Mutable fields) {
        FieldList condition = slices.condition();
        for (int i = 0; i < condition.size(); i++)
            fields.add(condition.name(i), condition.value(i));
        fields.add(HttpHeader.RANGE, Slices.asked(slices.bytes(), number).field());
    }

    @Override
    public Verdict<FillHead> judge(Response head) {
        Received received = received(head);
        HttpFields fields = head.getHeaders();
        long length = fields.getLongField(HttpHeader.CONTENT_LENGTH);
        if (slices.isPart(received, number)) {
            Received whole = Slices.whole(received, slices.bytes(), number);
            boolean stores = whole != null && decide(whole) instanceof StoreDecision.Store;
            Place place = stores ? place(this, key, slices, length) : null;
            return new Verdict<>(new FillHead.Slice(), length, place, false);
        }
        // A node that fails now says nothing of the response.
        if (received.status() >= 500)
            return Verdict.passing(
                    new FillHead.Passed(received.status(), fields.asImmutable()), length);
        drop();
        return Verdict.passing(new FillHead.Changed(), length);
    }

    /// How a slice is stored.
    static Place place(Fetching fetch, Key key, Slices slices, long length) {
        List<String> tags = new ArrayList<>(slices.response().tags());
        tags.add(tag(fetch, slices));
        ByteBuffer head = ByteBuffer.allocate(1).put(MARK).flip();
        return new Place(fetch.label(key, tags), head, length);
    }

    /// By what the slices of one response are dropped together. No tag of an origin has a blank.
    private static String tag(Fetching fetch, Slices slices) {
        return "slices of " + fetch.primary().text() + " " + slices.identity();
    }

    /// The response is another one by now: nobody uses the old slices any more.
    private void drop() {
        cache().store().purgeSoon(new Scope.Tag(tag(this, slices)));
        Key of = visitor().key(slices.response().key());
        try (StoredObject found = cache().open(of)) {
            if (found != null && found.isReady() && isOfThese(found.head()))
                cache().store().remove(found);
        }
    }

    private boolean isOfThese(ByteBuffer head) {
        if (VaryRecord.is(head)) return false;
        StoredResponse response;
        try {
            response = StoredHead.read(head);
        } catch (IllegalArgumentException e) {
            return false; // of another version
        }
        return response.facts().has(StoredFacts.SLICED)
                && Slices.of(response, slices.bytes()).identity().equals(slices.identity());
    }
}
