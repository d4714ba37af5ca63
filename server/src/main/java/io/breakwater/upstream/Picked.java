package io.breakwater.upstream;

/// A node that was picked for an attempt.
///
/// @param node the node
/// @param most attempts on it at once, 0 for any number
/// @param tries whether the attempt is the one that tries a node that was taken out
public record Picked(Node node, int most, boolean tries) {
    Picked again() {
        return new Picked(node, most, false);
    }
}
