package io.breakwater.admin.api;

import java.util.function.LongFunction;
import java.util.function.LongSupplier;

/// Reads of a content and its tag that belong together, although a change may come in between: read
/// again until the tag stood still.
final class Snapshot {
    static final int ATTEMPTS = 20;

    private Snapshot() {}

    static <T> T read(LongSupplier version, LongFunction<T> content) {
        T read;
        long before;
        int attempt = 0;
        do {
            before = version.getAsLong();
            read = content.apply(before);
            attempt++;
        } while (version.getAsLong() != before && attempt < ATTEMPTS);
        return read;
    }

    static ApiException busy() {
        return new ApiException(503, "the configuration changes too fast to be read")
                .withHeader("Retry-After", "1");
    }
}
