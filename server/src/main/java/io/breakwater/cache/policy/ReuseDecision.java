package io.breakwater.cache.policy;

/// What a cache does with a request. Constants only, so that deciding allocates nothing.
public sealed interface ReuseDecision {
    /// The stored response answers.
    enum Hit implements ReuseDecision {
        /// It is fresh.
        FRESH
    }

    /// The stored response answers although it is stale.
    enum Stale implements ReuseDecision {
        /// The client accepts it (`max-stale`).
        CLIENT_ACCEPTS,
        /// It is fetched anew meanwhile (`stale-while-revalidate`).
        WHILE_UPDATING,
        /// The node failed (`stale-if-error`).
        ON_ERROR
    }

    /// The stored response answers once the origin has said so.
    enum Revalidate implements ReuseDecision {
        /// It is stale.
        STALE,
        /// It says `no-cache`.
        NO_CACHE,
        /// The request wants a newer one.
        REQUEST,
        /// It was purged softly.
        PURGED,
        /// An unsafe request may have changed it.
        INVALIDATED
    }

    /// Nothing is stored that could answer.
    enum Miss implements ReuseDecision {
        /// Nothing of this key.
        KEY,
        /// Only responses that were chosen by other request fields.
        VARIANT,
        /// Only parts without the wanted ones.
        PARTIAL
    }

    /// The request goes to the upstream as if there were no cache.
    enum Bypass implements ReuseDecision {
        /// Its method.
        METHOD,
        /// It has content.
        CONTENT,
        /// If-Match or If-Unmodified-Since.
        ORIGIN_CONDITION,
        /// A condition of the policy.
        CONDITION,
        /// Responses of this key are known not to be stored.
        REMEMBERED,
        /// The key was not asked for often enough yet.
        MIN_USES,
        /// The store takes nothing.
        STORE
    }

    /// The request is answered 504 without asking anyone.
    enum Unavailable implements ReuseDecision {
        /// It says `only-if-cached`, and nothing that is stored may answer.
        ONLY_IF_CACHED
    }
}
