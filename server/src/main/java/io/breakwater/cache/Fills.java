package io.breakwater.cache;

import io.breakwater.cache.fill.Fill;
import io.breakwater.cache.fill.Guest;
import io.breakwater.cache.policy.CacheKey;
import io.breakwater.cache.store.Key;
import io.breakwater.cache.store.Scope;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The responses on their way that others may join, by key. Any thread.
final class Fills {
    /// A fill, and the key of its URI.
    private record Open(CacheKey primary, Fill<FillHead> fill) {}

    private final ConcurrentHashMap<Key, Open> open = new ConcurrentHashMap<>();

    /// Joins the fill of a key, or begins one.
    ///
    /// @param key the key
    /// @param primary the key of its URI
    /// @param guest who wants the response
    /// @param maker makes a fill, which is not begun
    /// @return the new fill, which has the guest and is to be begun; null when there was one, which
    ///   has told or will tell the guest
    @Nullable Fill<FillHead> enter(
            Key key, CacheKey primary, Guest<FillHead> guest, Supplier<Fill<FillHead>> maker) {
        Fill<FillHead> own = null;
        while (true) {
            Open present = open.get(key);
            if (present == null) {
                if (own == null) {
                    own = maker.get();
                    own.join(guest);
                }
                if (open.putIfAbsent(key, new Open(primary, own)) == null) return own;
            } else if (own == null && present.fill.join(guest)) {
                return null;
            } else if (own != null) {
                // Another one was faster by a hair; both are sent.
                return own;
            } else {
                open.remove(key, present);
            }
        }
    }

    /// Takes a fill out, so that who comes now does not get what was asked for earlier.
    @SuppressWarnings("ReferenceEquality") // this very fill
    void remove(Key key, Fill<FillHead> fill) {
        Open present = open.get(key);
        if (present != null && present.fill == fill) open.remove(key, present);
    }

    /// Takes the fills of a URI out and has nothing of them stored.
    void outdate(Key primary) {
        for (Open one : open.values())
            if (Cache.key(one.primary).equals(primary)) one.fill.outdate();
    }

    /// Takes the fills that a purge may be about out. Hosts and tags of what is on its way are not
    /// all known yet: then all are.
    void outdate(Scope scope) {
        for (Open one : open.values()) {
            String url = Keys.url(one.primary);
            boolean covered =
                    switch (scope) {
                        case Scope.Url of -> url.equals(of.url());
                        case Scope.Prefix of -> url.startsWith(of.prefix());
                        case Scope.Host of -> true;
                        case Scope.Tag of -> true;
                        case Scope.All all -> true;
                    };
            if (covered) one.fill.outdate();
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
