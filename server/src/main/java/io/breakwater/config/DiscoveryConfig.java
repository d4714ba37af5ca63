package io.breakwater.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How an upstream finds its nodes.
///
/// @param how the way
/// @param interval the longest time between two look-ups, or the time between two looks at the
///   file; null for what the answers say, or one second
/// @param resolver the DNS servers, literals only; empty for the system's
/// @param file where the nodes are listed, null when in no file
public record DiscoveryConfig(
        How how, @Nullable Duration interval, List<HostPort> resolver, @Nullable String file) {
    /// Copies the list.
    public DiscoveryConfig {
        resolver = List.copyOf(resolver);
    }

    /// The ways.
    public enum How {
        /// Nodes are what is configured.
        STATIC,
        /// Nodes are the addresses of the configured names.
        DNS,
        /// Nodes are what the service records of the configured names list.
        SRV,
        /// Nodes are listed in a file.
        FILE
    }
}
