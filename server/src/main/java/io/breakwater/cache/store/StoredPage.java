package io.breakwater.cache.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A part of a look through the store.
///
/// @param entries what was found, in the order in which it lies in the files
/// @param next where to go on, null when all was looked at. There may be more even if nothing was
///   found: one call does a bounded amount of work
public record StoredPage(List<StoredEntry> entries, @Nullable Long next) {
    /// Copies the list.
    public StoredPage {
        entries = List.copyOf(entries);
    }
}
