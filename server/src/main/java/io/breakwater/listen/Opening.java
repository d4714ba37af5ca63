package io.breakwater.listen;

/// A connection that is not yet one of HTTP.
interface Opening {
    /// Closes it when it takes too long. By the watchdog's thread.
    ///
    /// @param now `System.nanoTime()`
    /// @param most nanoseconds since it was accepted
    void checkDeadline(long now, long most);
}
