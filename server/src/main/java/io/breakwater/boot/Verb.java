package io.breakwater.boot;

import com.google.errorprone.annotations.Var;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// A verb of the command line that has to do with one process and its settings.
abstract class Verb implements Callable<Integer> {
    /// Which process.
    @Mixin final SettingsOptions options = new SettingsOptions();

    @Spec @Var private CommandSpec spec = CommandSpec.create();

    /// Prints lines for the person at the terminal.
    final void say(String... lines) {
        PrintWriter out = spec.commandLine().getOut();
        for (String line : lines) {
            out.println(line);
        }
        out.flush();
    }

    /// Prints text as it is.
    final void print(String text) {
        spec.commandLine().getOut().print(text);
        spec.commandLine().getOut().flush();
    }
}
