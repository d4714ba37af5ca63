package io.breakwater.boot;

import io.breakwater.acme.Acme;
import io.breakwater.cache.Keys;
import io.breakwater.config.Document;
import io.breakwater.config.InvalidConfigException;
import io.breakwater.config.Problem;
import io.breakwater.config.reload.ConfigService;
import io.breakwater.config.reload.EngineSettings;
import io.breakwater.config.reload.LiveEngine;
import io.breakwater.config.store.Store;
import io.breakwater.config.store.StoreException;
import io.breakwater.control.Accounts;
import io.breakwater.control.Console;
import io.breakwater.control.StatusView;
import io.breakwater.listen.quic.QuicLibrary;
import io.breakwater.tls.TlsLibrary;
import io.breakwater.upstream.sticky.CookieKey;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The parts of a running process. They start in this order: data folder; store and engine side by
/// side; sample pages; configuration, which opens the listeners; console. They stop in reverse, but
/// for the engine, which drains first while the console still answers.
///
/// One thread starts and stops it.
final class Breakwater {
    private static final Logger LOG = LoggerFactory.getLogger(Breakwater.class);

    private final ProcessSettings settings;
    private final Deque<Part> parts = new ArrayDeque<>();
    private @Nullable LiveEngine engine;
    private @Nullable ConfigService service;
    private String consoleUrl = "";
    private boolean firstPassword;

    private Breakwater(ProcessSettings settings) {
        this.settings = settings;
    }

    /// Starts everything. On an exception nothing is left running.
    ///
    /// @param settings process settings
    /// @param first what an empty store is filled with
    /// @return the running process
    /// @throws StartException with one line for the person at the terminal
    static Breakwater start(ProcessSettings settings, FirstStart first) throws StartException {
        Breakwater breakwater = new Breakwater(settings);
        boolean started = false;
        try {
            breakwater.startParts(first);
            started = true;
            return breakwater;
        } catch (IOException e) {
            throw new StartException("cannot start: " + e, e);
        } catch (StoreException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        } finally {
            if (!started) {
                breakwater.stop(Duration.ZERO);
            }
        }
    }

    /// Stops everything: readiness off, no new connections, requests in flight may finish.
    ///
    /// @param drain how long they may take
    void stop(Duration drain) {
        ConfigService draining = service;
        if (draining != null) {
            draining.drain(true);
        }
        LiveEngine stopping = engine;
        if (stopping != null) {
            close(new Part("engine", () -> stopping.stop(drain)));
        }
        while (!parts.isEmpty()) {
            close(parts.pop());
        }
    }

    /// Opens the access logs anew and reads the files that the configuration names again. When it
    /// returns, no line goes to a log file that was moved away.
    ///
    /// @throws InvalidConfigException when a file cannot be used; those in use stay in force then
    void reload() throws InvalidConfigException {
        LiveEngine logging = engine;
        if (logging != null) {
            logging.logFiles().reopen();
            if (!logging.logFiles().flush()) {
                LOG.warn("the access logs are not opened anew yet");
            }
        }
        ConfigService running = service;
        if (running != null) running.reload();
    }

    /// What the start script and the person want to know: `key=value` lines.
    String summary() {
        ConfigService running = service;
        if (running == null) {
            throw new IllegalStateException("not started");
        }
        StatusView status = running.status();
        StringBuilder out = new StringBuilder();
        out.append("pid=").append(ProcessHandle.current().pid()).append('\n');
        out.append("console=").append(consoleUrl).append('\n');
        out.append("show=Breakwater ")
                .append(status.version())
                .append(" is ready (revision ")
                .append(status.revision())
                .append(")\n");
        String proxies =
                status.listeners().stream()
                        .map(listener -> Addresses.link(listener.address()))
                        .distinct()
                        .collect(Collectors.joining("  "));
        out.append("show=Proxy        ")
                .append(proxies.isEmpty() ? "no server listens" : proxies)
                .append('\n');
        out.append("show=Console      ").append(consoleUrl).append('\n');
        if (firstPassword) {
            out.append("password-file=").append(settings.initialPasswordFile()).append('\n');
        }
        return out.toString();
    }

    /// Addresses the proxy listens on, with their real ports.
    ///
    /// @return URLs
    List<String> proxyUrls() {
        ConfigService running = service;
        return running == null
                ? List.of()
                : running.status().listeners().stream()
                        .map(listener -> Addresses.link(listener.address()))
                        .toList();
    }

    /// The console's URL with its real port.
    String consoleUrl() {
        return consoleUrl;
    }

    private void startParts(FirstStart first) throws StartException, IOException {
        final long startMillis = System.currentTimeMillis();
        DataFolder folder = DataFolder.open(settings);
        parts.push(new Part("data folder", folder::close));
        QuicLibrary.tidy(settings.temporaryDir());
        FutureTask<LiveEngine> startingEngine = inBackground("engine", () -> startEngine(settings));
        FutureTask<@Nullable Console> findingConsole =
                inBackground("console", Breakwater::findConsole);
        Store store = Store.open(settings.storeUrl(), settings.keyFile());
        parts.push(new Part("store", store::close));
        final Accounts accounts = accounts(store);
        LiveEngine running = result(startingEngine);
        engine = running;
        running.signCookies(store.secret("cookies", CookieKey.BYTES));
        running.hashKeys(store.secret("cache-keys", Keys.SECRET_BYTES));
        Acme acme =
                new Acme(
                        store.acme(), running.challenges(), running::applyAgain, Acme.Pace.usual());
        parts.push(new Part("certificates", acme::close));
        running.obtainCertificates(acme);
        consoleUrl = "http://" + Addresses.text(settings.adminListen());
        SampleServer sample = SampleServer.start(settings.sampleListen(), consoleUrl);
        parts.push(new Part("sample pages", sample::close));
        ConfigService.About about =
                new ConfigService.About(Version.text(), consoleUrl, startMillis);
        ConfigService configuring = new ConfigService(store, running, running.figures(), about);
        configure(configuring, store, first);
        service = configuring;
        Console.Running console = startConsole(result(findingConsole), configuring, accounts);
        if (console != null) {
            parts.push(new Part("console", console::stop));
            consoleUrl =
                    "http://"
                            + Addresses.text(
                                    settings.adminListen().getHostString(), console.port());
        }
        folder.ready(summary());
    }

    private static LiveEngine startEngine(ProcessSettings settings) throws Exception {
        LiveEngine engine =
                new LiveEngine(
                        new EngineSettings(
                                settings.home(),
                                settings.logDir(),
                                settings.temporaryDir(),
                                settings.selectors(),
                                settings.nativeTls()
                                        ? TlsLibrary.in(settings.temporaryDir())
                                        : TlsLibrary.NONE,
                                settings.cache(),
                                settings.drain(),
                                Version.text()));
        engine.start();
        return engine;
    }

    private Accounts accounts(Store store) throws StartException, IOException {
        String given = FirstPassword.given(System.getenv());
        try {
            firstPassword = store.ensureAdmin(settings.initialPasswordFile(), given) != null;
        } catch (IllegalArgumentException e) {
            throw new StartException(FirstPassword.VARIABLE + ": " + e.getMessage(), e);
        }
        Accounts accounts = store.accounts(settings.initialPasswordFile());
        LocalToken.ensure(accounts, settings.tokenFile());
        return accounts;
    }

    private void configure(ConfigService configuring, Store store, FirstStart first)
            throws StartException {
        boolean empty = store.revision() == 0;
        if (!empty && first.isAsked()) {
            throw new StartException(
                    "the store already has a configuration, so --upstream and --listen, which are"
                            + " for a first start, do nothing: change it in the console or with"
                            + " bin/breakwater apply");
        }
        try {
            configuring.start(empty ? first.document(settings.firstConfig()) : Document.EMPTY);
        } catch (InvalidConfigException e) {
            throw new StartException(
                    e.problems().stream()
                            .map(Problem::toString)
                            .collect(
                                    Collectors.joining(
                                            "\n  ",
                                            "the configuration cannot take effect:\n  ",
                                            "")),
                    e);
        }
    }

    private Console.@Nullable Running startConsole(
            @Nullable Console console, ConfigService configuring, Accounts accounts)
            throws StartException {
        if (console == null) {
            LOG.warn("no console on the class path: running without one");
            return null;
        }
        try {
            return console.start(
                    new Console.Setup(
                            settings.adminListen(), configuring, accounts, settings.adminWebDir()));
        } catch (IOException e) {
            throw new StartException(
                    "the console cannot listen on "
                            + Addresses.text(settings.adminListen())
                            + " (admin.listen): "
                            + reason(e),
                    e);
        }
    }

    private static @Nullable Console findConsole() {
        return ServiceLoader.load(Console.class).findFirst().orElse(null);
    }

    private static String reason(IOException e) {
        Throwable deepest = e;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return String.valueOf(deepest.getMessage());
    }

    /// Class loading is most of a start, so what does not depend on the store loads beside it.
    private static <T extends @Nullable Object> FutureTask<T> inBackground(
            String name, Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(task);
        Thread.ofPlatform().daemon().name("bw-start-" + name).start(future);
        return future;
    }

    private static <T extends @Nullable Object> T result(FutureTask<T> task) throws StartException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw new StartException("cannot start: " + cause, cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted while starting", e);
        }
    }

    private static void close(Part part) {
        try {
            part.close().call();
        } catch (Exception e) {
            // The other parts still have to stop.
            LOG.warn("stopping: {}", part.name(), e);
        }
    }

    private record Part(String name, Closing close) {}

    /// Stops one part.
    private interface Closing {
        void call() throws Exception;
    }
}
