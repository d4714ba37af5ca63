package io.breakwater.boot;

/// Breakwater's version.
final class Version {
    private Version() {}

    /// As the jar's manifest says; `development` when the classes do not come from a jar.
    static String text() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
