/// The servlet engine: `ProxyServlet`, an `AsyncMiddleManServlet` whose `ContentTransformer`s are
/// the one way response bytes are seen or changed. In: an [io.breakwater.relay.UpstreamCall]; out:
/// its answered exchange. Entered through the server's executor, because a servlet container
/// dispatches; transformers run on the client's selector threads and must not block.
@NullMarked
package io.breakwater.relay.transform;

import org.jspecify.annotations.NullMarked;
