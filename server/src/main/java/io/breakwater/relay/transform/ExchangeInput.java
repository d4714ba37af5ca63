package io.breakwater.relay.transform;

import io.breakwater.exchange.BodyGate;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;

/// The client's body as the middle man reads it: the container's stream up to the end of the
/// exchange, and nothing after it.
///
/// The container has one stream per connection, which it hands to each request in turn. The middle
/// man reads on when a node has taken what it had read, on the thread on which that is noticed, and
/// by then the answer may have gone out and the connection may be at its next request: it would
/// take that one's body. So each look at the stream is one through the exchange's gate.
///
/// Threads: the middle man's, one at a time.
final class ExchangeInput extends ServletInputStream {
    private final BodyGate gate;
    private final ServletInputStream stream;

    /// Wraps the container's stream.
    ///
    /// @param gate of the exchange
    /// @param stream of its connection
    ExchangeInput(BodyGate gate, ServletInputStream stream) {
        this.gate = gate;
        this.stream = stream;
    }

    @Override
    public void setReadListener(ReadListener listener) {
        if (!gate.enter()) return;
        try {
            stream.setReadListener(listener);
        } finally {
            gate.leave();
        }
    }

    /// After the end it is, and [#isFinished] says why.
    @Override
    public boolean isReady() {
        if (!gate.enter()) return true;
        try {
            return stream.isReady();
        } finally {
            gate.leave();
        }
    }

    @Override
    public boolean isFinished() {
        if (!gate.enter()) return true;
        try {
            return stream.isFinished();
        } finally {
            gate.leave();
        }
    }

    @Override
    public int read() throws IOException {
        if (!gate.enter()) return -1;
        try {
            return stream.read();
        } finally {
            gate.leave();
        }
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (!gate.enter()) return -1;
        try {
            return stream.read(bytes, offset, length);
        } finally {
            gate.leave();
        }
    }
}
