package io.breakwater.config;

import java.time.Duration;

/// When a node is taken out because of what live traffic shows.
///
/// @param failures so many in a row, 0 for never
/// @param errorPercent or such a share of failures within the window, 0 for never
/// @param window over how long the share is taken
/// @param minRequests and of how many requests at least
/// @param eject for how long, the first time
public record OutlierConfig(
        int failures, int errorPercent, Duration window, int minRequests, Duration eject) {
    /// Whether a node can be taken out at all.
    ///
    /// @return false when both conditions are off
    public boolean isOn() {
        return failures > 0 || errorPercent > 0;
    }
}
