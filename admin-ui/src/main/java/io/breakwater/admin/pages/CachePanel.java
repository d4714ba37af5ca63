package io.breakwater.admin.pages;

import io.breakwater.control.CacheTraffic;
import io.breakwater.control.CacheView;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The figures of the cache, for people.
///
/// @param open whether files are open
/// @param ratio the hit ratio
/// @param asked requests that it is of
/// @param saved body bytes saved
/// @param sent body bytes of all answers
/// @param fetched body bytes fetched
/// @param objects how many are stored
/// @param fill how full the files are
/// @param evictions objects that made room
/// @param fetching fetches on their way
/// @param purges purges not carried out everywhere yet
/// @param memory what the index takes
/// @param heads the heads that are ready in memory
/// @param collapsed requests that shared a fetch
/// @param results requests by result
/// @param fetches what became of fetches
/// @param refusals responses that were not stored
/// @param policies by policy
/// @param files the block files
record CachePanel(
        boolean open,
        String ratio,
        String asked,
        String saved,
        String sent,
        String fetched,
        String objects,
        String fill,
        String evictions,
        String fetching,
        int purges,
        String memory,
        Heads heads,
        String collapsed,
        List<Row> results,
        List<Row> fetches,
        List<Row> refusals,
        List<Policy> policies,
        List<File> files) {
    static CachePanel of(CacheView view) {
        CacheTraffic all = view.traffic();
        return new CachePanel(
                view.open(),
                all.asked() == 0 ? "–" : percent(all.hitRatio()),
                Wording.count(all.asked()),
                Wording.bytes(all.bytesSaved()),
                Wording.bytes(all.bytesSent()),
                Wording.bytes(all.bytesFetched()),
                Wording.count(view.objects()),
                view.bytes() == 0 ? "–" : percent(view.usedBytes() / (double) view.bytes()),
                Wording.count(view.evictions()),
                Wording.count(all.fillsOpen()),
                view.pendingPurges(),
                Wording.bytes(view.memoryBytes()),
                Heads.of(view.heads()),
                Wording.count(all.result("collapsed")),
                results(all),
                named(CacheWords.FETCHES, all.fills()),
                named(CacheWords.REFUSALS, all.refusals()),
                new TreeMap<>(view.policies())
                        .entrySet().stream()
                                .map(one -> Policy.of(one.getKey(), one.getValue()))
                                .toList(),
                view.files().stream().map(File::of).toList());
    }

    static String percent(double part) {
        double percent = part * 100;
        String form =
                percent > 0 && percent < 10 || percent > 99 && percent < 100
                        ? "%.1f %%"
                        : "%.0f %%";
        return String.format(Locale.ROOT, form, percent);
    }

    private static List<Row> results(CacheTraffic all) {
        List<Row> rows = new ArrayList<>();
        for (CacheWords.Word word : CacheWords.RESULTS) {
            long count = all.result(word.key());
            String share = all.requests() == 0 ? "–" : percent(count / (double) all.requests());
            String reasons = reasons(all.reasons().getOrDefault(word.key(), Map.of()));
            rows.add(Row.of(word, count, share, reasons));
        }
        return rows;
    }

    /// Only where there is something to tell apart.
    private static String reasons(Map<String, Long> reasons) {
        List<String> words = new ArrayList<>();
        mostFirst(reasons)
                .forEach(one ->
                        words.add(
                                Wording.count(one.getValue())
                                        + " "
                                        + CacheWords.reason(one.getKey())));
        return reasons.containsKey("fresh") ? "" : String.join("; ", words);
    }

    /// What came at all; what has no words is shown by its key.
    private static List<Row> named(List<CacheWords.Word> words, Map<String, Long> counts) {
        Map<String, CacheWords.Word> known =
                words.stream().collect(Collectors.toMap(CacheWords.Word::key, word -> word));
        List<Row> rows = new ArrayList<>();
        for (Map.Entry<String, Long> one : mostFirst(counts)) {
            if (one.getValue() == 0) continue;
            String key = one.getKey();
            CacheWords.Word word = known.get(key);
            if (word == null) word = new CacheWords.Word(key, key.replace('-', ' '), "");
            rows.add(Row.of(word, one.getValue(), "", ""));
        }
        return rows;
    }

    private static List<Map.Entry<String, Long>> mostFirst(Map<String, Long> counts) {
        return counts.entrySet().stream()
                .sorted(
                        Map.Entry.<String, Long>comparingByValue()
                                .reversed()
                                .thenComparing(Map.Entry.comparingByKey()))
                .toList();
    }

    /// A count.
    ///
    /// @param title of what
    /// @param meaning what that means
    /// @param count how many
    /// @param share the part of all
    /// @param reasons counts by reason
    record Row(String title, String meaning, String count, String share, String reasons) {
        static Row of(CacheWords.Word word, long count, String share, String reasons) {
            return new Row(word.title(), word.meaning(), Wording.count(count), share, reasons);
        }
    }

    /// Heads that are ready in memory.
    ///
    /// @param count how many
    /// @param used bytes in use of all
    /// @param width of the bar, of 100
    record Heads(String count, String used, String width) {
        static Heads of(CacheView.Heads heads) {
            return new Heads(
                    Wording.count(heads.count()),
                    Wording.bytes(heads.bytes()) + " of " + Wording.bytes(heads.mostBytes()),
                    part(heads.bytes(), heads.mostBytes()));
        }
    }

    private static String part(long part, long whole) {
        return String.format(Locale.ROOT, "%.2f", whole == 0 ? 0 : 100.0 * part / whole);
    }

    /// What the cache did for one policy.
    ///
    /// @param name the policy
    /// @param requests all requests
    /// @param ratio the hit ratio
    /// @param hits answered from the store
    /// @param misses nothing was stored
    /// @param bypassed not asked
    /// @param saved body bytes saved
    record Policy(
            String name,
            String requests,
            String ratio,
            String hits,
            String misses,
            String bypassed,
            String saved) {
        static Policy of(String name, CacheTraffic traffic) {
            return new Policy(
                    name,
                    Wording.count(traffic.requests()),
                    traffic.asked() > 0 ? percent(traffic.hitRatio()) : "–",
                    Wording.count(traffic.result("hit")),
                    Wording.count(traffic.result("miss")),
                    Wording.count(traffic.result("bypass")),
                    Wording.bytes(traffic.bytesSaved()));
        }
    }

    /// A block file.
    ///
    /// @param path where it is
    /// @param style class name of its state
    /// @param state its state in words
    /// @param trouble what is wrong, empty for nothing
    /// @param width of the bar, of 100
    /// @param used bytes in use of all
    /// @param objects how many it has
    /// @param evictions objects that made room
    /// @param traffic bytes read and written
    /// @param waiting what waits for the disk
    /// @param errors what went wrong with the disk
    record File(
            String path,
            String style,
            String state,
            String trouble,
            String width,
            String used,
            String objects,
            String evictions,
            String traffic,
            String waiting,
            long errors) {
        static File of(CacheView.File file) {
            String suspended = file.suspended();
            boolean well = file.open() && suspended == null;
            long errors = file.readErrors() + file.writeErrors() + file.checksumFailures();
            return new File(
                    file.path(),
                    well ? "good" : "bad",
                    well ? "in use" : file.open() ? "suspended" : "not open",
                    suspended == null ? "" : suspended,
                    part(file.usedBytes(), file.bytes()),
                    Wording.bytes(file.usedBytes()) + " of " + Wording.bytes(file.bytes()),
                    Wording.count(file.objects()),
                    Wording.count(file.evictions()),
                    Wording.bytes(file.bytesWritten()) + " / " + Wording.bytes(file.bytesRead()),
                    Wording.bytes(file.queuedBytes()),
                    errors);
        }
    }
}
