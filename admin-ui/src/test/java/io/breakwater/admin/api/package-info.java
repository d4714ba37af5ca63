/// Tests over real sockets against the real console.
@NullMarked
package io.breakwater.admin.api;

import org.jspecify.annotations.NullMarked;
