package io.breakwater.boot;

import picocli.CommandLine.Command;

/// `version`.
@Command(name = "version", description = "Prints the version.")
final class VersionCommand extends Verb {
    @Override
    public Integer call() {
        say("Breakwater " + Version.text() + " on Java " + Runtime.version());
        return 0;
    }
}
