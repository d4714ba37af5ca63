/// Everything the console and the command line may see or do: view records and the [Control] and
/// [Accounts] interfaces. Views are values, never live server objects. Calls may block and run on
/// virtual threads, never on an I/O thread.
@NullMarked
package io.breakwater.control;

import org.jspecify.annotations.NullMarked;
