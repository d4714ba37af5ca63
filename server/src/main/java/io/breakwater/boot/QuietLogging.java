package io.breakwater.boot;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.Logger;

/// What Logback does until [ProcessLog] takes over: warnings to the standard error stream. Found by
/// `ServiceLoader`. Logback's own search for an XML file costs a good part of a start's time, so it
/// only goes on when somebody asks for a file with `-Dlogback.configurationFile`.
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class QuietLogging extends ContextAwareBase implements Configurator {
    /// Made by `ServiceLoader`.
    public QuietLogging() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (ProcessLog.hasOwnFile() || hasTestFile()) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(ProcessLog.standardError(context));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static boolean hasTestFile() {
        return QuietLogging.class.getResource("/logback-test.xml") != null;
    }
}
