/// Raw bytes in and out of a running Breakwater: what RFC 9110 and 9112 ask of a gateway, how it
/// fails, how it streams and how it is changed while it runs.
@NullMarked
package io.breakwater.wire;

import org.jspecify.annotations.NullMarked;
