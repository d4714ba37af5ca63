/// One request and its response: the `Exchange` that every phase passes on, its errors and its end.
/// Phases see this package, `http` and `config`, never each other's later ones.
@NullMarked
package io.breakwater.exchange;

import org.jspecify.annotations.NullMarked;
