/// Tests of the package of the same name, on real files.
@NullMarked
package io.breakwater.config.reload;

import org.jspecify.annotations.NullMarked;
