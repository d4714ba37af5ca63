package io.breakwater.boot;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeAndTimeBasedRollingPolicy;
import ch.qos.logback.core.util.FileSize;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The process log: `breakwater.log` in the log folder, a file a day and more when one grows too
/// large, older ones compressed. Set up in code, because reading Logback's XML would be the slowest
/// single step of a start; a file named by `-Dlogback.configurationFile` replaces all of this.
final class ProcessLog {
    private static final String PATTERN =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{24} - %msg%n%ex";

    private ProcessLog() {}

    /// Whether somebody brings a Logback file.
    static boolean hasOwnFile() {
        return System.getProperty("logback.configurationFile") != null;
    }

    /// Directs the log to its file.
    ///
    /// @param settings folder, size, number of files, level
    /// @param console whether lines also go to the standard error stream
    static void open(ProcessSettings settings, boolean console) {
        if (hasOwnFile() || !(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
            return;
        }
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        // The queue keeps disk waits away from I/O threads; at 80 % full it gives up debug and info
        // lines.
        AsyncAppender queue = new AsyncAppender();
        queue.setContext(context);
        queue.setName("file-queue");
        queue.setQueueSize(4096);
        queue.setNeverBlock(true);
        queue.addAppender(file(context, settings));
        queue.start();
        root.addAppender(queue);
        if (console) {
            root.addAppender(standardError(context));
        }
        level(settings.logLevel());
    }

    /// Sets the level of Breakwater's own loggers; libraries stay at `info` or above.
    static void level(String level) {
        if (hasOwnFile() || !(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
            return;
        }
        Level wanted = Level.toLevel(level, Level.INFO);
        Level libraries = wanted.isGreaterOrEqual(Level.WARN) ? wanted : Level.WARN;
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(libraries);
        context.getLogger("io.breakwater").setLevel(wanted);
    }

    /// Writes what is queued and closes the files.
    static void close() {
        ILoggerFactory factory = LoggerFactory.getILoggerFactory();
        if (factory instanceof LoggerContext context) {
            context.stop();
        }
    }

    static ConsoleAppender<ILoggingEvent> standardError(LoggerContext context) {
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setName("stderr");
        appender.setTarget("System.err");
        start(context, appender);
        return appender;
    }

    private static RollingFileAppender<ILoggingEvent> file(
            LoggerContext context, ProcessSettings settings) {
        RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
        appender.setContext(context);
        appender.setName("file");
        appender.setFile(settings.logDir().resolve("breakwater.log").toString());
        SizeAndTimeBasedRollingPolicy<ILoggingEvent> policy = new SizeAndTimeBasedRollingPolicy<>();
        policy.setContext(context);
        policy.setParent(appender);
        policy.setFileNamePattern(
                settings.logDir().resolve("breakwater.%d{yyyy-MM-dd}.%i.log.gz").toString());
        policy.setMaxFileSize(new FileSize(settings.logMaxSize()));
        policy.setMaxHistory(settings.logKeep());
        policy.setTotalSizeCap(new FileSize(settings.logMaxSize() * settings.logKeep()));
        policy.start();
        appender.setRollingPolicy(policy);
        start(context, appender);
        return appender;
    }

    private static void start(LoggerContext context, OutputStreamAppender<ILoggingEvent> appender) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN);
        encoder.start();
        appender.setEncoder(encoder);
        appender.start();
    }
}
