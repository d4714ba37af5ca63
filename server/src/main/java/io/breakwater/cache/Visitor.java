package io.breakwater.cache;

import io.breakwater.cache.policy.CacheKey;
import io.breakwater.cache.policy.RequestFacts;
import io.breakwater.cache.policy.VariantKey;
import io.breakwater.cache.store.Key;
import io.breakwater.config.CachePolicyConfig;
import io.breakwater.exchange.Codings;
import io.breakwater.exchange.Exchange;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/// A request at the cache, and by which rules it is treated there.
///
/// @param cache what all share
/// @param plan the policy
/// @param exchange the request and its response
/// @param facts what the request says about caching
/// @param uri the key of its URI
/// @param asked the request's fields as responses are chosen by them and nodes are asked with them
record Visitor(
        Cache cache,
        CachePlan plan,
        Exchange exchange,
        RequestFacts facts,
        Key uri,
        HttpFields asked) {
    /// A request that has come.
    static Visitor of(Cache cache, CachePlan plan, Exchange exchange, RequestFacts facts, Key uri) {
        HttpFields fields = exchange.request().getHeaders();
        if (exchange.location().config().compression() != null) fields = chosen(fields);
        return new Visitor(cache, plan, exchange, facts, uri, fields);
    }

    /// Where responses are compressed, clients that take the same codings share what is stored.
    private static HttpFields chosen(HttpFields fields) {
        return HttpFields.build(fields)
                .put(HttpHeader.ACCEPT_ENCODING, Codings.taken(fields).normal())
                .asImmutable();
    }

    CachePolicyConfig policy() {
        return plan.config();
    }

    /// The request's fields, as responses are chosen by them.
    Fields fields() {
        return new Fields(asked);
    }

    /// The key of the URI with its text.
    CacheKey text() {
        return cache.keys().of(plan, exchange);
    }

    /// The key of a variant.
    Key key(VariantKey variant) {
        return variant.names().isEmpty() ? uri : cache.keys().hash(plan, exchange, variant);
    }

    boolean isHead() {
        return facts.method() == RequestFacts.Method.HEAD;
    }
}
