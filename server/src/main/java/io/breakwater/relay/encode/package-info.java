/// Content codings of bodies that stream by. In: buffers as they come; out: buffers of the coded
/// form. Encoders hold native memory and are used by one thread at a time; [Encoders] counts what
/// they did, and knows which of them this machine has.
@NullMarked
package io.breakwater.relay.encode;

import org.jspecify.annotations.NullMarked;
