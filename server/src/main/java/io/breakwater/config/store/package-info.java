/// Keeps what must survive a restart: configuration objects, their revisions, users and tokens, in
/// an SQL database (embedded H2, or PostgreSQL). In: documents and accounts; out: the same, later.
/// Everything here blocks and runs on virtual or start-up threads, never on an I/O thread. The
/// formats on disk besides the database are the change witness, laid out at `ChangeWitness`, and
/// sealed texts inside it, laid out at `SealingKey`.
@NullMarked
package io.breakwater.config.store;

import org.jspecify.annotations.NullMarked;
