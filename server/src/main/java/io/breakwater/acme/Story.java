package io.breakwater.acme;

import io.breakwater.control.CertificateOrder;
import io.breakwater.control.CertificateOrder.Outcome;
import io.breakwater.control.CertificateOrder.Part;
import io.breakwater.control.CertificateOrder.Step;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// What happens to one order, written down as it does. Any thread.
final class Story {
    private static final int MOST_STEPS = 500;

    private final InstantSource clock;
    private CertificateOrder order;

    Story(InstantSource clock, String name, long number, String directory, List<String> domains) {
        this.clock = clock;
        this.order =
                new CertificateOrder(
                        name,
                        number,
                        directory,
                        domains,
                        Outcome.IN_FLIGHT,
                        clock.millis(),
                        0,
                        0,
                        List.of());
    }

    void tell(Part part, String text) {
        add(part, false, text);
    }

    void warn(Part part, String text) {
        add(part, true, text);
    }

    private synchronized void add(Part part, boolean trouble, String text) {
        if (order.steps().size() >= MOST_STEPS) return;
        List<Step> steps = new ArrayList<>(order.steps());
        steps.add(new Step(clock.millis(), part, trouble, text));
        order = with(steps, order.outcome(), order.endMillis(), order.nextMillis());
    }

    /// @param nextMillis when the next order is due, 0 when none is
    synchronized CertificateOrder end(Outcome outcome, long nextMillis) {
        order = with(order.steps(), outcome, clock.millis(), nextMillis);
        return order;
    }

    synchronized CertificateOrder soFar() {
        return order;
    }

    private CertificateOrder with(
            List<Step> steps, Outcome outcome, long endMillis, long nextMillis) {
        return new CertificateOrder(
                order.certificate(),
                order.number(),
                order.directory(),
                order.domains(),
                outcome,
                order.beginMillis(),
                endMillis,
                nextMillis,
                steps);
    }
}
