/// The console's web server: its own small Jetty [org.eclipse.jetty.server.Server], apart from the
/// proxy's, into which [WebModule]s put their servlets. In: [io.breakwater.control.Console.Setup];
/// out: pages and the REST API. Servlets run on virtual threads and may block.
@NullMarked
package io.breakwater.admin;

import org.jspecify.annotations.NullMarked;
