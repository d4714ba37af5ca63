package io.breakwater.cache.store;

import java.util.concurrent.atomic.LongAdder;

/// What is counted of a file since the start, however often it is opened. Any thread.
final class Counts {
    final LongAdder commits = new LongAdder();
    final LongAdder failedWritings = new LongAdder();
    final LongAdder evictions = new LongAdder();
    final LongAdder bytesWritten = new LongAdder();
    final LongAdder bytesRead = new LongAdder();
    final LongAdder loads = new LongAdder();
    final LongAdder refusedLoads = new LongAdder();
    final LongAdder readErrors = new LongAdder();
    final LongAdder writeErrors = new LongAdder();
    final LongAdder checksumFailures = new LongAdder();
}
