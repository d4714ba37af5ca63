/// Kit for tests of the console: the real server, configuration service and store over a fake
/// engine and fake accounts.
@NullMarked
package io.breakwater.admin.testing;

import org.jspecify.annotations.NullMarked;
