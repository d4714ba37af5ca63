package io.breakwater.cache;

import io.breakwater.cache.fill.Fill;
import io.breakwater.cache.fill.Guest;
import io.breakwater.cache.policy.CacheKey;
import io.breakwater.cache.store.Key;
import io.breakwater.cache.store.Scope;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The responses on their way that others may join, by key. Any thread.
final class Fills {
    /// A fill, and the key of its URI.
    private record Open(CacheKey primary, Fill<FillHead> fill) {}

    private final ConcurrentHashMap<Key, Open> open = new ConcurrentHashMap<>();

    /// All that may be stored, with the keys of their URIs: those, too, that nobody may join.
    private final ConcurrentHashMap<Fill<FillHead>, CacheKey> running = new ConcurrentHashMap<>();

    /// Joins the fill of a key, or begins one.
    ///
    /// @param key the key
    /// @param primary the key of its URI
    /// @param guest who wants the response
    /// @param maker makes a fill, which is not begun; must neither block nor look in here
    /// @return the new fill, which has the guest and is to be begun; null when there was one, which
    ///   has told or will tell the guest
    @Nullable Fill<FillHead> enter(
            Key key, CacheKey primary, Guest<FillHead> guest, Supplier<Fill<FillHead>> maker) {
        while (true) {
            Open present = open.get(key);
            if (present == null) {
                AtomicBoolean made = new AtomicBoolean();
                // In one step, or two who ask in the same moment would both send a request.
                present =
                        open.computeIfAbsent(
                                key,
                                absent -> {
                                    made.set(true);
                                    return new Open(primary, alone(primary, guest, maker));
                                });
                if (made.get()) return present.fill;
            }
            if (present.fill.join(guest)) return null;
            open.remove(key, present);
        }
    }

    /// Begins a fill that nobody else joins.
    ///
    /// @param primary the key of its URI
    /// @param guest who wants the response
    /// @param maker makes a fill, which is not begun
    /// @return the fill, which has the guest and is to be begun
    Fill<FillHead> alone(CacheKey primary, Guest<FillHead> guest, Supplier<Fill<FillHead>> maker) {
        Fill<FillHead> own = maker.get();
        // First, as a purge in between would have it turned away.
        own.join(guest);
        running.put(own, primary);
        return own;
    }

    /// Lets a fill be found under a second key, unless that has one.
    void also(Key key, CacheKey primary, Fill<FillHead> fill) {
        open.putIfAbsent(key, new Open(primary, fill));
    }

    /// Takes a fill out, so that who comes now does not get what was asked for earlier.
    @SuppressWarnings("ReferenceEquality") // this very fill
    void remove(Key key, Fill<FillHead> fill) {
        Open present = open.get(key);
        if (present != null && present.fill == fill) open.remove(key, present);
    }

    /// Forgets a fill that nobody finds any more. Not before: what can be joined has to be known to
    /// purges.
    void forget(Fill<FillHead> fill) {
        running.remove(fill);
    }

    /// Takes the fills of a URI out and has nothing of them stored.
    ///
    /// @return whether there were any
    boolean outdate(Key primary) {
        boolean any = false;
        for (Map.Entry<Fill<FillHead>, CacheKey> one : running.entrySet()) {
            if (!Cache.key(one.getValue()).equals(primary)) continue;
            one.getKey().outdate();
            any = true;
        }
        return any;
    }

    /// Takes the fills that a purge may be about out. Hosts and tags of what is on its way are not
    /// all known yet: then all are.
    void outdate(Scope scope) {
        for (Map.Entry<Fill<FillHead>, CacheKey> one : running.entrySet()) {
            String url = Keys.url(one.getValue());
            boolean covered =
                    switch (scope) {
                        case Scope.Url of -> url.equals(of.url());
                        case Scope.Prefix of -> url.startsWith(of.prefix());
                        case Scope.Host of -> true;
                        case Scope.Tag of -> true;
                        case Scope.All all -> true;
                    };
            if (covered) one.getKey().outdate();
        }
    }

    /// Whether something of a key is on its way.
    boolean has(Key key) {
        return open.containsKey(key);
    }

    /// How many there are.
    int count() {
        return open.size();
    }
}
