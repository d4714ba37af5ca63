package io.breakwater.testing;

/// Which of the two body engines relays a response. Both have to behave alike.
public enum BodyEngine {
    /// The core pump, for what only passes through.
    PUMP(""),
    /// The servlet with its content transformers; the filter's media type matches nothing, so that
    /// bodies come through it unchanged.
    SERVLET(
            "transform = { replace = [{ from = \"never\", to = \"ever\" }],"
                    + " types = [\"application/x-never\"] }\n");

    private final String locationToml;

    BodyEngine(String locationToml) {
        this.locationToml = locationToml;
    }

    /// What a location needs to be served by this engine.
    ///
    /// @return TOML lines, possibly none
    public String locationToml() {
        return locationToml;
    }
}
