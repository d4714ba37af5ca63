/// Tests of the console with the rest of the product behind it.
@NullMarked
package io.breakwater.admin;

import org.jspecify.annotations.NullMarked;
