/// Who may talk to the console: host and origin checks, sessions, CSRF tokens, throttled password
/// checks, and the response headers that keep browsers strict. In: requests; out: a
/// [io.breakwater.admin.security.Session] or a refusal. Runs on virtual threads.
@NullMarked
package io.breakwater.admin.security;

import org.jspecify.annotations.NullMarked;
