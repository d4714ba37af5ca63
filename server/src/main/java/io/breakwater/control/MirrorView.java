package io.breakwater.control;

import java.util.LinkedHashMap;
import java.util.Map;

/// What became of the copies that one location has made of its requests since the start.
///
/// @param location the location's name
/// @param upstream the upstream that gets the copies
/// @param inFlight copies on their way, or waiting for the end of their request's body
/// @param answered answered to the end, whatever the status
/// @param failed sent and not answered, or not in time
/// @param tooLong not made: the body was longer than `mirror.max-body-size`
/// @param unfinished not sent: the body did not come to its end
/// @param tooMany not made: `mirror.max-concurrent` were on their way
/// @param noNode not made: no node could be used, or the upstream is not enabled
/// @param paused not made: those before had failed in a row less than a second ago
public record MirrorView(
        String location,
        String upstream,
        int inFlight,
        long answered,
        long failed,
        long tooLong,
        long unfinished,
        long tooMany,
        long noNode,
        long paused) {
    /// The counts by name.
    ///
    /// @return the same numbers under the names that metrics have
    public Map<String, Long> fates() {
        Map<String, Long> fates = new LinkedHashMap<>();
        fates.put("answered", answered);
        fates.put("failed", failed);
        fates.put("too-long", tooLong);
        fates.put("unfinished", unfinished);
        fates.put("too-many", tooMany);
        fates.put("no-node", noNode);
        fates.put("paused", paused);
        return fates;
    }
}
