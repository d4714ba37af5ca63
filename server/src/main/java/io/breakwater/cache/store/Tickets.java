package io.breakwater.cache.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/// Gives out sequences, and knows which tickets are open. Has a lock of its own, the last but that
/// of the allocator: who takes a ticket does not wait for a change of the index, which may wait for
/// a page of a slow disk.
final class Tickets {
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Set<Ticket> open = new HashSet<>();

    @GuardedBy("lock")
    private long sequence;

    /// @param sequence all that are given out are above this
    Tickets(long sequence) {
        this.sequence = sequence;
    }

    Ticket take() {
        lock.lock();
        try {
            Ticket ticket = new Ticket(this, ++sequence);
            open.add(ticket);
            return ticket;
        } finally {
            lock.unlock();
        }
    }

    void ended(Ticket ticket) {
        lock.lock();
        try {
            open.remove(ticket);
        } finally {
            lock.unlock();
        }
    }

    int count() {
        lock.lock();
        try {
            return open.size();
        } finally {
            lock.unlock();
        }
    }

    /// The next sequence, for a purge.
    long next() {
        lock.lock();
        try {
            return ++sequence;
        } finally {
            lock.unlock();
        }
    }

    /// Leaves out what an earlier process has given out.
    void skipTo(long used) {
        lock.lock();
        try {
            sequence = Math.max(sequence, used);
        } finally {
            lock.unlock();
        }
    }

    /// The sequence of the oldest ticket.
    ///
    /// @return the greatest number when there is none
    long oldest() {
        lock.lock();
        try {
            long oldest = Long.MAX_VALUE;
            for (Ticket ticket : open) oldest = Math.min(oldest, ticket.sequence());
            return oldest;
        } finally {
            lock.unlock();
        }
    }
}
