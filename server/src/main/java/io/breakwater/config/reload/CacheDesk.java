package io.breakwater.config.reload;

import io.breakwater.cache.CacheContents;
import io.breakwater.cache.CachePhase;
import io.breakwater.cache.TopKeys;
import io.breakwater.cache.policy.KeyRules;
import io.breakwater.cache.policy.VariantKey;
import io.breakwater.cache.store.Scope;
import io.breakwater.cache.store.Scope.Strength;
import io.breakwater.cache.store.StoreFigures;
import io.breakwater.config.CacheSettings;
import io.breakwater.control.CacheEntries;
import io.breakwater.control.CachePurge;
import io.breakwater.control.CacheTop;
import io.breakwater.control.CacheUnavailableException;
import io.breakwater.control.CacheView;
import io.breakwater.http.FieldList;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/// Looks at the cache and purges it, for the console.
final class CacheDesk {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /// Among so many objects a purge is carried out in less than a moment.
    private static final long FEW_OBJECTS = 100_000;

    private static final Duration MOMENT = Duration.ofSeconds(2);
    private static final Duration AT_ONCE = Duration.ZERO;

    /// Request fields whose values are nobody's business.
    private static final Set<String> SECRET = Set.of("authorization", "cookie");

    private final CachePhase cache;
    private final CacheSettings settings;
    private final Supplier<List<KeyRules>> rules;

    /// @param rules how the policies in force make keys
    CacheDesk(CachePhase cache, CacheSettings settings, Supplier<List<KeyRules>> rules) {
        this.cache = cache;
        this.settings = settings;
        this.rules = rules;
    }

    CacheView view() {
        return CacheViews.of(cache.figures().policies(), cache.contents(), cache.storeFigures());
    }

    CachePurge.Done purge(CachePurge wanted) {
        List<Scope> scopes = named(wanted.scope(), wanted.name());
        // What earlier processes have stored can be purged, too, though no location caches now.
        cache.open();
        CacheContents contents = contents();
        if (wanted.dryRun())
            return new CachePurge.Done(contents.count(scopes), wanted.soft(), true);
        try {
            Strength strength = wanted.soft() ? Strength.SOFT : Strength.HARD;
            long affected = contents.purge(scopes, strength, patience(wanted));
            return new CachePurge.Done(affected, wanted.soft(), false);
        } catch (IOException e) {
            throw new CacheUnavailableException(
                    "the purge is in force, but may not be after a restart: " + e.getMessage());
        }
    }

    private Duration patience(CachePurge wanted) {
        if (wanted.waits()) return PATIENCE;
        StoreFigures figures = cache.storeFigures();
        return figures == null || figures.objects() < FEW_OBJECTS ? MOMENT : AT_ONCE;
    }

    CacheEntries entries(CachePurge.Scope scope, String name, long from, int limit) {
        List<Scope> scopes = named(scope, name);
        try {
            CacheContents.Page page = contents().list(scopes, from, limit);
            Long next = page.next();
            return new CacheEntries(
                    page.entries().stream().map(CacheDesk::item).toList(),
                    next == null ? null : next.toString());
        } catch (IOException e) {
            throw new CacheUnavailableException(String.valueOf(e.getMessage()));
        }
    }

    CacheTop top(int limit) {
        TopKeys.Lately lately = cache.top().lately(limit);
        return new CacheTop(
                lately.spanSeconds(),
                lately.urls().stream()
                        .map(one ->
                                new CacheTop.Url(
                                        one.url(), one.requests(), one.hits(), one.bytes()))
                        .toList());
    }

    private List<Scope> named(CachePurge.Scope scope, String name) {
        Scope written =
                switch (scope) {
                    case URL -> new Scope.Url(name);
                    case PREFIX -> new Scope.Prefix(name);
                    case TAG -> new Scope.Tag(name);
                    case HOST -> new Scope.Host(name);
                    case ALL -> new Scope.All();
                };
        return CacheContents.named(written, rules.get());
    }

    private CacheContents contents() {
        CacheContents contents = cache.contents();
        if (contents != null) return contents;
        throw new CacheUnavailableException(
                settings.files().isEmpty()
                        ? "no block file is configured (cache.files)"
                        : "no block file is open: no location caches, or the log says what failed");
    }

    private static CacheEntries.Item item(CacheContents.Entry found) {
        return new CacheEntries.Item(
                found.entry().url(),
                found.response().facts().status(),
                found.ageMillis() / 1000,
                Math.floorDiv(found.ttlMillis(), 1000L),
                Math.max(0, found.ageMillis() + found.ttlMillis()) / 1000,
                found.entry().bodyBytes(),
                found.entry().spaceBytes(),
                found.entry().file().toString(),
                found.entry().mustValidate(),
                found.response().facts().responseMillis(),
                found.response().tags(),
                variant(found.response().key()),
                headers(found.response().fields()));
    }

    private static List<String> variant(VariantKey key) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < key.names().size(); i++) {
            String name = key.names().get(i);
            String value = key.values().get(i);
            String shown = value == null ? "(absent)" : SECRET.contains(name) ? "…" : value;
            lines.add(name + ": " + shown);
        }
        return lines;
    }

    private static List<String> headers(FieldList fields) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) lines.add(fields.name(i) + ": " + fields.value(i));
        return lines;
    }
}
