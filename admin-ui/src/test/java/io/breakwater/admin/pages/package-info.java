/// The console's pages in a real browser.
@NullMarked
package io.breakwater.admin.pages;

import org.jspecify.annotations.NullMarked;
