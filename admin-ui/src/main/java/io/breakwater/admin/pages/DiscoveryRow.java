package io.breakwater.admin.pages;

import io.breakwater.control.Control;
import io.breakwater.control.DiscoveryView;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How finding nodes by one name, or in one file, goes, for people.
///
/// @param from the name or the file
/// @param state what was found and when
/// @param failure why nothing was found last, null when something was
record DiscoveryRow(String from, String state, @Nullable String failure) {
    /// The rows of an upstream.
    ///
    /// @return none when its nodes are configured
    static List<DiscoveryRow> of(Control control, String upstream) {
        long now = System.currentTimeMillis();
        return control.discovery(upstream).stream().map(view -> of(view, now)).toList();
    }

    private static DiscoveryRow of(DiscoveryView view, long nowMillis) {
        boolean file = view.how().equals("file");
        StringBuilder state = new StringBuilder(view.how().toUpperCase(Locale.ROOT));
        if (view.foundMillis() == 0) {
            state.append(", nothing found yet");
        } else {
            state.append(view.nodes() == 1 ? ", 1 node " : ", " + view.nodes() + " nodes ")
                    .append(file ? "read " : "found ")
                    .append(Wording.ago(view.foundMillis(), nowMillis));
        }
        long seconds = Math.round((view.nextMillis() - nowMillis) / 1000.0);
        if (!file && view.nextMillis() > 0)
            state.append(", asked again ")
                    .append(seconds < 1 ? "now" : "in " + Wording.span(seconds));
        return new DiscoveryRow(view.from(), state.toString(), view.failure());
    }
}
