/// Certificates from an authority by ACME (RFC 8555): orders, the challenges that they answer, and
/// when they are due. In: the configuration in force. Out: certificates with their keys, and the
/// story of each order. Runs on virtual threads of its own, one per order, which may block; what
/// answers challenges runs on I/O threads and does not.
@NullMarked
package io.breakwater.acme;

import org.jspecify.annotations.NullMarked;
