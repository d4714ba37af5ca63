/// Tests of keys and certificates.
@NullMarked
package io.breakwater.tls;

import org.jspecify.annotations.NullMarked;
