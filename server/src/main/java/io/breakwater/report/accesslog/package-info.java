/// Phase `report`, access log: finished exchanges come in, lines in files go out. Lines are
/// rendered on the thread that finished the exchange, copied into a bounded buffer per file, and
/// written by the single thread `bw-accesslog-1`; nothing here makes a request wait.
@NullMarked
package io.breakwater.report.accesslog;

import org.jspecify.annotations.NullMarked;
