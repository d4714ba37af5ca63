package io.breakwater.admin.pages;

import io.breakwater.config.Kind;
import io.breakwater.control.Control;
import io.breakwater.control.MirrorView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What became of copies of requests.
///
/// @param location whose copies they are, null for those of all locations
/// @param rows one per location that has made some
record MirrorPanel(@Nullable String location, List<MirrorRow> rows) {
    /// The copies of all locations.
    static MirrorPanel all(Control control) {
        return new MirrorPanel(null, control.mirrors().stream().map(MirrorRow::of).toList());
    }

    /// The copies of one location.
    ///
    /// @return null when it makes and has made none
    static @Nullable MirrorPanel of(Control control, String location) {
        List<MirrorView> own =
                control.mirrors().stream()
                        .filter(mirror -> mirror.location().equals(location))
                        .toList();
        var body = control.document().get(Kind.LOCATION, location);
        if (body == null || (own.isEmpty() && !body.has("mirror"))) return null;
        return new MirrorPanel(location, own.stream().map(MirrorRow::of).toList());
    }

    /// What the figures are.
    public List<MirrorRow.Heading> headings() {
        return MirrorRow.HEADINGS;
    }
}
