package io.breakwater.cache;

import io.breakwater.cache.fill.FillFigures;
import io.breakwater.cache.policy.ReuseDecision;
import io.breakwater.cache.policy.StoreDecision.Refusal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// What is counted of the cache since the start, by policy. Any thread.
public final class CacheFigures {
    private final Map<String, OfPolicy> policies = new ConcurrentHashMap<>();

    /// Figures that are all zero.
    public CacheFigures() {}

    OfPolicy of(CachePlan plan) {
        OfPolicy present = policies.get(plan.name());
        return present != null
                ? present
                : policies.computeIfAbsent(plan.name(), _ -> new OfPolicy());
    }

    /// The figures of each policy that was asked, by name.
    ///
    /// @return a sorted copy of the map; its values go on counting
    public Map<String, OfPolicy> policies() {
        return new TreeMap<>(policies);
    }

    /// Counts of one policy.
    public static final class OfPolicy {
        private static final List<ReuseDecision> REASONS = reasons();

        private final Map<CacheWord, Map<ReuseDecision, LongAdder>> requests =
                new EnumMap<>(CacheWord.class);
        private final Map<CacheWord, LongAdder> bytes = new EnumMap<>(CacheWord.class);
        private final Map<Refusal, LongAdder> refusals = new EnumMap<>(Refusal.class);
        private final LongAdder refusedByPolicy = new LongAdder();
        private final FillFigures fills = new FillFigures();

        private OfPolicy() {
            for (CacheWord word : CacheWord.values()) {
                Map<ReuseDecision, LongAdder> counts = new HashMap<>();
                for (ReuseDecision reason : REASONS) counts.put(reason, new LongAdder());
                requests.put(word, Map.copyOf(counts));
                bytes.put(word, new LongAdder());
            }
            for (Refusal refusal : Refusal.values()) refusals.put(refusal, new LongAdder());
        }

        private static List<ReuseDecision> reasons() {
            List<ReuseDecision> all = new ArrayList<>();
            all.addAll(List.of(ReuseDecision.Hit.values()));
            all.addAll(List.of(ReuseDecision.Stale.values()));
            all.addAll(List.of(ReuseDecision.Revalidate.values()));
            all.addAll(List.of(ReuseDecision.Miss.values()));
            all.addAll(List.of(ReuseDecision.Bypass.values()));
            all.addAll(List.of(ReuseDecision.Unavailable.values()));
            return List.copyOf(all);
        }

        private static <K> LongAdder of(Map<K, LongAdder> counts, K key) {
            LongAdder found = counts.get(key);
            if (found == null) throw new IllegalArgumentException("nothing counts " + key);
            return found;
        }

        private Map<ReuseDecision, LongAdder> byReason(CacheWord word) {
            Map<ReuseDecision, LongAdder> found = requests.get(word);
            return found == null ? Map.of() : found;
        }

        /// Counts a request that has ended.
        ///
        /// @param word what was done
        /// @param why the reason for that
        /// @param sent bytes of its answer's body
        void count(CacheWord word, ReuseDecision why, long sent) {
            of(byReason(word), why).increment();
            of(bytes, word).add(sent);
        }

        /// Counts a response that is not stored.
        void refused(Refusal why) {
            of(refusals, why).increment();
        }

        /// Counts a response that a condition of the policy keeps out.
        void refusedByPolicy() {
            refusedByPolicy.increment();
        }

        /// How many requests were treated so.
        ///
        /// @param word what was done
        /// @return 0 or more
        public long requests(CacheWord word) {
            long sum = 0;
            for (LongAdder each : byReason(word).values()) sum += each.sum();
            return sum;
        }

        /// Body bytes of the answers to them.
        ///
        /// @param word what was done
        /// @return bytes
        public long bytes(CacheWord word) {
            return of(bytes, word).sum();
        }

        /// The requests that were treated so by reason.
        ///
        /// @param word what was done
        /// @return reasons in lower case with dashes; those that never came are left out
        public Map<String, Long> reasons(CacheWord word) {
            Map<String, Long> reasons = new TreeMap<>();
            byReason(word)
                    .forEach((why, count) -> {
                        if (count.sum() > 0)
                            reasons.merge(dashed((Enum<?>) why), count.sum(), Long::sum);
                    });
            return reasons;
        }

        /// The responses that were not stored by reason.
        ///
        /// @return reasons in lower case with dashes; those that never came are left out
        public Map<String, Long> refusals() {
            Map<String, Long> reasons = new TreeMap<>();
            refusals.forEach((why, count) -> {
                if (count.sum() > 0) reasons.put(dashed(why), count.sum());
            });
            if (refusedByPolicy.sum() > 0) reasons.put("condition", refusedByPolicy.sum());
            return reasons;
        }

        /// What became of fetches.
        ///
        /// @return live
        public FillFigures fills() {
            return fills;
        }

        private static String dashed(Enum<?> constant) {
            return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
