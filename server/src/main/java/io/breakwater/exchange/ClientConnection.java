package io.breakwater.exchange;

import io.breakwater.io.TunnelEnd;
import java.net.InetAddress;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpField;
import org.jspecify.annotations.Nullable;

/// What an exchange needs of the client's connection. Implemented by the listen phase.
public interface ClientConnection {
    /// A number that is unique in the process.
    ///
    /// @return 1 or more
    long number();

    /// The listener the connection came in on.
    ///
    /// @return its key, compared by `equals`
    Object listener();

    /// The peer's address.
    ///
    /// @return the address
    InetAddress peer();

    /// The peer's address as a literal.
    ///
    /// @return without port
    String peerAddress();

    /// The peer's port.
    ///
    /// @return 0 to 65535
    int peerPort();

    /// The local address as a literal.
    ///
    /// @return without port
    String localAddress();

    /// The local port.
    ///
    /// @return 1 to 65535
    int localPort();

    /// What tells the client where else the server is found (RFC 7838).
    ///
    /// @return an Alt-Svc field, null when there is nothing to tell
    @Nullable HttpField altSvc();

    /// Counts a request in.
    ///
    /// @return how many there have been, this one included
    long beginRequest();

    /// How long no byte has come from the client or gone to it.
    ///
    /// @return nanoseconds; `Long.MAX_VALUE` where the protocol tells this of no single exchange
    long quietNanos();

    /// Whether it is to end with the present request, which HTTP/1.1 says in the answer's head.
    ///
    /// @return false where the protocol has its own way to say so
    default boolean ends() {
        return false;
    }

    /// The exchange is over; the connection is idle again.
    void endRequest();

    /// Asks to be told through [Exchange#clientLeft] when the client closes while it waits for an
    /// answer. Called by the watchdog for exchanges that take long; does nothing where the protocol
    /// reports it by itself.
    ///
    /// @param exchange the waiting exchange
    void watch(Exchange exchange);

    /// Writes a whole answer that may leave with others, a moment later. Where many are under way
    /// on one connection, that costs less than one by one.
    ///
    /// @param writing run at once, by this thread
    default void gather(Runnable writing) {
        writing.run();
    }

    /// Writes what [#gather] has put off. To be called before what must not wait for it: a node's
    /// answer, whose next bytes or end may come in the same moment, or the end of one that is
    /// broken off.
    default void writeOut() {
        // Nothing was put off.
    }

    /// Prepares to hand over what comes after an exchange's answer, which is going to be a 101, or
    /// a 2xx to an extended CONNECT. Before that is written. The connection stays one of its
    /// listener's until the end that is handed over is closed.
    ///
    /// @param exchange the exchange
    /// @param ready run once, when the answer may be written
    /// @param opened gets the client's end when the server has let go of it, on an I/O thread
    void tunnel(Exchange exchange, Runnable ready, Consumer<TunnelEnd> opened);
}
