package io.breakwater.cache.policy;

/// Whether a response is stored.
public sealed interface StoreDecision {
    /// It is, unless the fill goes wrong.
    ///
    /// @param response what is stored beside the body
    /// @param freshness how long it is fresh, and why
    record Store(StoredResponse response, Freshness freshness) implements StoreDecision {}

    /// It is not.
    ///
    /// @param refusal the reason
    record Pass(Refusal refusal) implements StoreDecision {}

    /// Reasons not to store.
    enum Refusal {
        /// The method's responses are not stored (RFC 9111 §3); HEAD only freshens.
        METHOD,
        /// The status is not final, or a 304.
        NOT_FINAL,
        /// The status answers what only this request said, such as a condition or a range.
        OF_ONE_REQUEST,
        /// 206 without a readable Content-Range of bytes, or with several parts (§3.3).
        PARTIAL,
        /// `no-store` in the request (§5.2.1.5).
        REQUEST_NO_STORE,
        /// `no-store` in the response (§5.2.2.5).
        NO_STORE,
        /// `must-understand`, and the status is not understood (§5.2.2.3).
        NOT_UNDERSTOOD,
        /// `private` without fields (§5.2.2.7).
        PRIVATE,
        /// The request was authorized and nothing allows to share the response (§3.5).
        AUTHORIZED,
        /// Vary is `*`: no other request matches (§4.1).
        VARY_ANY,
        /// A validation changed the fields that the stored response was chosen by.
        VARY_CHANGED,
        /// It sets a cookie.
        SET_COOKIE,
        /// Neither the response nor its status nor the policy allows to store it (§3).
        NOT_CACHEABLE,
        /// The policy gives its status no time.
        NO_TTL,
        /// A response to POST without explicit freshness or without Content-Location of the same
        /// URI (RFC 9110 §9.3.3).
        POST,
        /// It is stale already and could neither be validated nor served stale.
        USELESS
    }
}
