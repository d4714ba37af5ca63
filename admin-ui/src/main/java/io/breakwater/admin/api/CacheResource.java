package io.breakwater.admin.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.control.CachePurge;
import io.breakwater.control.CachePurge.Scope;
import io.breakwater.control.CacheUnavailableException;
import io.breakwater.control.Control;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The cache: figures, what is stored, purges.
final class CacheResource {
    private static final String TAG = "cache";
    private static final String NO_CACHE = "There is no cache, or its disk fails.";
    private static final List<String> JSON = List.of("application/json");
    private static final int USUAL_ENTRIES = 100;
    private static final int MOST_ENTRIES = 1000;
    private static final int USUAL_TOP = 20;
    private static final int MOST_TOP = 500;
    private static final String SCOPES = "exactly one of url, prefix, tag, host, all";

    private final Control control;

    CacheResource(Control control) {
        this.control = control;
    }

    List<Route> routes() {
        return List.of(
                Route.of(
                                "GET",
                                "/cache/stats",
                                TAG,
                                "What the cache did and what it has",
                                call -> Reply.json(control.cache()))
                        .answer(200, "The figures since the start.", "cache-stats"),
                Route.of("GET", "/cache/top", TAG, "The most requested URLs", this::top)
                        .query("limit", "integer", "How many at the most: 1 to 500, 20 without.")
                        .answer(
                                200,
                                "Estimates for the last five to ten minutes, most requests first.",
                                "cache-top")
                        .problem(400, "A parameter cannot be read."),
                Route.of("GET", "/cache/entries", TAG, "Look at what is cached", this::entries)
                        .query("prefix", "string", "The beginning of URLs; everything without.")
                        .query("url", "string", "One URL, instead of a prefix.")
                        .query("tag", "string", "A tag, instead of a prefix.")
                        .query("host", "string", "A host, instead of a prefix.")
                        .query("limit", "integer", "How many at the most: 1 to 1000, 100 without.")
                        .query("cursor", "integer", "Where to go on: `next` of the last answer.")
                        .answer(
                                200,
                                "A part of it. While `next` is not null there may be more, even"
                                        + " if this part is empty.",
                                "cache-entries")
                        .problem(400, "A parameter cannot be read.")
                        .problem(422, "A parameter does not fit.")
                        .problem(503, NO_CACHE),
                Route.of("POST", "/cache/purge", TAG, "Purge what is cached", this::purge)
                        .takes(
                                "What to purge: "
                                        + SCOPES
                                        + ". Soft: it stays, to be validated"
                                        + " before its next use. Where 100,000 objects and more"
                                        + " are stored the answer does not wait for their number,"
                                        + " unless told to by `wait`.",
                                JSON,
                                "cache-purge")
                        .answer(
                                200,
                                "How many objects it is about; -1 when the purge is in force and"
                                        + " that is not known yet.",
                                "cache-purged")
                        .problem(422, "Nothing is purged: the body does not fit.")
                        .problem(503, NO_CACHE));
    }

    private Reply top(Call call) throws ApiException {
        return Reply.json(control.topCached((int) call.number("limit", USUAL_TOP, 1, MOST_TOP)));
    }

    private Reply entries(Call call) throws ApiException {
        List<Scope> asked = new ArrayList<>();
        for (Scope scope : Scope.values())
            if (scope != Scope.ALL && call.query(key(scope)) != null) asked.add(scope);
        if (asked.size() > 1)
            throw ApiException.invalidField(
                    key(asked.getLast()),
                    call.query(key(asked.getLast())),
                    "at most one of url, prefix, tag, host");
        Scope scope = asked.isEmpty() ? Scope.ALL : asked.getFirst();
        String name = asked.isEmpty() ? null : call.query(key(scope));
        int limit = (int) call.number("limit", USUAL_ENTRIES, 1, MOST_ENTRIES);
        long cursor = call.number("cursor", 0, 0, Integer.MAX_VALUE);
        try {
            return Reply.json(control.cached(scope, name == null ? "" : name, cursor, limit));
        } catch (IllegalArgumentException e) {
            throw ApiException.invalidField(key(scope), name, String.valueOf(e.getMessage()));
        } catch (CacheUnavailableException e) {
            throw new ApiException(503, String.valueOf(e.getMessage()));
        }
    }

    private Reply purge(Call call) throws ApiException, IOException {
        ObjectNode body =
                call.jsonBody(
                        List.of("url", "prefix", "tag", "host", "all", "soft", "dry-run", "wait"));
        Scope scope = scope(body);
        String name = scope == Scope.ALL ? "" : Call.requiredText(body, key(scope));
        CachePurge purge =
                new CachePurge(
                        scope, name, flag(body, "soft"), flag(body, "dry-run"), flag(body, "wait"));
        try {
            return Reply.json(control.purge(purge, call.change("")));
        } catch (IllegalArgumentException e) {
            throw ApiException.invalidField(key(scope), name, String.valueOf(e.getMessage()));
        } catch (CacheUnavailableException e) {
            throw new ApiException(503, String.valueOf(e.getMessage()));
        }
    }

    private static Scope scope(ObjectNode body) throws ApiException {
        List<Scope> named = new ArrayList<>();
        for (Scope scope : Scope.values()) {
            boolean there = scope == Scope.ALL ? flag(body, "all") : body.hasNonNull(key(scope));
            if (there) named.add(scope);
        }
        if (named.isEmpty()) throw ApiException.invalidField("url", null, SCOPES);
        if (named.size() > 1) {
            String last = key(named.getLast());
            throw ApiException.invalidField(last, body.get(last).asText(), SCOPES);
        }
        return named.getFirst();
    }

    private static boolean flag(ObjectNode body, String key) throws ApiException {
        JsonNode value = body.get(key);
        if (value == null || value.isNull()) return false;
        if (!value.isBoolean())
            throw ApiException.invalidField(key, Json.text(value), "true or false");
        return value.booleanValue();
    }

    private static String key(Scope scope) {
        return scope.name().toLowerCase(Locale.ROOT);
    }
}
