package io.breakwater.boot;

import com.google.errorprone.annotations.Var;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The command line: `run` is the server itself, the other verbs work on a running one or on files.
@Command(
        name = "breakwater",
        description = "A reverse proxy and gateway that is run and changed from a browser.",
        synopsisSubcommandLabel = "VERB",
        subcommands = {
            HelpCommand.class,
            RunCommand.class,
            StatusCommand.class,
            ReloadCommand.class,
            StopCommand.class,
            ConfigCommands.Validate.class,
            ConfigCommands.Apply.class,
            ConfigCommands.Export.class,
            ConfigCommands.Diff.class,
            ConfigCommands.Rollback.class,
            AccountCommands.Passwd.class,
            AccountCommands.Tokens.class,
            RouteCommand.class,
            PurgeCommand.class,
            CertificateCommands.class,
            VersionCommand.class,
            TrainCommand.class
        })
public final class Main implements Runnable {
    @Spec @Var private CommandSpec spec = CommandSpec.create();

    /// Made by the command line.
    public Main() {}

    /// Runs a verb and ends the process with its exit code.
    ///
    /// @param arguments verb and options
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Main());
        line.setExecutionExceptionHandler(
                (failure, command, parsed) -> Failures.report(failure, command));
        return line;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which verb?");
    }
}
