/// Tests of HTTP values.
@NullMarked
package io.breakwater.http;

import org.jspecify.annotations.NullMarked;
