package io.breakwater.cache;

import io.breakwater.cache.policy.Reuse;
import io.breakwater.cache.policy.ReuseDecision;
import io.breakwater.cache.policy.StoredFacts;
import io.breakwater.cache.policy.StoredHead;
import io.breakwater.cache.policy.StoredResponse;
import io.breakwater.cache.policy.VariantKey;
import io.breakwater.cache.store.DiskCallback;
import io.breakwater.cache.store.Key;
import io.breakwater.cache.store.StoreFailure;
import io.breakwater.cache.store.StoredObject;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Looks for the stored response that is for a request, and holds it. One step after the other.
final class Lookup {
    /// Who is told again and again to look once more goes its own way.
    private static final int MOST = 3;

    /// So does who waits longer for a disk.
    private static final long LONGEST_LOAD_NANOS = 1_000_000_000L;

    private final Visitor visitor;
    private final Wait wait;
    private final Outcome outcome;
    private Key key;
    private int count;
    private @Nullable StoredObject object;
    private @Nullable StoredResponse response;
    private Reuse.Mark mark = Reuse.Mark.NONE;

    /// Told when it is known what is there.
    interface Outcome {
        /// There is one, which is held.
        void found();

        /// There is none.
        void missing(ReuseDecision.Miss why);
    }

    Lookup(Visitor visitor, Wait wait, Outcome outcome) {
        this.visitor = visitor;
        this.wait = wait;
        this.outcome = outcome;
        this.key = visitor.uri();
    }

    // ---- what was found

    /// The key under which it was found, or would be stored.
    Key key() {
        return key;
    }

    /// The head of what is held.
    @Nullable StoredResponse response() {
        return response;
    }

    @Nullable StoredObject object() {
        return object;
    }

    Reuse.Mark mark() {
        return mark;
    }

    /// Hands over what is held.
    ///
    /// @return to be closed
    StoredObject take() {
        StoredObject held = object;
        if (held == null) throw new IllegalStateException("nothing was found");
        object = null;
        response = null;
        return held;
    }

    /// Lets go of what is held.
    void letGo() {
        StoredObject held = object;
        object = null;
        response = null;
        if (held != null) held.close();
    }

    // ---- looking

    /// Looks under the URI's key.
    void begin() {
        count++;
        open(visitor.uri(), this::found, () -> outcome.missing(ReuseDecision.Miss.KEY));
    }

    /// Begins with what was found under the URI's key.
    ///
    /// @param opened ready; taken over
    void begin(StoredObject opened) {
        count++;
        found(opened);
    }

    /// Whether it may be looked once more.
    boolean mayAgain() {
        return count < MOST;
    }

    /// Looks once more.
    ///
    /// @param names by what the URI varies, as far as is known by now
    void again(List<String> names) {
        letGo();
        if (names.isEmpty()) {
            begin();
        } else {
            count++;
            variant(List.of(names), 0);
        }
    }

    /// Counts a further round that needs no look.
    void count() {
        count++;
    }

    /// What is done with an object that is ready.
    private interface Found {
        void found(StoredObject object);
    }

    private void open(Key wanted, Found found, Runnable missing) {
        StoredObject opened = visitor.cache().open(wanted);
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
    void load(StoredObject of, Consumer<DiskCallback> what, Runnable done, Runnable missing) {
        wait.begin(LONGEST_LOAD_NANOS);
        what.accept(
                new DiskCallback() {
                    @Override
                    public void done() {
                        if (wait.claim()) wait.goOn(done);
                        else of.close();
                    }

                    @Override
                    public void failed(StoreFailure reason) {
                        of.close();
                        if (wait.claim()) wait.goOn(missing);
                    }
                });
    }

    private void found(StoredObject opened) {
        if (VaryRecord.is(opened.head())) {
            List<List<String>> lists = VaryRecord.read(opened.head());
            opened.close();
            variant(lists, 0);
        } else if (keep(opened)) {
            outcome.found();
        } else {
            outcome.missing(ReuseDecision.Miss.KEY);
        }
    }

    /// Looks at the variants one after the other, and keeps the newest.
    private void variant(List<List<String>> lists, int index) {
        if (index == lists.size()) {
            if (object == null) {
                key = key(lists.getFirst());
                outcome.missing(ReuseDecision.Miss.VARIANT);
            } else {
                outcome.found();
            }
            return;
        }
        Key of = key(lists.get(index));
        Runnable next = () -> variant(lists, index + 1);
        open(
                of,
                opened -> {
                    if (keep(opened)) key = of;
                    next.run();
                },
                next);
    }

    private Key key(List<String> names) {
        return visitor.key(VariantKey.of(names, visitor.fields()));
    }

    /// Keeps an object if it is better than the one before.
    private boolean keep(StoredObject opened) {
        StoredResponse read;
        try {
            read = StoredHead.read(opened.head());
        } catch (IllegalArgumentException e) {
            visitor.cache().store().remove(opened); // of another version
            opened.close();
            return false;
        }
        StoredResponse before = response;
        boolean worse = before != null && before.facts().dateMillis() >= read.facts().dateMillis();
        boolean unreadable = read.facts().has(StoredFacts.SLICED) && visitor.policy().slice() == 0;
        if (worse || unreadable) {
            opened.close();
            return false;
        }
        letGo();
        object = opened;
        response = read;
        mark = opened.mustValidate() ? Reuse.Mark.PURGED : Reuse.Mark.NONE;
        return true;
    }
}
