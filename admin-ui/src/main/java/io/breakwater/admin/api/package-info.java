/// The REST API under `/api/v1`, its OpenAPI document, the event stream, and the probes `/healthz`,
/// `/readyz` and `/metrics`. In: requests; out: JSON, RFC 9457 problems, calls of
/// [io.breakwater.control.Control]. Runs on virtual threads; the event stream has one thread of its
/// own for all clients.
@NullMarked
package io.breakwater.admin.api;

import org.jspecify.annotations.NullMarked;
