/// What TLS needs on either side: certificates and keys from their PEM form, and the names that a
/// certificate is good for. Pure; no sockets and no Jetty.
@NullMarked
package io.breakwater.tls;

import org.jspecify.annotations.NullMarked;
