/// Pure values of HTTP: what a path, a host or a field means, without I/O. Any phase on any thread
/// may use them; nothing here knows Jetty.
@NullMarked
package io.breakwater.http;

import org.jspecify.annotations.NullMarked;
