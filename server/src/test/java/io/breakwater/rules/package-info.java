/// The rules of the house that a machine can hold: package directions and the shape of sources.
@NullMarked
package io.breakwater.rules;

import org.jspecify.annotations.NullMarked;
