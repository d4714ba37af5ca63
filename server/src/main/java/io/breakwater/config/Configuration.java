package io.breakwater.config;

import java.util.Map;

/// A valid configuration as typed records, by name. Made by `ConfigReader`; every reference in it
/// resolves.
///
/// @param servers by name
/// @param locations by name
/// @param upstreams by name
/// @param certificates by name
/// @param cachePolicies by name
/// @param errorPages by name
/// @param logFormats by name
public record Configuration(
        Map<String, ServerConfig> servers,
        Map<String, LocationConfig> locations,
        Map<String, UpstreamConfig> upstreams,
        Map<String, CertificateConfig> certificates,
        Map<String, CachePolicyConfig> cachePolicies,
        Map<String, ErrorPageConfig> errorPages,
        Map<String, LogFormatConfig> logFormats) {
    /// The configuration without objects.
    public static final Configuration EMPTY =
            new Configuration(Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of());

    /// Copies the maps.
    public Configuration {
        servers = Map.copyOf(servers);
        locations = Map.copyOf(locations);
        upstreams = Map.copyOf(upstreams);
        certificates = Map.copyOf(certificates);
        cachePolicies = Map.copyOf(cachePolicies);
        errorPages = Map.copyOf(errorPages);
        logFormats = Map.copyOf(logFormats);
    }
}
