package io.breakwater.testing;

import java.util.Arrays;
import java.util.stream.Collectors;

/// A configuration with one server `web`, one location `all` and one upstream `origin`, to which a
/// test adds what it is about. Immutable.
///
/// @param nodes the upstream's `nodes` array as TOML
/// @param server further TOML lines of the server
/// @param location further TOML lines of the location
/// @param upstream further TOML lines of the upstream
/// @param more further tables
public record Setup(String nodes, String server, String location, String upstream, String more) {
    /// A configuration in front of an origin.
    ///
    /// @param origin the origin
    /// @return the configuration
    public static Setup to(FakeOrigin origin) {
        return to(origin.address());
    }

    /// A configuration in front of nodes.
    ///
    /// @param addresses their addresses
    /// @return the configuration
    public static Setup to(String... addresses) {
        return ofNodes(
                Arrays.stream(addresses)
                        .map(address -> '"' + address + '"')
                        .collect(Collectors.joining(", ", "[", "]")));
    }

    /// A configuration whose location answers by itself.
    ///
    /// @param body what it answers, as `respond` has it
    /// @return the configuration
    public static Setup answering(String body) {
        return to("127.0.0.1:1").location("respond = { status = 200, body = \"" + body + "\" }");
    }

    /// A configuration with nodes written out.
    ///
    /// @param nodes the `nodes` array as TOML
    /// @return the configuration
    public static Setup ofNodes(String nodes) {
        return new Setup(nodes, "", "", "", "");
    }

    /// Adds to the server.
    ///
    /// @param toml one line or more
    /// @return the changed configuration
    public Setup server(String toml) {
        return new Setup(nodes, server + toml + "\n", location, upstream, more);
    }

    /// Adds to the location.
    ///
    /// @param toml one line or more
    /// @return the changed configuration
    public Setup location(String toml) {
        return new Setup(nodes, server, location + toml + "\n", upstream, more);
    }

    /// Chooses the body engine.
    ///
    /// @param engine the engine
    /// @return the changed configuration
    public Setup engine(BodyEngine engine) {
        return location(engine.locationToml());
    }

    /// Adds to the upstream.
    ///
    /// @param toml one line or more
    /// @return the changed configuration
    public Setup upstream(String toml) {
        return new Setup(nodes, server, location, upstream + toml + "\n", more);
    }

    /// Adds tables.
    ///
    /// @param toml the tables
    /// @return the changed configuration
    public Setup more(String toml) {
        return new Setup(nodes, server, location, upstream, more + toml + "\n");
    }

    /// The configuration as text.
    ///
    /// @return TOML
    public String toml() {
        return """
        [servers.web]
        listen = ["127.0.0.1:0"]
        locations = ["all"]
        access-log = { format = "outcome", file = "access.log" }
        %s
        [locations.all]
        %s
        %s
        [upstreams.origin]
        nodes = %s
        %s
        [log-formats.outcome]
        format = "{status} {reason}"
        %s
        """
                .formatted(
                        server,
                        location.startsWith("respond") ? "" : "upstream = \"origin\"",
                        location,
                        nodes,
                        upstream,
                        more);
    }

    /// Starts Breakwater with it.
    ///
    /// @return a running Breakwater
    /// @throws Exception when it does not start
    public TestBreakwater start() throws Exception {
        return TestBreakwater.start(toml());
    }
}
