/// Keeps responses in block files: heads and bodies of which it knows only lengths and checksums,
/// by key. In: buffers, keys, purges; out: slices of mapped files. Formats are in docs/STORAGE.md.
///
/// Looking up takes no lock and does no I/O, so it may be done on I/O threads; so may everything
/// else but opening, closing, purging and counting. Files are read and written by threads of their
/// own, `bw-disk-*`; callbacks run on these and must not block. What changes the index does so
/// under one lock that is never held over I/O.
@NullMarked
package io.breakwater.cache.store;

import org.jspecify.annotations.NullMarked;
