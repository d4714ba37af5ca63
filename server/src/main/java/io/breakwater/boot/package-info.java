/// Starts and stops a process: command line, process settings (`conf/breakwater.toml`), data
/// folder, logging, signals, and the wiring of store, engine and console. Comes in: arguments,
/// environment, signals. Goes out: a running proxy and an exit code. Everything here runs on the
/// main thread, a signal thread or short-lived virtual threads, never on an I/O thread. Sees all
/// packages; no package sees this one.
@NullMarked
package io.breakwater.boot;

import org.jspecify.annotations.NullMarked;
