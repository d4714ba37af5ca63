package io.breakwater.exchange;

import java.util.List;

/// The phases in their order.
///
/// @param phases the order; the last one takes every exchange that comes to it
public record Pipeline(List<Phase> phases) {
    /// Copies the list.
    public Pipeline {
        phases = List.copyOf(phases);
    }

    /// Runs an exchange until a phase takes or fails it.
    ///
    /// @param exchange the exchange
    public void run(Exchange exchange) {
        for (Phase phase : phases) {
            switch (phase.apply(exchange)) {
                case Phase.Next next -> {}
                case Phase.Taken taken -> {
                    return;
                }
                case Phase.Fail fail -> {
                    exchange.fail(fail.kind(), fail.detail());
                    return;
                }
            }
        }
        exchange.fail(ErrorKind.INTERNAL, "no phase took the exchange");
    }
}
