package io.breakwater.boot;

import io.breakwater.config.InvalidConfigException;
import io.breakwater.config.Problem;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/// What a person sees of a command that failed: what is wrong and no stack, which is in the log.
final class Failures {
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    private Failures() {}

    static int report(Exception failure, CommandLine command) {
        PrintWriter err = command.getErr();
        switch (failure) {
            case InvalidConfigException invalid -> print(err, invalid);
            case StartException start -> err.println(start.getMessage());
            case CommandException refused -> err.println(refused.getMessage());
            case NoSuchFileException missing ->
                    err.println("no such file: " + missing.getMessage());
            case IOException io ->
                    err.println(io.getMessage() == null ? io.toString() : io.getMessage());
            default -> {
                LOG.error("{} failed", command.getCommandName(), failure);
                err.println("unexpected: " + failure + " (the log has the stack)");
            }
        }
        err.flush();
        return ExitCode.FAILED;
    }

    static void print(PrintWriter err, InvalidConfigException invalid) {
        for (Problem problem : invalid.problems()) {
            err.println(problem);
        }
    }
}
