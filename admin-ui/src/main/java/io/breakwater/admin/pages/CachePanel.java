package io.breakwater.admin.pages;

import io.breakwater.control.CacheTraffic;
import io.breakwater.control.CacheView;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

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
        List<Row> results,
        List<Row> fetches,
        List<Row> refusals,
        List<Policy> policies,
        List<File> files) {
    private static final List<Word> RESULTS =
            List.of(
                    new Word("hit", "Hit", "Answered from the store"),
                    new Word("stale", "Stale", "Answered from the store although it was stale"),
                    new Word("revalidated", "Revalidated", "The upstream said: still good"),
                    new Word("collapsed", "Collapsed", "Shared the fetch of another request"),
                    new Word("expired", "Expired", "Was stale, and the upstream had something new"),
                    new Word("miss", "Miss", "Nothing that could answer was stored"),
                    new Word("bypass", "Bypass", "Went to the upstream without a look"));

    private static final List<Word> FETCHES =
            List.of(
                    new Word("stored", "Stored", "The response is in the store"),
                    new Word("validated", "Validated", "What is stored is still good"),
                    new Word("not-storable", "Not storable", "The response may not be stored"),
                    new Word("too-large", "Too large", "Longer than the policy allows"),
                    new Word("abandoned", "Abandoned", "Nobody waited any more"),
                    new Word("outdated", "Outdated", "Purged while it was on its way"),
                    new Word("upstream-failed", "Upstream failed", "There was no whole response"),
                    new Word("refused", "No room", "The store took nothing at that moment"),
                    new Word("slow-disk", "Slow disk", "The disk did not keep up"),
                    new Word("write-failed", "Write failed", "The disk reported an error"));

    static CachePanel of(CacheView view) {
        CacheTraffic all = view.traffic();
        long asked = all.requests() - all.result("bypass");
        return new CachePanel(
                view.open(),
                asked == 0 ? "–" : percent(all.hitRatio()),
                Wording.count(asked),
                Wording.bytes(all.bytesSaved()),
                Wording.bytes(all.bytesSent()),
                Wording.bytes(all.bytesFetched()),
                Wording.count(view.objects()),
                view.bytes() == 0 ? "–" : percent(view.usedBytes() / (double) view.bytes()),
                Wording.count(view.evictions()),
                Wording.count(all.fillsOpen()),
                view.pendingPurges(),
                Wording.bytes(view.memoryBytes()),
                results(all),
                fetches(all),
                refusals(all),
                new TreeMap<>(view.policies())
                        .entrySet().stream()
                                .map(one -> Policy.of(one.getKey(), one.getValue()))
                                .toList(),
                view.files().stream().map(File::of).toList());
    }

    private static String percent(double part) {
        double percent = part * 100;
        String form =
                percent > 0 && percent < 10 || percent > 99 && percent < 100
                        ? "%.1f %%"
                        : "%.0f %%";
        return String.format(Locale.ROOT, form, percent);
    }

    private static List<Row> results(CacheTraffic all) {
        List<Row> rows = new ArrayList<>();
        for (Word word : RESULTS) {
            long count = all.result(word.key);
            rows.add(
                    new Row(
                            word.title,
                            word.meaning,
                            Wording.count(count),
                            all.requests() == 0 ? "–" : percent(count / (double) all.requests()),
                            reasons(all.reasons().getOrDefault(word.key, Map.of()))));
        }
        return rows;
    }

    /// Only where there is something to tell apart.
    private static String reasons(Map<String, Long> reasons) {
        List<String> words = new ArrayList<>();
        new TreeMap<>(reasons)
                .forEach((reason, count) ->
                        words.add(reason.replace('-', ' ') + " " + Wording.count(count)));
        return reasons.containsKey("fresh") ? "" : String.join(", ", words);
    }

    private static List<Row> fetches(CacheTraffic all) {
        List<Row> rows = new ArrayList<>();
        for (Word word : FETCHES) {
            long count = all.fills().getOrDefault(word.key, 0L);
            if (count > 0)
                rows.add(new Row(word.title, word.meaning, Wording.count(count), "", ""));
        }
        return rows;
    }

    private static List<Row> refusals(CacheTraffic all) {
        List<Row> rows = new ArrayList<>();
        new TreeMap<>(all.refusals())
                .forEach((reason, count) ->
                        rows.add(
                                new Row(
                                        reason.replace('-', ' '),
                                        "",
                                        Wording.count(count),
                                        "",
                                        "")));
        return rows;
    }

    private record Word(String key, String title, String meaning) {}

    /// A count.
    ///
    /// @param title of what
    /// @param meaning what that means
    /// @param count how many
    /// @param share the part of all
    /// @param reasons counts by reason
    record Row(String title, String meaning, String count, String share, String reasons) {}

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
            boolean asked = traffic.requests() > traffic.result("bypass");
            return new Policy(
                    name,
                    Wording.count(traffic.requests()),
                    asked ? percent(traffic.hitRatio()) : "–",
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
    /// @param filled how full it is, 0 to 100
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
            double filled,
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
                    file.bytes() == 0 ? 0 : 100.0 * file.usedBytes() / file.bytes(),
                    Wording.bytes(file.usedBytes()) + " of " + Wording.bytes(file.bytes()),
                    Wording.count(file.objects()),
                    Wording.count(file.evictions()),
                    Wording.bytes(file.bytesWritten()) + " / " + Wording.bytes(file.bytesRead()),
                    Wording.bytes(file.queuedBytes()),
                    errors);
        }

        /// The width of the bar, of 100.
        public String width() {
            return String.format(Locale.ROOT, "%.2f", filled);
        }
    }
}
