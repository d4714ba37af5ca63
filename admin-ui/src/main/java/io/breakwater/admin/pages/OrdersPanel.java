package io.breakwater.admin.pages;

import io.breakwater.config.Kind;
import io.breakwater.control.AcmeView;
import io.breakwater.control.CertificateOrder;
import io.breakwater.control.Control;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The story of a certificate's orders at its ACME authority.
///
/// @param certificate the object's name
/// @param state how it is about it
/// @param style the class name of that
/// @param next when the next order is due, null when one is in flight or none is
/// @param renewable whether it can be ordered now
/// @param orders the latest, newest first
record OrdersPanel(
        String certificate,
        String state,
        String style,
        @Nullable String next,
        boolean renewable,
        List<Row> orders) {
    /// The orders of a certificate.
    ///
    /// @return null when it is not obtained by ACME and never was
    static @Nullable OrdersPanel of(Control control, String certificate) {
        AcmeView view = control.acme(certificate);
        if (view == null || control.document().get(Kind.CERTIFICATE, certificate) == null)
            return null;
        return new OrdersPanel(
                certificate,
                state(view),
                style(view),
                view.nextMillis() == 0 ? null : Wording.time(view.nextMillis()),
                view.watched() && !view.inFlight(),
                view.orders().stream().map(Row::of).toList());
    }

    private static String state(AcmeView view) {
        String has =
                view.endMillis() == 0
                        ? "not obtained yet"
                        : "obtained, valid until " + Wording.time(view.endMillis());
        if (!view.watched()) return has + "; not renewed, as it is not in use";
        if (view.inFlight()) return has + "; an order is in flight";
        if (view.failures() == 1) return has + "; the last order failed";
        if (view.failures() > 1) return has + "; the last " + view.failures() + " orders failed";
        return has;
    }

    private static String style(AcmeView view) {
        if (view.failures() > 0) return view.endMillis() == 0 ? "bad" : "warn";
        return view.endMillis() == 0 ? "idle" : "good";
    }

    /// One order.
    ///
    /// @param number its number
    /// @param time when it began
    /// @param outcome what became of it
    /// @param style the class name of that
    /// @param directory of the authority
    /// @param open whether its steps are shown at first
    /// @param steps what happened
    record Row(
            long number,
            String time,
            String outcome,
            String style,
            String directory,
            boolean open,
            List<Step> steps) {
        static Row of(CertificateOrder order) {
            return new Row(
                    order.number(),
                    Wording.time(order.beginMillis()),
                    order.outcome().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    switch (order.outcome()) {
                        case OBTAINED -> "good";
                        case FAILED -> "bad";
                        case IN_FLIGHT -> "warn";
                        case CANCELLED -> "idle";
                    },
                    order.directory(),
                    order.outcome() != CertificateOrder.Outcome.OBTAINED,
                    order.steps().stream().map(Step::of).toList());
        }
    }

    /// One step.
    ///
    /// @param time when
    /// @param part what it is about
    /// @param style its class name
    /// @param text what happened
    record Step(String time, String part, String style, String text) {
        static Step of(CertificateOrder.Step step) {
            return new Step(
                    Wording.time(step.atMillis()),
                    step.part().name().toLowerCase(Locale.ROOT),
                    step.trouble() ? "warn" : "idle",
                    step.text());
        }
    }
}
