package io.breakwater.exchange;

import org.jspecify.annotations.Nullable;

/// One step of an exchange's way. Runs on an I/O thread and must not block.
@FunctionalInterface
public interface Phase {
    /// Does the step.
    ///
    /// @param exchange the exchange, in flight
    /// @return what follows
    Result apply(Exchange exchange);

    /// What follows a step.
    sealed interface Result {
        /// The next phase.
        Result NEXT = new Next();

        /// The phase answers, now or later.
        Result TAKEN = new Taken();
    }

    /// The next phase runs.
    record Next() implements Result {}

    /// This phase has taken the exchange over and will end it.
    record Taken() implements Result {}

    /// The exchange ends with an error answer.
    ///
    /// @param kind what failed
    /// @param detail for the log, null for none
    record Fail(ErrorKind kind, @Nullable String detail) implements Result {}
}
