package io.breakwater.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.breakwater.config.RetryConfig.Cause;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads what an upstream does about failures.
final class Resilience {
    private static final OutlierConfig NEVER_OUT =
            new OutlierConfig(0, 0, Duration.ofSeconds(30), 10, Duration.ofSeconds(10));
    private static final String CAUSES =
            Arrays.stream(Cause.values()).map(Cause::word).collect(Collectors.joining(", "));

    private Resilience() {}

    static RetryConfig retry(Fields fields) {
        if (isOff(fields.raw("retry"))) return new RetryConfig(0, Set.of(), 0, null, 0);
        Fields table = fields.tableOrEmpty("retry");
        RetryConfig retry =
                new RetryConfig(
                        table.integer("attempts"),
                        causes(table),
                        table.integer("budget"),
                        table.durationOrNull("timeout"),
                        table.integer("hedge"));
        table.reportUnknown();
        return retry;
    }

    private static Set<Cause> causes(Fields table) {
        Set<Cause> causes = EnumSet.noneOf(Cause.class);
        for (String word : table.texts("on")) {
            Cause cause = cause(word);
            if (cause == null) table.problem("on", word, "one of " + CAUSES);
            else causes.add(cause);
        }
        return causes;
    }

    private static @Nullable Cause cause(String word) {
        for (Cause cause : Cause.values()) if (cause.word().equals(word)) return cause;
        return null;
    }

    static OutlierConfig outlier(Fields fields) {
        if (isOff(fields.raw("outlier"))) return NEVER_OUT;
        Fields table = fields.tableOrEmpty("outlier");
        OutlierConfig outlier =
                new OutlierConfig(
                        table.integer("failures"),
                        table.integer("error-percent"),
                        table.duration("window"),
                        table.integer("min-requests"),
                        table.duration("eject"));
        table.reportUnknown();
        return outlier;
    }

    /// Both ways to switch a table off.
    static boolean isOff(@Nullable JsonNode written) {
        return written != null
                && (written.isTextual()
                        ? written.textValue().equals("off")
                        : written.isBoolean() && !written.booleanValue());
    }
}
