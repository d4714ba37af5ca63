package io.breakwater.cache.store;

/// Which objects a purge is about.
public sealed interface Scope {
    /// All variants of a URL.
    ///
    /// @param url as in [Label#url]
    record Url(String url) implements Scope {}

    /// All URLs that begin so.
    ///
    /// @param prefix the beginning of [Label#url]
    record Prefix(String prefix) implements Scope {}

    /// All of a host.
    ///
    /// @param host as in [Label#host]
    record Host(String host) implements Scope {}

    /// All with a tag.
    ///
    /// @param tag one of [Label#tags]
    record Tag(String tag) implements Scope {}

    /// Everything.
    record All() implements Scope {}

    /// How much a purge does.
    enum Strength {
        /// Objects stay, but are to be validated before the next use.
        SOFT,
        /// Objects are gone.
        HARD
    }
}
