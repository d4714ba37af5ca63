package io.breakwater.admin.pages;

import io.breakwater.config.Problem;
import io.breakwater.control.ApplyResult;
import io.breakwater.control.Control;
import io.breakwater.control.NewCertificate;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What is done with certificates beside editing them: ordering now, and making self-signed ones.
final class CertificateOrders {
    private final Control control;

    CertificateOrders(Control control) {
        this.control = control;
    }

    /// The story alone, for refreshing.
    Reply refresh(Call call) {
        OrdersPanel panel = OrdersPanel.of(control, call.path("name"));
        if (panel == null) return new Reply.Missing("orders of " + call.path("name"));
        return Reply.view("orders", "Orders", panel);
    }

    /// Orders a certificate now.
    Reply renew(Call call) {
        String name = call.path("name");
        Control.Change change = new Control.Change(call.user(), "");
        if (!control.renew(name, change)) return new Reply.Missing("orders of " + name);
        return new Reply.Redirect("/certificates/" + name + "?note=ordered");
    }

    /// Makes a self-signed certificate in a new object.
    Reply selfSigned(Call call) {
        String name = call.text("name").strip();
        List<String> domains =
                Stream.of(call.text("domains").split("[\\s,]+", -1))
                        .filter(domain -> !domain.isEmpty())
                        .toList();
        String days = call.text("days").strip();
        NewCertificate wanted =
                new NewCertificate(
                        domains,
                        days.matches("[0-9]{1,6}") ? Integer.parseInt(days) : 0,
                        call.text("key-type"));
        Control.Change change = new Control.Change(call.user(), "Self-signed certificate " + name);
        return switch (control.selfSigned(name, wanted, "", change)) {
            case ApplyResult.Applied applied ->
                    new Reply.Redirect(
                            "/certificates?note=applied&revision="
                                    + applied.revision()
                                    + "&ms="
                                    + applied.millis());
            case ApplyResult.Unchanged _ -> new Reply.Redirect("/certificates?note=unchanged");
            case ApplyResult.Invalid invalid ->
                    Failure.notApplied(
                            422,
                            invalid.problems().stream()
                                    .map(Problem::toString)
                                    .collect(Collectors.joining("; ")));
            case ApplyResult.Conflict _ ->
                    Failure.notApplied(409, "There is a certificate of that name already.");
            case ApplyResult.NotFound _ -> new Reply.Missing("certificate " + name);
        };
    }
}
