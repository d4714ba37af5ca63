package io.breakwater.admin.pages;

import io.breakwater.control.MirrorView;
import java.util.List;

/// What became of the copies of one location's requests, for people.
///
/// @param location the location
/// @param upstream who gets the copies
/// @param figures one per heading
record MirrorRow(String location, String upstream, List<Figure> figures) {
    /// What the figures are, each with an explanation.
    static final List<Heading> HEADINGS =
            List.of(
                    new Heading("In flight", "Copies on their way, or waiting for their body"),
                    new Heading("Answered", "Answered to the end, whatever the status"),
                    new Heading("Failed", "Sent and not answered, or not in time"),
                    new Heading("Paused", "Not made: those before had failed in a row"),
                    new Heading("Too many", "Not made: as many were on their way as may be"),
                    new Heading("No node", "Not made: no node could be used"),
                    new Heading("Too long", "Not made: the body was too long to be kept"),
                    new Heading("Unfinished", "Not sent: the body did not come to its end"));

    static MirrorRow of(MirrorView view) {
        return new MirrorRow(
                view.location(),
                view.upstream(),
                List.of(
                        figure(view.inFlight()),
                        figure(view.answered()),
                        trouble(view.failed()),
                        trouble(view.paused()),
                        trouble(view.tooMany()),
                        trouble(view.noNode()),
                        figure(view.tooLong()),
                        figure(view.unfinished())));
    }

    private static Figure figure(long count) {
        return new Figure(Wording.number(count), "");
    }

    private static Figure trouble(long count) {
        return new Figure(Wording.number(count), count > 0 ? "warn-text" : "");
    }

    /// A heading.
    ///
    /// @param title the heading
    /// @param meaning what it means
    record Heading(String title, String meaning) {}

    /// A figure.
    ///
    /// @param text the number
    /// @param style its class name
    record Figure(String text, String style) {}
}
