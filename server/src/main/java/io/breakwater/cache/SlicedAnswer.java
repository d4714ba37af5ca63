package io.breakwater.cache;

import io.breakwater.cache.body.Body;
import io.breakwater.cache.fill.Fill;
import io.breakwater.cache.policy.Slices;
import io.breakwater.exchange.ErrorKind;
import org.jspecify.annotations.Nullable;

/// An answer from slices. It begins when the first bytes are there: until then it may turn out that
/// the response is another one by now, and the request begins anew.
final class SlicedAnswer {
    private final Visitor visitor;
    private final Slices slices;
    private final Wait wait;
    private final Then then;
    private final SlicedBody body;

    /// What comes of it.
    interface Then {
        /// The answer can be sent.
        ///
        /// @param body to be closed
        /// @param first where its first slice comes from
        void answer(Slices slices, SlicedBody body, SliceReader.Origin first);

        /// The response is another one by now.
        void changed();

        /// The first slice cannot be had.
        void failed(ErrorKind kind);
    }

    SlicedAnswer(Visitor visitor, Slices slices, Wait wait, Then then) {
        this.visitor = visitor;
        this.slices = slices;
        this.wait = wait;
        this.then = then;
        this.body = new SlicedBody(visitor, slices);
    }

    /// Begins.
    ///
    /// @param from a fill that has just told the head of a slice, null for none
    /// @param number of that slice
    void begin(@Nullable Fill<FillHead> from, long number) {
        long first =
                Answer.firstByte(
                        visitor.exchange(),
                        visitor.facts(),
                        slices.response(),
                        slices.total(),
                        visitor.cache().nowMillis());
        if (first < 0) {
            then.answer(slices, body, SliceReader.Origin.STORE);
            return;
        }
        Body there = from != null && slices.number(first) == number ? from.read() : null;
        if (there != null) body.take(SliceReader.of(visitor, slices, number, there));
        SliceReader reader = body.open(first);
        // What has a head is worth beginning with.
        if (there != null || body.isThere(first)) {
            then.answer(slices, body, reader.origin());
            return;
        }
        wait.begin(visitor.policy().lockTimeout().toNanos());
        if (reader.origin() == SliceReader.Origin.FETCHED) wait.withoutDeadline();
        body.await(
                first,
                () -> {
                    if (wait.claim()) wait.goOn(() -> arrived(reader));
                });
    }

    private void arrived(SliceReader reader) {
        ErrorKind failure = reader.failure();
        if (failure == null) {
            then.answer(slices, body, reader.origin());
            return;
        }
        body.close();
        if (reader.isChanged()) then.changed();
        else then.failed(failure);
    }

    /// Nobody waits any more.
    void letGo() {
        body.close();
    }
}
