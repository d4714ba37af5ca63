package io.breakwater.control;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A part of what the cache has stored.
///
/// @param items what was found, in the order in which it is stored
/// @param next where to go on, null at the end. There may be more even if nothing was found: one
///   look goes through a bounded number of objects
public record CacheEntries(List<Item> items, @Nullable String next) {
    /// Copies the list.
    public CacheEntries {
        items = List.copyOf(items);
    }

    /// A stored response.
    ///
    /// @param url the URL as keys have it; `*` stands for a part that the policy leaves out
    /// @param status its status
    /// @param ageSeconds how old it is
    /// @param ttlSeconds time until it is stale, negative afterwards
    /// @param lifetimeSeconds how old it may become until then
    /// @param bodyBytes length of the body
    /// @param spaceBytes what it takes of the file
    /// @param file the block file
    /// @param purgedSoftly whether it is to be validated before the next use
    /// @param storedMillis when it was received or last validated, epoch milliseconds
    /// @param tags what it can be purged by
    /// @param variant request fields that it was chosen by, as `name: value`
    /// @param headers response fields, as `Name: value`
    public record Item(
            String url,
            int status,
            long ageSeconds,
            long ttlSeconds,
            long lifetimeSeconds,
            long bodyBytes,
            long spaceBytes,
            String file,
            boolean purgedSoftly,
            long storedMillis,
            List<String> tags,
            List<String> variant,
            List<String> headers) {
        /// Copies the lists.
        public Item {
            tags = List.copyOf(tags);
            variant = List.copyOf(variant);
            headers = List.copyOf(headers);
        }
    }
}
