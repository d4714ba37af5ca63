/// What all sockets share: the selectors that serve client and upstream connections alike, and the
/// executor of their tasks. No HTTP in here.
@NullMarked
package io.breakwater.io;

import org.jspecify.annotations.NullMarked;
