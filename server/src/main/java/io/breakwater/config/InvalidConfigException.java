package io.breakwater.config;

import java.io.Serial;
import java.util.List;
import java.util.stream.Collectors;

/// A configuration that cannot be used. It carries every problem found, never only the first.
public final class InvalidConfigException extends Exception {
    @Serial private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /// Makes the exception.
    ///
    /// @param problems all problems, not empty
    public InvalidConfigException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("; ")));
        this.problems = List.copyOf(problems);
    }

    /// All problems.
    ///
    /// @return not empty, in document order
    public List<Problem> problems() {
        return problems;
    }
}
