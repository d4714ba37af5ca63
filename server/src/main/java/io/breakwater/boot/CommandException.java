package io.breakwater.boot;

import java.io.Serial;

/// A command that cannot do what was asked. Its message is for the person at the terminal.
final class CommandException extends Exception {
    @Serial private static final long serialVersionUID = 1L;

    CommandException(String message) {
        super(message);
    }
}
