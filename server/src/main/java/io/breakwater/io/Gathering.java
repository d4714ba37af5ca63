package io.breakwater.io;

/// An end point that may put off what is written to it until its selector's thread has dealt with
/// all channels that were ready. Whoever writes while a write is under way waits, and writes the
/// rest at once: so the answers of one round leave in one piece, with one call of the system and
/// within as few records of TLS as can be, instead of one by one.
public interface Gathering {
    /// Does something whose writes may be put off.
    ///
    /// @param writing run at once, by this thread
    void gather(Runnable writing);

    /// Writes what was put off now, such as before something that must not wait for it. On any
    /// thread.
    void writeOut();
}
