package io.breakwater.upstream;

/// A node that was picked for an attempt.
///
/// @param node the node
/// @param tries whether the attempt is the one that tries a node that was taken out
public record Picked(Node node, boolean tries) {}
