package io.breakwater.admin.pages;

import io.breakwater.admin.AdminConsole;
import io.breakwater.config.DocumentFormat;
import io.breakwater.config.InvalidConfigException;
import io.breakwater.config.reload.ConfigService;
import io.breakwater.config.store.Store;
import io.breakwater.control.Accounts;
import io.breakwater.control.Console;
import io.breakwater.control.Control;
import io.breakwater.control.LiveSample;
import io.breakwater.report.metrics.Figures;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A console over the real configuration service, store and accounts, with an engine that moves no
/// bytes and five minutes of made-up traffic behind it.
final class ConsoleKit implements AutoCloseable {
    static final String CONFIGURATION =
            """
            [servers.web]
            listen = ["127.0.0.1:8080", "127.0.0.1:8081"]
            locations = ["app", "api"]
            error-page = "plain"
            access-log = { format = "mine", file = "web.log" }
            note = "public entry"

            [servers.internal]
            listen = ["127.0.0.1:9000"]
            enabled = false

            [locations.app]
            upstream = "app"
            cache = "pages"

            [locations.api]
            host = ["api.example.com", "*.api.example.com"]
            path = "/v1/"
            rewrite = ["^/v1/(.*)$ /$1"]
            upstream = "app"
            request-headers = { set = { X-Site = "$host" }, remove = ["X-Debug"] }

            [locations.closed]
            path = "=/admin"
            respond = { status = 403, body = "not here" }

            [upstreams.app]
            nodes = ["127.0.0.1:9001", { address = "127.0.0.1:9002", weight = 2 }]

            [upstreams.a-very-long-upstream-name-that-somebody-chose-for-eu-west-3-internal]
            nodes = ["node-a.eu-west-3.compute.internal.example.com:8443", "[2001:db8:85a3::8a2e:370:7334]:8443"]
            note = "moved here from the old cluster, see the runbook before touching it"

            [cache-policies.pages]
            max-object-size = "64mb"

            [log-formats.mine]
            format = "{client-ip} {method} {uri} {status} {latency}"

            [error-pages.plain]
            html = "<h1>{{status}} {{reason}}</h1>\\n<p>Request {{request-id}} on {{host}}</p>"
            """;

    private final Store store;
    private final Figures figures = new Figures();
    private final ConfigService control;
    private final Console.Running running;
    private final String password;

    ConsoleKit(Path folder, @Nullable Path webDir, String toml)
            throws IOException, InvalidConfigException {
        this(folder, webDir, toml, 0);
    }

    ConsoleKit(Path folder, @Nullable Path webDir, String toml, int port)
            throws IOException, InvalidConfigException {
        store = Store.open("jdbc:h2:mem:" + UUID.randomUUID(), folder.resolve("secret.key"));
        Path file = folder.resolve("initial-password");
        password = String.valueOf(store.ensureAdmin(file, null));
        Accounts accounts = store.accounts(file);
        control =
                new ConfigService(
                        store,
                        new QuietEngine(),
                        figures,
                        new ConfigService.About(
                                "0.1.0",
                                "http://127.0.0.1:9180",
                                System.currentTimeMillis() - 93_000_000));
        control.start(DocumentFormat.TOML.parse(toml));
        figures.start();
        running =
                new AdminConsole()
                        .start(
                                new Console.Setup(
                                        new InetSocketAddress(
                                                InetAddress.getLoopbackAddress(), port),
                                        withTraffic(control),
                                        accounts,
                                        webDir));
    }

    String url(String path) {
        return "http://127.0.0.1:" + running.port() + path;
    }

    /// The generated first password of `admin`.
    String password() {
        return password;
    }

    ConfigService control() {
        return control;
    }

    /// Takes the store away, as a full disk or a lost database would.
    void loseStore() {
        store.close();
    }

    private static Control withTraffic(Control control) {
        return (Control)
                Proxy.newProxyInstance(
                        Control.class.getClassLoader(),
                        new Class<?>[] {Control.class},
                        (proxy, method, arguments) -> {
                            if (method.getName().equals("samples")) return traffic();
                            try {
                                return method.invoke(control, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    /// Five minutes of traffic that looks like some.
    private static List<LiveSample> traffic() {
        long now = System.currentTimeMillis() / 1000 - 1;
        List<LiveSample> samples = new ArrayList<>();
        for (int i = 299; i >= 0; i--) {
            long at = now - i;
            double wave = 420 + 120 * Math.sin(at / 37.0) + 40 * Math.sin(at / 5.0);
            long good = Math.round(wave * (0.9 + 0.1 * Math.sin(at * 1.7)));
            long moved = Math.round(wave * 0.06);
            long missing = Math.round(wave * 0.05 + 8 * Math.sin(at * 0.9));
            long broken = at % 61 < 5 ? 24 : 0;
            long p50 = Math.round(2_400 + 500 * Math.sin(at / 11.0));
            samples.add(
                    new LiveSample(
                            at,
                            good + moved + missing + broken,
                            new long[] {0, good, moved, missing, broken},
                            p50,
                            p50 * 3 + Math.round(900 * Math.sin(at * 0.7)),
                            p50 * 6 + (broken > 0 ? 9_000 : 0),
                            180_000,
                            8_300_000,
                            7,
                            48,
                            good,
                            Math.round(good * (0.8 + 0.1 * Math.sin(at / 23.0)))));
        }
        return samples;
    }

    @Override
    public void close() {
        running.stop();
        figures.stop();
        store.close();
    }
}
