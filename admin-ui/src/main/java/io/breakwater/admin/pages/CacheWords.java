package io.breakwater.admin.pages;

import java.util.List;
import java.util.Map;

/// What the cache's own names mean, for people who have not read RFC 9111.
final class CacheWords {
    /// What was done with requests, in the order in which people read it.
    static final List<Word> RESULTS =
            List.of(
                    new Word("hit", "Hit", "Answered from the store"),
                    new Word("stale", "Stale", "Answered from the store although its time was up"),
                    new Word("revalidated", "Revalidated", "The upstream said: still good"),
                    new Word("collapsed", "Collapsed", "Shared the fetch of another request"),
                    new Word("expired", "Expired", "Its time was up; the upstream had a new one"),
                    new Word("miss", "Miss", "Nothing that could answer was stored"),
                    new Word("bypass", "Bypass", "Went to the upstream without a look"));

    /// What became of fetches.
    static final List<Word> FETCHES =
            List.of(
                    new Word("stored", "Stored", "The response is in the store"),
                    new Word("validated", "Validated", "What is stored is still good"),
                    new Word("not-storable", "Not storable", "The response may not be stored"),
                    new Word("too-large", "Too large", "Longer than max-object-size"),
                    new Word("abandoned", "Abandoned", "Nobody waited any more"),
                    new Word("outdated", "Outdated", "Purged while it was on its way"),
                    new Word("upstream-failed", "Upstream failed", "There was no whole response"),
                    new Word("refused", "No room", "The store took nothing at that moment"),
                    new Word("slow-disk", "Slow disk", "The disk did not keep up"),
                    new Word("write-failed", "Write failed", "The disk reported an error"));

    /// Why a response was not stored, and what to do about it.
    static final List<Word> REFUSALS =
            List.of(
                    new Word("private", "Says private", "Meant for one client only"),
                    new Word("no-store", "Says no-store", "The upstream forbids to store it"),
                    new Word(
                            "request-no-store",
                            "The client said no-store",
                            "request-directives = ignore stores it all the same"),
                    new Word(
                            "set-cookie",
                            "Sets a cookie",
                            "set-cookie = strip stores it without the cookie"),
                    new Word(
                            "authorized",
                            "Answers to Authorization",
                            "Only stored when it says public or s-maxage"),
                    new Word(
                            "not-cacheable",
                            "Says nothing, and its status is not stored",
                            "A ttl for the status stores it"),
                    new Word("no-ttl", "Its status has no time", "ttl gives it 0s"),
                    new Word(
                            "useless",
                            "Its time is up at once",
                            "No time of its own, no ETag and no Last-Modified"),
                    new Word("vary-any", "Vary: *", "ignore-vary = * stores it all the same"),
                    new Word(
                            "vary-changed",
                            "Varies by something else than before",
                            "Stored with the next whole response"),
                    new Word("condition", "no-store of the policy", "One of its conditions held"),
                    new Word(
                            "partial",
                            "A part that cannot be placed",
                            "Content-Range is missing or not of bytes"),
                    new Word(
                            "of-one-request",
                            "Answers a condition or a range",
                            "No other request could use it"),
                    new Word("post", "A POST", "Needs its own freshness and Content-Location"),
                    new Word("method", "Its method", "Only GET is stored, POST if methods says so"),
                    new Word("not-final", "Not a final answer", "Such as 101 or 304"),
                    new Word(
                            "not-understood",
                            "must-understand",
                            "Breakwater does not know its status"));

    private static final Map<String, String> REASONS =
            Map.ofEntries(
                    Map.entry("key", "not stored yet, or no more"),
                    Map.entry("variant", "stored for other request fields only (Vary)"),
                    Map.entry("partial", "other parts are stored"),
                    Map.entry("stale", "time was up"),
                    Map.entry("no-cache", "to be validated each time (no-cache)"),
                    Map.entry("request", "client asked for a newer one"),
                    Map.entry("purged", "purged softly"),
                    Map.entry("invalidated", "a POST, PUT or DELETE may have changed it"),
                    Map.entry("client-accepts", "client takes stale ones"),
                    Map.entry("while-updating", "while fetched anew"),
                    Map.entry("on-error", "upstream failed"),
                    Map.entry("method", "method is not GET or HEAD"),
                    Map.entry("content", "request has a body"),
                    Map.entry("origin-condition", "If-Match or If-Unmodified-Since"),
                    Map.entry("condition", "bypass of the policy"),
                    Map.entry("remembered", "not storable a minute ago"),
                    Map.entry("min-uses", "not asked for often enough (min-uses)"),
                    Map.entry("store", "no block file is open"),
                    Map.entry("only-if-cached", "client wanted only what is stored"));

    private CacheWords() {}

    /// Why something was done with a request.
    ///
    /// @param reason as the figures have it
    static String reason(String reason) {
        return REASONS.getOrDefault(reason, reason.replace('-', ' '));
    }

    /// A name and what it means.
    ///
    /// @param key as the figures have it
    /// @param title for people
    /// @param meaning more about it
    record Word(String key, String title, String meaning) {}
}
