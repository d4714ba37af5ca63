package io.breakwater.io;

/// An end point that may put off what is written to it until its selector's thread has dealt with
/// all channels that were ready. Whoever writes while a write is under way waits, and writes the
/// rest at once: so the answers of one round leave in one piece, with one call of the system and
/// within as few records of TLS as can be, instead of one by one.
public interface Gathering {
    /// Puts writes off from now on. For HTTP/2, whose connections have many answers under way.
    void gather();

    /// Writes what was put off now, such as before a stream is reset, which would drop what waits.
    /// Does nothing on another thread than the selector's.
    void writeOut();
}
