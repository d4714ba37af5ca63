package io.breakwater.testing;

import java.io.IOException;
import java.io.Serial;

/// The peer ended the connection where more bytes were due.
public final class EarlyEnd extends IOException {
    @Serial private static final long serialVersionUID = 1L;

    private final Ending ending;

    EarlyEnd(Ending ending, String message) {
        super(message);
        this.ending = ending;
    }

    /// How the connection ended.
    ///
    /// @return closed or reset
    public Ending ending() {
        return ending;
    }
}
