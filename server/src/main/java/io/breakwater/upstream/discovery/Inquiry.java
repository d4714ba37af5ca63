package io.breakwater.upstream.discovery;

import java.time.Duration;
import java.util.List;

/// A way to find nodes. One thread at a time.
interface Inquiry {
    /// Asks once. May block: on a virtual thread only.
    ///
    /// @return what was found, at least one
    /// @throws LookupException when nothing was
    Result ask() throws LookupException;

    /// What was found.
    ///
    /// @param found the nodes in an order that is the same for the same nodes
    /// @param good how long it is good for
    record Result(List<Found> found, Duration good) {}
}
