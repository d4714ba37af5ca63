package io.breakwater.admin.pages;

import io.breakwater.control.CacheEntries;
import io.breakwater.control.CachePurge;
import io.breakwater.control.CacheTop;
import io.breakwater.control.CacheUnavailableException;
import io.breakwater.control.Control;
import io.breakwater.control.LiveSample;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The cache: figures, purges, and a look at what is stored.
final class CachePage {
    private static final int ENTRIES = 50;
    private static final int TOP = 20;
    private static final List<Choice> SCOPES =
            List.of(
                    new Choice("url", "URL"),
                    new Choice("prefix", "URLs that begin with"),
                    new Choice("tag", "Tag"),
                    new Choice("host", "Host"),
                    new Choice("all", "Everything"));

    private final Control control;

    CachePage(Control control) {
        this.control = control;
    }

    /// The page.
    Reply show(Call call) {
        return page(200, new Asked("url", "", false), "");
    }

    /// Its first figures alone, for refreshing.
    Reply refreshTiles(Call call) {
        return Reply.view("cache-tiles", "Cache", now());
    }

    /// Its tables alone, for refreshing.
    Reply refreshTables(Call call) {
        return Reply.view("cache-figures", "Cache", now());
    }

    private Now now() {
        List<LiveSample> samples = control.samples();
        CacheTop top = control.topCached(TOP);
        return new Now(
                CachePanel.of(control.cache()),
                recent(samples),
                Chart.cache(samples),
                Wording.span(top.spanSeconds()),
                top.urls().stream().map(Top::of).toList());
    }

    /// The hit ratio of what the chart shows.
    private static String recent(List<LiveSample> samples) {
        long asked = samples.stream().mapToLong(LiveSample::cacheAsked).sum();
        long answered = samples.stream().mapToLong(LiveSample::cacheAnswered).sum();
        return asked == 0 ? "–" : CachePanel.percent(answered / (double) asked);
    }

    private Reply page(int status, Asked asked, String fault) {
        View view = new View(now(), SCOPES, asked, fault);
        return new Reply.View(status, "cache", "Cache", view);
    }

    /// Counts what a purge would be about, to be confirmed.
    Reply askPurge(Call call) {
        return purge(call, true);
    }

    /// Purges.
    Reply purge(Call call) {
        return purge(call, false);
    }

    private Reply purge(Call call, boolean dryRun) {
        Asked asked = Asked.of(call);
        CachePurge.Scope scope = scope(asked.scope);
        if (scope == null) return Failure.of(400, "");
        String name = scope == CachePurge.Scope.ALL ? "" : asked.name;
        try {
            CachePurge.Done done =
                    control.purge(
                            new CachePurge(scope, name, asked.soft, dryRun, false), call.change());
            if (dryRun) {
                Confirmation view = new Confirmation(asked, words(scope, name), done.affected());
                return Reply.view("cache-purge", "Purge", view);
            }
            return new Reply.Redirect(
                    "/cache?note="
                            + (asked.soft ? "softened" : "purged")
                            + "&count="
                            + done.affected());
        } catch (IllegalArgumentException e) {
            return page(422, asked, "expected: " + e.getMessage());
        } catch (CacheUnavailableException e) {
            return page(503, asked, String.valueOf(e.getMessage()));
        }
    }

    private static CachePurge.@Nullable Scope scope(String text) {
        for (CachePurge.Scope scope : CachePurge.Scope.values())
            if (scope.name().toLowerCase(Locale.ROOT).equals(text)) return scope;
        return null;
    }

    private static String words(CachePurge.Scope scope, String name) {
        return switch (scope) {
            case URL -> name + " in all its variants";
            case PREFIX -> "all URLs that begin with " + name;
            case TAG -> "what has the tag " + name;
            case HOST -> "all of the host " + name;
            case ALL -> "everything";
        };
    }

    /// What is stored.
    Reply entries(Call call) {
        Asked asked = call.has("scope") ? Asked.of(call) : new Asked("all", "", false);
        CachePurge.Scope scope = scope(asked.scope);
        if (scope == null) return Failure.of(400, "");
        CacheEntries found = null;
        String fault = "";
        int status = 200;
        try {
            long from = Math.max(0, call.number("cursor"));
            found = control.cached(scope, asked.name, from, ENTRIES);
        } catch (IllegalArgumentException e) {
            status = 422;
            fault = "expected: " + e.getMessage();
        } catch (CacheUnavailableException e) {
            status = 503;
            fault = String.valueOf(e.getMessage());
        }
        List<Entry> rows =
                found == null ? List.of() : found.items().stream().map(Entry::of).toList();
        Entries view =
                new Entries(
                        SCOPES, asked, fault, rows, found == null ? "" : asked.more(found.next()));
        return new Reply.View(status, "cache-entries", "What is cached", view);
    }

    /// @param key as sent
    /// @param label for people
    record Choice(String key, String label) {}

    /// What was typed.
    ///
    /// @param scope what the name is, as sent
    /// @param name a URL, a beginning of URLs, a tag or a host
    /// @param soft whether it stays, to be validated
    record Asked(String scope, String name, boolean soft) {
        static Asked of(Call call) {
            return new Asked(
                    call.text("scope"),
                    call.text("name").strip(),
                    call.text("soft").equals("true"));
        }

        /// The address of the next part.
        String more(@Nullable String next) {
            return next == null ? "" : look(scope, name) + "&cursor=" + next;
        }
    }

    /// The address of a look at what is stored.
    private static String look(String scope, String name) {
        return "/cache/entries?scope="
                + URLEncoder.encode(scope, StandardCharsets.UTF_8)
                + "&name="
                + URLEncoder.encode(name, StandardCharsets.UTF_8);
    }

    /// What the cache does and has, now.
    ///
    /// @param panel figures since the start
    /// @param recent the hit ratio of what the chart shows
    /// @param chart requests a second
    /// @param span how long the most requested URLs have been counted
    /// @param top the most requested URLs
    record Now(CachePanel panel, String recent, Chart chart, String span, List<Top> top) {}

    /// A URL that is asked for often.
    ///
    /// @param url the URL
    /// @param href where what is stored of it is seen
    /// @param requests about how many
    /// @param ratio its hit ratio
    /// @param bytes body bytes of the answers
    record Top(String url, String href, String requests, String ratio, String bytes) {
        static Top of(CacheTop.Url one) {
            return new Top(
                    one.url(),
                    look("url", one.url()),
                    Wording.count(one.requests()),
                    CachePanel.percent(one.hits() / (double) Math.max(1, one.requests())),
                    Wording.bytes(one.bytes()));
        }
    }

    /// @param now what it does and has
    /// @param scopes what can be purged
    /// @param asked what was typed into the form
    /// @param fault what is wrong with that, empty for nothing
    record View(Now now, List<Choice> scopes, Asked asked, String fault) {}

    /// @param asked what is to be purged
    /// @param words that in words
    /// @param count how many objects it is about
    record Confirmation(Asked asked, String words, long count) {
        /// The count, for people.
        public String objects() {
            return count == 1 ? "1 object" : Wording.number(count) + " objects";
        }
    }

    /// @param scopes what can be looked for
    /// @param asked what was
    /// @param fault what is wrong with that, empty for nothing
    /// @param rows what was found
    /// @param more where there may be more, empty for nowhere
    record Entries(List<Choice> scopes, Asked asked, String fault, List<Entry> rows, String more) {
        /// Whether the whole store was gone through without a find.
        public boolean isNothing() {
            return rows.isEmpty() && fault.isEmpty() && more.isEmpty();
        }
    }

    /// A stored response.
    ///
    /// @param url its URL
    /// @param status its status
    /// @param age how old it is
    /// @param ttl how long it is fresh
    /// @param why why it does not just answer, empty when it does
    /// @param stale whether it does not
    /// @param soft whether it was purged softly
    /// @param bytes length of its body
    /// @param space what it takes of the file
    /// @param file where it is
    /// @param stored when it was received or validated
    /// @param tags its tags
    /// @param variant request fields that it was chosen by
    /// @param headers its fields
    record Entry(
            String url,
            int status,
            String age,
            String ttl,
            String why,
            boolean stale,
            boolean soft,
            String bytes,
            String space,
            String file,
            String stored,
            List<String> tags,
            List<String> variant,
            List<String> headers) {
        static Entry of(CacheEntries.Item item) {
            boolean fresh = item.ttlSeconds() > 0;
            String time = Wording.span(Math.abs(item.ttlSeconds()));
            return new Entry(
                    item.url(),
                    item.status(),
                    Wording.span(item.ageSeconds()),
                    fresh ? "fresh for " + time : "stale for " + time,
                    why(item),
                    item.purgedSoftly() || !fresh,
                    item.purgedSoftly(),
                    Wording.bytes(item.bodyBytes()),
                    Wording.bytes(item.spaceBytes()),
                    item.file(),
                    Wording.time(item.storedMillis()),
                    item.tags(),
                    item.variant(),
                    item.headers());
        }

        /// Why it does not just answer.
        private static String why(CacheEntries.Item item) {
            if (item.purgedSoftly())
                return "It was purged softly: the upstream is asked whether it is still good before"
                        + " it is used again.";
            if (item.ttlSeconds() > 0) return "";
            return "It was to be fresh until it is "
                    + Wording.span(item.lifetimeSeconds())
                    + " old: the next request has it validated or fetched anew.";
        }

        /// Its state, for people.
        public String state() {
            return soft ? "to be validated" : ttl;
        }

        /// The class name of its state.
        public String style() {
            return stale ? "warn" : "good";
        }
    }
}
