package io.breakwater.cache;

import io.breakwater.cache.policy.CacheKey;
import io.breakwater.cache.policy.RequestFacts;
import io.breakwater.cache.policy.VariantKey;
import io.breakwater.cache.store.Key;
import io.breakwater.config.CachePolicyConfig;
import io.breakwater.exchange.Exchange;

/// A request at the cache, and by which rules it is treated there.
///
/// @param cache what all share
/// @param plan the policy
/// @param exchange the request and its response
/// @param facts what the request says about caching
/// @param uri the key of its URI
record Visitor(Cache cache, CachePlan plan, Exchange exchange, RequestFacts facts, Key uri) {
    CachePolicyConfig policy() {
        return plan.config();
    }

    /// The request's fields, as the client sent them.
    Fields fields() {
        return new Fields(exchange.request().getHeaders());
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
