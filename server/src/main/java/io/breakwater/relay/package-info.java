/// The relay phase: one [UpstreamCall] per exchange prepares heads, makes attempts and maps
/// failures; one of two body engines moves the bytes: the [Pump] here, or the servlet engine in
/// `transform`. In: a routed exchange; out: a finished one. Runs on selector threads of server and
/// client; nothing here may block.
@NullMarked
package io.breakwater.relay;

import org.jspecify.annotations.NullMarked;
