package io.breakwater.cache.store;

import io.breakwater.cache.store.Facts.Answer;
import io.breakwater.cache.store.Scope.Strength;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The purges that are not yet carried out in every slot. Each takes effect with its entry here: an
/// object that is older is gone or to be validated, wherever it is asked for.
///
/// Changed under the lock of the index, asked by any thread.
final class Purges {
    private static final Mark NO_MARK = new Mark();

    private final Map<Integer, Mark> urls = new ConcurrentHashMap<>();
    private final Map<Integer, Mark> hosts = new ConcurrentHashMap<>();
    private final Map<Integer, Mark> tags = new ConcurrentHashMap<>();
    private final List<PrefixMark> prefixes = new CopyOnWriteArrayList<>();
    private final Mark all = new Mark();
    private final List<Entry> entries = new ArrayList<>();
    private volatile long newest;

    /// A purge.
    ///
    /// @param affected completed with how many objects it was about when it is carried out
    record Entry(long sequence, Scope scope, Strength strength, CompletableFuture<Long> affected) {
        Entry(long sequence, Scope scope, Strength strength) {
            this(sequence, scope, strength, new CompletableFuture<>());
        }
    }

    /// What purges say of an object, from the best to the worst.
    enum Verdict {
        FRESH,
        /// To be validated before the next use.
        SOFT,
        /// Not to be decided without its head.
        ASK_HEAD,
        GONE
    }

    /// The newest purges with one scope; 0: none.
    static final class Mark {
        private volatile long soft;
        private volatile long hard;

        /// How many objects a sweep found; written by the sweep alone.
        private final AtomicLong matched = new AtomicLong();

        private void add(long sequence, Strength strength) {
            if (strength == Strength.HARD) hard = sequence;
            else soft = sequence;
        }

        private long newest() {
            return Math.max(soft, hard);
        }
    }

    private record PrefixMark(byte[] prefix, Mark mark) {}

    /// The sequence of the newest purge; what is not older needs no further question.
    long newest() {
        return newest;
    }

    int count() {
        return entries.size();
    }

    /// Those in force, oldest first; a copy.
    List<Entry> entries() {
        return List.copyOf(entries);
    }

    /// Adds a purge that is newer than all others.
    void add(Entry entry) {
        entries.add(entry);
        mark(entry.scope, true).add(entry.sequence, entry.strength);
        // Last: who sees it must find the mark.
        newest = entry.sequence;
    }

    /// Forgets purges that are carried out.
    void retire(long upTo) {
        entries.removeIf(entry -> entry.sequence <= upTo);
        urls.values().removeIf(mark -> mark.newest() <= upTo);
        hosts.values().removeIf(mark -> mark.newest() <= upTo);
        tags.values().removeIf(mark -> mark.newest() <= upTo);
        prefixes.removeIf(prefix -> prefix.mark.newest() <= upTo);
        // `all` costs nothing, and what it says stays true.
    }

    /// Begins to count anew; the sweep's own.
    void resetMatched() {
        for (Map<Integer, Mark> marks : List.of(urls, hosts, tags))
            marks.values().forEach(mark -> mark.matched.set(0));
        prefixes.forEach(prefix -> prefix.mark.matched.set(0));
        all.matched.set(0);
    }

    /// How many objects were counted for a scope since. Any thread.
    long matched(Scope scope) {
        return mark(scope, false).matched.get();
    }

    /// What is to become of an object.
    Verdict judge(Facts facts) {
        return judge(facts, false);
    }

    /// The same, and counts the object for each purge that it is in the scope of; the sweep's own.
    Verdict judgeAndCount(Facts facts) {
        return judge(facts, true);
    }

    /// Whether the verdict on an object may be that its head must be asked.
    boolean mayAskHead(Facts facts) {
        return !prefixes.isEmpty() || facts.tags() == Slots.MANY_TAGS && !tags.isEmpty();
    }

    private Verdict judge(Facts facts, boolean count) {
        Verdict verdict = facts.isSoft() ? Verdict.SOFT : Verdict.FRESH;
        long sequence = facts.sequence();
        if (newest <= sequence) return verdict;
        verdict = worse(verdict, verdict(all, sequence, Answer.YES, count));
        if (!urls.isEmpty())
            verdict = worse(verdict, verdict(urls.get(facts.url()), sequence, Answer.YES, count));
        if (!hosts.isEmpty())
            verdict = worse(verdict, verdict(hosts.get(facts.host()), sequence, Answer.YES, count));
        if (!tags.isEmpty()) verdict = worse(verdict, byTags(facts, sequence, count));
        for (PrefixMark prefix : prefixes) {
            if (prefix.mark.newest() > sequence)
                verdict =
                        worse(
                                verdict,
                                verdict(
                                        prefix.mark,
                                        sequence,
                                        facts.urlStartsWith(prefix.prefix),
                                        count));
        }
        return verdict;
    }

    private Verdict byTags(Facts facts, long sequence, boolean count) {
        Verdict verdict = Verdict.FRESH;
        int known = facts.tags();
        if (known < Slots.MANY_TAGS) {
            for (int i = 0; i < known; i++)
                verdict =
                        worse(
                                verdict,
                                verdict(tags.get(facts.tag(i)), sequence, Answer.YES, count));
            return verdict;
        }
        for (Map.Entry<Integer, Mark> tag : tags.entrySet()) {
            if (tag.getValue().newest() > sequence)
                verdict =
                        worse(
                                verdict,
                                verdict(
                                        tag.getValue(),
                                        sequence,
                                        facts.hasTag(tag.getKey()),
                                        count));
        }
        return verdict;
    }

    private static Verdict verdict(
            @Nullable Mark mark, long sequence, Answer matches, boolean count) {
        if (mark == null || matches == Answer.NO || mark.newest() <= sequence) return Verdict.FRESH;
        if (matches == Answer.UNKNOWN) return Verdict.ASK_HEAD;
        if (count) mark.matched.getAndIncrement();
        return mark.hard > sequence ? Verdict.GONE : Verdict.SOFT;
    }

    private static Verdict worse(Verdict one, Verdict other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private Mark mark(Scope scope, boolean make) {
        return switch (scope) {
            case Scope.Url(String url) -> named(urls, url, make);
            case Scope.Host(String host) -> named(hosts, host, make);
            case Scope.Tag(String tag) -> named(tags, tag, make);
            case Scope.Prefix(String prefix) ->
                    prefix(prefix.getBytes(StandardCharsets.UTF_8), make);
            case Scope.All() -> all;
        };
    }

    private static Mark named(Map<Integer, Mark> marks, String name, boolean make) {
        int hash = Hashes.name(name);
        return make
                ? marks.computeIfAbsent(hash, ignored -> new Mark())
                : marks.getOrDefault(hash, NO_MARK);
    }

    private Mark prefix(byte[] bytes, boolean make) {
        for (PrefixMark known : prefixes) {
            if (Arrays.equals(known.prefix, bytes)) return known.mark;
        }
        if (!make) return NO_MARK;
        Mark mark = new Mark();
        prefixes.add(new PrefixMark(bytes, mark));
        return mark;
    }
}
