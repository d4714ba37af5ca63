package io.breakwater.testing;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.acme.Acme;
import io.breakwater.acme.AcmeStore;
import io.breakwater.cache.Keys;
import io.breakwater.config.CacheSettings;
import io.breakwater.config.ConfigReader;
import io.breakwater.config.Configuration;
import io.breakwater.config.DocumentFormat;
import io.breakwater.config.InvalidConfigException;
import io.breakwater.config.reload.EngineSettings;
import io.breakwater.config.reload.LiveEngine;
import io.breakwater.control.StatusView;
import io.breakwater.tls.TlsLibrary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.jspecify.annotations.Nullable;

/// A running Breakwater without a console or a store. Closing it checks that nothing is left in
/// flight and that every buffer was released.
public final class TestBreakwater implements AutoCloseable {
    private static final long CACHE_BYTES = 64L << 20;
    private static final Duration DRAIN = Duration.ofSeconds(2);

    private final LiveEngine engine;
    private final ArrayByteBufferPool.Tracking buffers;
    private final Path logDir;
    private @Nullable Acme acme;
    private boolean stopped;

    private TestBreakwater(LiveEngine engine, ArrayByteBufferPool.Tracking buffers, Path logDir) {
        this.engine = engine;
        this.buffers = buffers;
        this.logDir = logDir;
    }

    /// Starts with a configuration.
    ///
    /// @param toml the configuration; listen on port 0
    /// @return a running Breakwater
    /// @throws Exception when it does not start
    public static TestBreakwater start(String toml) throws Exception {
        return start(toml, null);
    }

    /// Starts with one I/O selector instead of one for each core, for what is not shared between
    /// them.
    ///
    /// @param toml the configuration; listen on port 0
    /// @return a running Breakwater
    /// @throws Exception when it does not start
    public static TestBreakwater startOnOneSelector(String toml) throws Exception {
        Path logDir = Files.createTempDirectory("breakwater-test");
        return make(null, logDir, cache(logDir), 1, library(logDir)).begin(toml);
    }

    /// Starts with the runtime's TLS, as on a machine that the native library is not made for.
    ///
    /// @param toml the configuration; listen on port 0
    /// @return a running Breakwater
    /// @throws Exception when it does not start
    public static TestBreakwater startOnJavaTls(String toml) throws Exception {
        Path logDir = Files.createTempDirectory("breakwater-test");
        return make(null, logDir, cache(logDir), selectors(), TlsLibrary.NONE).begin(toml);
    }

    private static TlsLibrary library(Path logDir) {
        return TlsLibrary.in(logDir.resolve("tmp"));
    }

    /// How many I/O selectors there are unless a test asks for one.
    ///
    /// @return the default of the product
    public static int selectors() {
        return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    }

    /// Starts with a secret that signs cookies, as it does again after a restart.
    ///
    /// @param toml the configuration; listen on port 0
    /// @param secret 32 bytes, null for one of its own
    /// @return a running Breakwater
    /// @throws Exception when it does not start
    public static TestBreakwater start(String toml, byte @Nullable [] secret) throws Exception {
        Path logDir = Files.createTempDirectory("breakwater-test");
        return start(toml, secret, logDir, cache(logDir));
    }

    /// Starts with a cache in a folder that stays, and finds what an earlier one has stored there.
    ///
    /// @param toml the configuration; listen on port 0
    /// @param folder where the cache's files are, or are to be
    /// @return a running Breakwater
    /// @throws Exception when it does not start
    public static TestBreakwater startIn(String toml, Path folder) throws Exception {
        return start(toml, null, Files.createTempDirectory("breakwater-test"), cache(folder));
    }

    /// Starts with a cache in files of its own.
    ///
    /// @param toml the configuration; listen on port 0
    /// @param folder where purges are noted
    /// @param files the block files
    /// @return a running Breakwater
    /// @throws Exception when it does not start
    public static TestBreakwater startWith(
            String toml, Path folder, List<CacheSettings.BlockFile> files) throws Exception {
        Path logDir = Files.createTempDirectory("breakwater-test");
        return start(toml, null, logDir, cache(folder, files));
    }

    private static TestBreakwater start(
            String toml, byte @Nullable [] secret, Path logDir, CacheSettings cache)
            throws Exception {
        return make(secret, logDir, cache, selectors(), library(logDir)).begin(toml);
    }

    private static TestBreakwater make(
            byte @Nullable [] secret,
            Path logDir,
            CacheSettings cache,
            int selectors,
            TlsLibrary tls) {
        ArrayByteBufferPool.Tracking buffers = new ArrayByteBufferPool.Tracking();
        LiveEngine engine =
                new LiveEngine(
                        new EngineSettings(
                                logDir,
                                logDir,
                                logDir.resolve("tmp"),
                                selectors,
                                tls,
                                cache,
                                DRAIN,
                                "test"),
                        buffers);
        engine.hashKeys(new byte[Keys.SECRET_BYTES]);
        if (secret != null) engine.signCookies(secret);
        engine.start();
        return new TestBreakwater(engine, buffers, logDir);
    }

    private TestBreakwater begin(String toml) throws Exception {
        try {
            apply(toml);
            return this;
        } catch (Exception failed) {
            stop();
            throw failed;
        }
    }

    /// Starts with certificates that are obtained.
    ///
    /// @param toml the configuration; listen on port 0
    /// @param store what outlives it
    /// @param pace how fast it goes
    /// @return a running Breakwater
    /// @throws Exception when it does not start
    public static TestBreakwater startObtaining(String toml, AcmeStore store, Acme.Pace pace)
            throws Exception {
        Path logDir = Files.createTempDirectory("breakwater-test");
        TestBreakwater breakwater = make(null, logDir, cache(logDir), selectors(), library(logDir));
        Acme acme =
                new Acme(
                        store, breakwater.engine.challenges(), breakwater.engine::applyAgain, pace);
        breakwater.acme = acme;
        breakwater.engine.obtainCertificates(acme);
        return breakwater.begin(toml);
    }

    /// A small cache, made when a location caches.
    private static CacheSettings cache(Path folder) {
        Path file = folder.resolve("cache/blocks");
        return cache(folder, List.of(new CacheSettings.BlockFile(file, CACHE_BYTES)));
    }

    private static CacheSettings cache(Path folder, List<CacheSettings.BlockFile> files) {
        return new CacheSettings(files, folder.resolve("purges"), 1 << 20, 4096);
    }

    /// Puts a configuration in force.
    ///
    /// @param toml the configuration
    /// @throws InvalidConfigException when it is refused
    public void apply(String toml) throws InvalidConfigException {
        Configuration next = ConfigReader.read(DocumentFormat.TOML.parse(toml));
        engine.apply(next);
    }

    /// The engine itself.
    ///
    /// @return the engine
    public LiveEngine engine() {
        return engine;
    }

    /// What keeps certificates that are obtained.
    ///
    /// @return of a Breakwater that was started with it
    public Acme acme() {
        return requireNonNull(acme);
    }

    /// The port of the server `web`.
    ///
    /// @return the port
    public int port() {
        return port("web");
    }

    /// The port of a server's first address.
    ///
    /// @param server the server's name
    /// @return the port
    public int port(String server) {
        return engine.listeners().stream()
                .filter(listener -> listener.server().equals(server))
                .map(StatusView.Listener::address)
                .map(address -> Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no listener of server " + server));
    }

    /// Connects to the server `web`.
    ///
    /// @return a connected client
    /// @throws IOException when it is refused
    public RawClient client() throws IOException {
        return RawClient.to(port());
    }

    /// Waits until the access log has a number of lines.
    ///
    /// @param lines at least so many
    /// @return all lines
    public List<String> log(int lines) {
        await().atMost(RawClient.PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> readLog().size() >= lines);
        return readLog();
    }

    /// Stops, so that every line has been written, and reads the access log.
    ///
    /// @return all lines there will ever be
    public List<String> stopAndLog() {
        await().atMost(RawClient.PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> engine.inFlight() == 0);
        stop();
        return readLog();
    }

    @Override
    public void close() throws IOException {
        try {
            if (!stopped) {
                await("exchanges in flight")
                        .atMost(RawClient.PATIENCE)
                        .pollInterval(Duration.ofMillis(5))
                        .untilAsserted(() -> assertThat(engine.inFlight()).isZero());
            }
        } finally {
            stop();
            await("buffers that were not released")
                    .atMost(RawClient.PATIENCE)
                    .pollInterval(Duration.ofMillis(5))
                    .untilAsserted(() -> assertThat(leaks()).as(buffers::dumpLeaks).isEmpty());
            try (Stream<Path> files = Files.walk(logDir)) {
                for (Path file : files.sorted((one, two) -> two.compareTo(one)).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /// Without the one buffer that Jetty's parser keeps when a connection ends amid a block of
    /// fields: the pool holds it weakly, and it goes with its connection (docs/HTTP2.md).
    private List<ArrayByteBufferPool.Tracking.TrackedBuffer> leaks() {
        return buffers.getLeaks().stream()
                .filter(leak ->
                        Arrays.stream(leak.getAcquireStack().getStackTrace())
                                .noneMatch(
                                        at -> at.getClassName().endsWith(".HeaderBlockFragments")))
                .toList();
    }

    private void stop() {
        if (!stopped) {
            stopped = true;
            if (acme != null) acme.close();
            engine.stop(Duration.ZERO);
        }
    }

    private List<String> readLog() {
        Path file = logDir.resolve("access.log");
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
