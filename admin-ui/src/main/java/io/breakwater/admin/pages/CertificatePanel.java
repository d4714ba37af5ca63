package io.breakwater.admin.pages;

import io.breakwater.control.CertificateView;
import io.breakwater.control.Control;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a certificate says, and what clients will not like about it.
///
/// @param facts headings and what they are
/// @param chain itself and those between it and its authority
/// @param faults in plain words
record CertificatePanel(List<Fact> facts, List<Link> chain, List<String> faults) {
    /// @param heading what it is
    /// @param text in words
    /// @param style a class of the text, empty for none
    record Fact(String heading, String text, String style) {}

    /// @param subject whose certificate
    /// @param issuer who says so
    /// @param end when it expires
    record Link(String subject, String issuer, String end) {}

    /// The one of a certificate.
    ///
    /// @return null when it is not in force
    static @Nullable CertificatePanel of(Control control, String name) {
        for (CertificateView view : control.certificates())
            if (view.name().equals(name)) return of(view);
        return null;
    }

    private static CertificatePanel of(CertificateView view) {
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("Valid for", String.join(", ", view.names()), ""));
        facts.add(new Fact("Shown for", shownFor(view), view.inUse() ? "" : "muted"));
        facts.add(new Fact("Issued by", view.chain().getFirst().issuer(), ""));
        facts.add(
                new Fact(
                        "Valid until",
                        Wording.time(view.notAfterMillis()) + " UTC, " + left(view.daysLeft()),
                        ""));
        facts.add(new Fact("Valid from", Wording.time(view.notBeforeMillis()) + " UTC", ""));
        facts.add(new Fact("Key", view.key() + ", signed with " + view.signature(), ""));
        facts.add(new Fact("Number", view.serial(), "mono"));
        facts.add(new Fact("SHA-256", view.fingerprint(), "mono"));
        List<Link> chain =
                view.chain().stream()
                        .map(link ->
                                new Link(
                                        link.subject(),
                                        link.issuer(),
                                        Wording.time(link.notAfterMillis())))
                        .toList();
        return new CertificatePanel(facts, chain, view.faults());
    }

    private static String shownFor(CertificateView view) {
        if (!view.inUse()) return "nothing: it is not enabled";
        String hosts = String.join(", ", view.domains());
        if (!view.isDefault()) return hosts;
        return (hosts.isEmpty() ? "" : hosts + ", and ") + "clients that ask for no known host";
    }

    /// How many days are left.
    static String left(long days) {
        if (days < 0) return "expired";
        return days == 1 ? "1 day left" : days + " days left";
    }
}
