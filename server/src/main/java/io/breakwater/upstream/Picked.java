package io.breakwater.upstream;

/// A node that was picked for an attempt.
///
/// @param node the node
/// @param most attempts on it at once, 0 for any number
/// @param tries whether the attempt is the one that tries a node that was taken out
/// @param binds whether the client is to come back to it
public record Picked(Node node, int most, boolean tries, boolean binds) {
    Picked again() {
        return new Picked(node, most, false, binds);
    }

    Picked binding() {
        return new Picked(node, most, tries, true);
    }
}
