package io.breakwater.upstream.health;

import org.jspecify.annotations.Nullable;

/// A way to ask a node.
@FunctionalInterface
interface Check {
    /// Asks once. Returns at once.
    ///
    /// @param result is told once what was found
    void run(Result result);

    /// Takes what a check found.
    @FunctionalInterface
    interface Result {
        /// Called on any thread.
        ///
        /// @param failure what is wrong, in words; null when the node is well
        void found(@Nullable String failure);
    }
}
