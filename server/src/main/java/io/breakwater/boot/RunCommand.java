package io.breakwater.boot;

import com.google.errorprone.annotations.Var;
import io.breakwater.config.Durations;
import io.breakwater.config.InvalidConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `run`: the server itself, until a signal ends it.
@Command(
        name = "run",
        description = "Runs the server in this process; bin/start.sh does it for you.")
final class RunCommand extends Verb {
    private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

    @Option(
            names = "--upstream",
            paramLabel = "URL",
            description = "First start only: what to proxy.")
    private @Nullable String upstream;

    @Option(
            names = "--listen",
            paramLabel = "ADDR",
            description = "First start only: where to listen.")
    private @Nullable String listen;

    @Option(
            names = "--ready-file",
            hidden = true,
            description = "Written when the server is ready.")
    private @Nullable Path readyFile;

    @Option(names = "--console-log", description = "Logs to the terminal too.")
    @Var
    private boolean consoleLog;

    private enum Signal {
        STOP,
        RELOAD
    }

    @Override
    public Integer call() throws Exception {
        ProcessSettings settings = options.read();
        LocalProcess other = LocalProcess.of(settings);
        if (other.isRunning()) {
            return alreadyRunning(other);
        }
        prepare(settings);
        LinkedBlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
        Signals.on("TERM", () -> signals.add(Signal.STOP));
        Signals.on("INT", () -> signals.add(Signal.STOP));
        Signals.on("HUP", () -> signals.add(Signal.RELOAD));
        Breakwater breakwater;
        try {
            breakwater = Breakwater.start(settings, new FirstStart(upstream, listen));
        } catch (StartException e) {
            LOG.error("not started: {}", e.getMessage(), e);
            ProcessLog.close();
            throw e;
        }
        announce(breakwater, settings);
        AtomicReference<ProcessSettings> current = new AtomicReference<>(settings);
        while (signals.take() == Signal.RELOAD) {
            reload(breakwater, current);
        }
        // Whoever asks again does not want to wait for the drain. Changes are on disk already.
        Thread.ofPlatform().daemon().name("bw-second-signal").start(() -> haltAtNext(signals));
        stop(breakwater, current.get());
        return 0;
    }

    private int alreadyRunning(LocalProcess other) {
        say("Breakwater already runs (pid " + other.pid() + ").");
        other.lines("show").forEach(this::say);
        if (upstream != null || listen != null) {
            say("It keeps its configuration: --upstream and --listen are for a first start.");
        }
        return ExitCode.ALREADY_RUNNING;
    }

    private void prepare(ProcessSettings settings) throws StartException, IOException {
        // Folders before the log, so that a folder that cannot be written is told as just that.
        DataFolder.prepare(settings);
        Path temporary = PrivateFolder.make(settings.temporaryDir());
        // Native libraries are unpacked there: a folder that others can write to would let them
        // put their own code in, and two processes would overwrite each other's mapped files.
        System.setProperty("java.io.tmpdir", temporary.toString());
        ProcessLog.open(settings, consoleLog);
        LOG.info(
                "Breakwater {} starts on Java {}, data {}",
                Version.text(),
                Runtime.version(),
                settings.dataDir());
    }

    private void announce(Breakwater breakwater, ProcessSettings settings) throws IOException {
        String summary = breakwater.summary();
        LOG.info("ready: proxy {}, console {}", breakwater.proxyUrls(), breakwater.consoleUrl());
        if (readyFile != null) {
            DataFolder.replace(readyFile, summary);
            return;
        }
        LocalProcess.lines(summary, "show").forEach(this::say);
        if (summary.contains("password-file=")) {
            say("Sign in      admin / " + Files.readString(settings.initialPasswordFile()).strip());
            say(
                    "             (shown once; also in "
                            + settings.initialPasswordFile()
                            + " until you change it)");
        }
    }

    /// Reads everything again that is read while running, each part by itself: one with a fault
    /// changes nothing. What is at fault goes to the log and to a file for who asked.
    private void reload(Breakwater breakwater, AtomicReference<ProcessSettings> current) {
        List<String> faults = new ArrayList<>();
        try {
            reload(current);
        } catch (InvalidConfigException e) {
            e.problems().forEach(problem -> faults.add(problem.toString()));
        } catch (CommandException e) {
            faults.add(String.valueOf(e.getMessage()));
        }
        try {
            breakwater.reload();
            LOG.info("access logs are open anew, the configuration's files are read again");
        } catch (InvalidConfigException e) {
            e.problems().forEach(problem -> faults.add(problem.toString()));
        } catch (RuntimeException e) {
            LOG.error("the files were not read again", e);
            faults.add(e.toString());
        }
        faults.forEach(fault -> LOG.error("not read again: {}", fault));
        try {
            DataFolder.replace(current.get().reloadedFile(), String.join("\n", faults));
        } catch (IOException e) {
            LOG.warn("cannot leave word of what was read again", e);
        }
    }

    private void reload(AtomicReference<ProcessSettings> current)
            throws InvalidConfigException, CommandException {
        ProcessSettings before = current.get();
        ProcessSettings next = options.read();
        List<String> live = new ArrayList<>();
        List<String> restart = new ArrayList<>();
        for (ProcessKey key : ProcessKey.values()) {
            if (!String.valueOf(before.texts().get(key.key()))
                    .equals(next.texts().get(key.key()))) {
                (key.isLive() ? live : restart).add(key.key());
            }
        }
        ProcessLog.level(next.logLevel());
        current.set(before.withLive(next));
        LOG.info("read {} again: in force {}, need a restart {}", next.file(), live, restart);
    }

    private static void haltAtNext(LinkedBlockingQueue<Signal> signals) {
        try {
            while (signals.take() != Signal.STOP) {
                LOG.info("stopping already: settings are not read again");
            }
            LOG.warn("stopped at once by a second signal");
            Runtime.getRuntime().halt(ExitCode.FAILED);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void stop(Breakwater breakwater, ProcessSettings settings) throws IOException {
        Duration drain = StopRequest.take(settings.dataDir()).orElse(settings.drain());
        LOG.info("stopping: up to {} for what is in flight", Durations.format(drain));
        breakwater.stop(drain);
        LOG.info("stopped");
        ProcessLog.close();
    }
}
