/// Tests over real sockets against the real console.
@NullMarked
package io.breakwater.admin.security;

import org.jspecify.annotations.NullMarked;
