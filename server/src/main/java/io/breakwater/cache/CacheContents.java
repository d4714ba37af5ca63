package io.breakwater.cache;

import io.breakwater.cache.memory.HotHeads;
import io.breakwater.cache.policy.KeyRules;
import io.breakwater.cache.policy.StoredHead;
import io.breakwater.cache.policy.StoredResponse;
import io.breakwater.cache.store.Purge;
import io.breakwater.cache.store.Scope;
import io.breakwater.cache.store.Scope.Strength;
import io.breakwater.cache.store.StoredEntry;
import io.breakwater.cache.store.StoredPage;
import io.breakwater.http.Hosts;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// What is stored, for people: looked at and purged by names as they write them. Any thread that
/// may block.
public final class CacheContents {
    private final Cache cache;

    CacheContents(Cache cache) {
        this.cache = cache;
    }

    /// What an open cache stores.
    ///
    /// @param entry where and how it is stored
    /// @param response its head
    /// @param ageMillis how old it is
    /// @param ttlMillis time until it is stale, negative afterwards
    public record Entry(
            StoredEntry entry, StoredResponse response, long ageMillis, long ttlMillis) {}

    /// A part of what is stored.
    ///
    /// @param entries what was found
    /// @param next where to go on, null at the end; there may be more even if nothing was found
    public record Page(List<Entry> entries, @Nullable Long next) {
        /// Copies the list.
        public Page {
            entries = List.copyOf(entries);
        }
    }

    /// The heads that are ready in memory.
    ///
    /// @return live
    public HotHeads heads() {
        return cache.heads();
    }

    /// Says under which names the store has what a person means.
    ///
    /// @param written with a URL such as `https://example.com/a?b=c`, a host or a tag as people
    ///   write them
    /// @param rules how the policies in force make keys
    /// @return one or more scopes
    /// @throws IllegalArgumentException when it is no such name; the message says what was expected
    public static List<Scope> named(Scope written, Collection<KeyRules> rules) {
        return switch (written) {
            // As the store has it, with the parts that a policy leaves out.
            case Scope.Url(String url) when isStored(url) -> List.of(written);
            case Scope.Prefix(String prefix) when isStored(prefix) -> List.of(written);
            case Scope.Url(String url) ->
                    WrittenUrl.of(url).names(rules).stream().<Scope>map(Scope.Url::new).toList();
            case Scope.Prefix(String prefix) ->
                    WrittenUrl.prefix(prefix).names(rules).stream()
                            .<Scope>map(Scope.Prefix::new)
                            .toList();
            case Scope.Host(String host) -> {
                Hosts.HostPort parsed = Hosts.of(host.strip());
                if (parsed == null || parsed.port() >= 0 || parsed.host().isEmpty())
                    throw new IllegalArgumentException("a host without a port");
                yield List.of(new Scope.Host(parsed.host()));
            }
            case Scope.Tag(String tag) -> {
                if (tag.isBlank()) throw new IllegalArgumentException("a tag");
                yield List.of(new Scope.Tag(tag.strip()));
            }
            case Scope.All all -> List.of(all);
        };
    }

    private static boolean isStored(String name) {
        return name.startsWith("*://") || name.contains("://*");
    }

    /// Counts what a purge would be about.
    ///
    /// @param scopes from [#named]
    /// @return how many objects
    public long count(List<Scope> scopes) {
        return scopes.stream().mapToLong(cache.store()::count).sum();
    }

    /// Purges.
    ///
    /// @param scopes from [#named]
    /// @param strength how
    /// @param patience how long to wait for it to be carried out; it is in force before
    /// @return how many objects it was about, -1 when that is not known yet
    /// @throws IOException when it is in force but may not be after a restart
    public long purge(List<Scope> scopes, Strength strength, Duration patience) throws IOException {
        List<Purge> purges = new ArrayList<>();
        for (Scope scope : scopes) purges.add(cache.purge(scope, strength));
        long end = System.nanoTime() + patience.toNanos();
        long affected = 0;
        for (Purge purge : purges) {
            try {
                affected +=
                        purge.affected()
                                .toCompletableFuture()
                                .get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                return -1;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            } catch (ExecutionException e) {
                throw new IOException("a purge was not carried out", e);
            }
        }
        return affected;
    }

    /// Looks at what is stored; one call looks at a bounded number of objects.
    ///
    /// @param scopes from [#named]
    /// @param from where to begin: 0, or [Page#next]
    /// @param limit how many at the most, 1 or more
    /// @return a part of it
    /// @throws IOException when a file cannot be read now
    public Page list(List<Scope> scopes, long from, int limit) throws IOException {
        StoredPage page = cache.store().list(scopes, from, limit);
        long now = cache.nowMillis();
        List<Entry> entries = new ArrayList<>();
        for (StoredEntry entry : page.entries()) {
            // How a URI varies is noted, too, but answers nobody.
            if (VaryRecord.is(entry.head())) continue;
            StoredResponse response;
            try {
                response = StoredHead.read(entry.head());
            } catch (IllegalArgumentException e) {
                continue; // of another version: nobody gets it
            }
            entries.add(
                    new Entry(
                            entry,
                            response,
                            response.facts().ageMillis(now),
                            response.facts().ttlMillis(now)));
        }
        return new Page(entries, page.next());
    }
}
