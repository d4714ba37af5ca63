package io.breakwater.boot;

/// Exit codes that scripts rely on, beside 0 for done and 2 for a wrong command line.
final class ExitCode {
    /// What was asked could not be done.
    static final int FAILED = 1;

    /// `status`: nothing runs.
    static final int NOT_RUNNING = 3;

    /// `run`: it already runs.
    static final int ALREADY_RUNNING = 4;

    private ExitCode() {}
}
