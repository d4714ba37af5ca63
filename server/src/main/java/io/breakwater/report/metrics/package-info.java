/// Phase `report`, figures: finished exchanges come in; samples of each second for the console and
/// the Prometheus text go out. Counting runs on the thread that finished the exchange, the samples
/// are made by the thread `bw-figures-1`.
@NullMarked
package io.breakwater.report.metrics;

import org.jspecify.annotations.NullMarked;
