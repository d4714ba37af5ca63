/// The configuration model: documents as they are stored and exchanged, the table of settings, and
/// the typed records that a valid document becomes. Pure values without I/O or Jetty types; any
/// thread.
@NullMarked
package io.breakwater.config;

import org.jspecify.annotations.NullMarked;
