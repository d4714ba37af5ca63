package io.breakwater.cache.store;

/// The moment at which something was asked for from its origin. A purge that comes later covers the
/// answer, however long that takes, so a ticket is taken before the request is sent and must end:
/// with the writing that it is handed to, or by itself. Any thread.
public final class Ticket implements AutoCloseable {
    private final Tickets tickets;
    private final long sequence;

    Ticket(Tickets tickets, long sequence) {
        this.tickets = tickets;
        this.sequence = sequence;
    }

    /// Its place in the order of tickets and purges.
    ///
    /// @return above 0, below 2^48, never used twice
    public long sequence() {
        return sequence;
    }

    /// Ends it: nothing is going to be stored with it. Does no harm when it has ended.
    @Override
    public void close() {
        tickets.ended(this);
    }
}
