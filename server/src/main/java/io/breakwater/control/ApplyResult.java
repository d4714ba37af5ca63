package io.breakwater.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.config.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What became of a change. Anything but [Applied] and [Unchanged] left the running configuration
/// untouched.
public sealed interface ApplyResult {
    /// It is in force and stored.
    ///
    /// @param revision the new revision
    /// @param tag the changed object's tag, null for changes of more than one object or removals
    /// @param millis how long the apply took
    /// @param differences what changed
    record Applied(
            long revision, @Nullable String tag, long millis, List<Control.Difference> differences)
            implements ApplyResult {}

    /// It was the same already.
    ///
    /// @param revision the revision in force
    /// @param tag the object's tag, null as above
    record Unchanged(long revision, @Nullable String tag) implements ApplyResult {}

    /// The configuration is not valid or cannot take effect (a port is taken, ...).
    ///
    /// @param problems all of them
    record Invalid(List<Problem> problems) implements ApplyResult {}

    /// Somebody else changed it in between.
    ///
    /// @param revision the revision in force
    /// @param tag the object's present tag, null when it is gone or for whole documents
    /// @param current the object's present fields, null as above
    record Conflict(long revision, @Nullable String tag, @Nullable ObjectNode current)
            implements ApplyResult {}

    /// There is no such object or revision.
    record NotFound() implements ApplyResult {}
}
