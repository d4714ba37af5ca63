/// Phase `route`: from a request head to a location. In come the locations of a configuration,
/// compiled by [io.breakwater.route.LocationCompiler] when it is applied, and the head of each
/// request; out go a `RouteMatch` with its captures, and the edits, rewrites and texts that later
/// phases run. All of it is immutable; matching runs on the exchange's thread and never blocks.
@NullMarked
package io.breakwater.route;

import org.jspecify.annotations.NullMarked;
