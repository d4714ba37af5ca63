package io.breakwater.config.reload;

import io.breakwater.control.MirrorView;
import io.breakwater.relay.MirrorFigures;
import io.breakwater.relay.MirrorFigures.Fate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Shows what became of copied requests.
final class MirrorViews {
    private MirrorViews() {}

    /// One view per location, by name.
    static List<MirrorView> of(Map<String, MirrorFigures> figures) {
        return new TreeMap<>(figures)
                .entrySet().stream().map(each -> view(each.getKey(), each.getValue())).toList();
    }

    private static MirrorView view(String location, MirrorFigures counts) {
        return new MirrorView(
                location,
                counts.upstream(),
                counts.inFlight(),
                counts.counted(Fate.ANSWERED),
                counts.counted(Fate.FAILED),
                counts.counted(Fate.TOO_LONG),
                counts.counted(Fate.UNFINISHED),
                counts.counted(Fate.TOO_MANY),
                counts.counted(Fate.NO_NODE),
                counts.counted(Fate.PAUSED));
    }
}
