/// What TLS needs on either side: certificates and keys from their PEM form, and the names that a
/// certificate is good for; what listeners show clients. No sockets and no Jetty; only files are
/// read.
@NullMarked
package io.breakwater.tls;

import org.jspecify.annotations.NullMarked;
