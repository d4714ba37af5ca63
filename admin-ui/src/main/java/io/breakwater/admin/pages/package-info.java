/// The console's pages: one class, one view record and one template each. In comes a request that
/// the security filter has let through; out goes HTML. Pages read views and documents, never live
/// server objects, and run on the console's own threads, where they may block.
@NullMarked
package io.breakwater.admin.pages;

import org.jspecify.annotations.NullMarked;
