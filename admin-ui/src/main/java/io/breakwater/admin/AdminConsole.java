package io.breakwater.admin;

import io.breakwater.admin.api.ApiModule;
import io.breakwater.admin.pages.PagesModule;
import io.breakwater.admin.security.BrowserGuard;
import io.breakwater.admin.security.FrontHandler;
import io.breakwater.admin.security.Leftovers;
import io.breakwater.admin.security.PasswordGate;
import io.breakwater.admin.security.PlainErrors;
import io.breakwater.admin.security.Sessions;
import io.breakwater.control.Console;
import jakarta.servlet.DispatcherType;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The console on a Jetty server of its own, so that neither its blocking servlets nor its faults
/// touch the proxy.
public final class AdminConsole implements Console {
    private static final Logger LOG = LoggerFactory.getLogger(AdminConsole.class);
    private static final int THREADS = 8;
    private static final int MAX_FORM_BYTES = 10 * 1024 * 1024;
    private static final int MAX_FORM_KEYS = 5_000;
    private static final long STOP_MILLIS = 2_000;
    // How long kept-alive connections without a request stay open while stopping.
    private static final long SHUTDOWN_IDLE_MILLIS = 100;

    private final InstantSource clock;
    private final List<WebModule> modules;

    /// For the service loader.
    public AdminConsole() {
        this(InstantSource.system(), List.of(new PagesModule()));
    }

    /// With a clock and modules of one's own.
    ///
    /// @param clock decides when sessions end and sign-in delays are over
    /// @param modules what there is besides the API
    public AdminConsole(InstantSource clock, List<WebModule> modules) {
        this.clock = clock;
        this.modules = List.copyOf(modules);
    }

    @Override
    public Running start(Setup setup) throws IOException {
        PasswordGate passwords = new PasswordGate(setup.accounts(), clock);
        Sessions sessions = new Sessions(setup.accounts(), passwords, clock);
        WebContext web =
                new WebContext(
                        setup.control(), setup.accounts(), sessions, passwords, setup.webDir());

        ServletContextHandler context = new ServletContextHandler("/", false, false);
        context.setMaxFormContentSize(MAX_FORM_BYTES);
        context.setMaxFormKeys(MAX_FORM_KEYS);
        context.setErrorHandler(new PlainErrors());
        FilterHolder guard = new FilterHolder(new BrowserGuard(sessions));
        guard.setAsyncSupported(true);
        context.addFilter(guard, "/*", EnumSet.of(DispatcherType.REQUEST));
        ApiModule api = new ApiModule(setup.control());
        api.register(context, web);
        modules.forEach(module -> module.register(context, web));

        Server server = server(setup.address());
        server.setHandler(
                new Leftovers(
                        new FrontHandler(setup.address(), setup.control().consoleUrl(), context)));
        try {
            server.start();
        } catch (Exception e) {
            api.close();
            stop(server);
            throw e instanceof IOException io
                    ? io
                    : new IOException(
                            "the console cannot start on " + setup.address() + ": " + e, e);
        }
        return new RunningConsole(server, api);
    }

    private static Server server(InetSocketAddress address) {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS);
        threads.setName("bw-admin");
        VirtualThreadPool virtual = new VirtualThreadPool();
        virtual.setName("bw-admin-v");
        threads.setVirtualThreadsExecutor(virtual);
        threads.setDaemon(true);
        Server server = new Server(threads);
        server.setErrorHandler(new PlainErrors());
        server.setStopTimeout(STOP_MILLIS);

        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        // Otherwise a value may come as another one did that differs from it in case only.
        http.setHeaderCacheCaseSensitive(true);
        http.setUriCompliance(FrontHandler.URIS);
        ServerConnector connector =
                new ServerConnector(
                        server,
                        1,
                        1,
                        new HttpConnectionFactory(http),
                        new HTTP2CServerConnectionFactory(http));
        connector.setHost(
                address.getAddress() == null
                        ? address.getHostString()
                        : address.getAddress().getHostAddress());
        connector.setPort(address.getPort());
        connector.setIdleTimeout(60_000);
        connector.setShutdownIdleTimeout(SHUTDOWN_IDLE_MILLIS);
        server.addConnector(connector);
        return server;
    }

    private static void stop(Server server) {
        try {
            server.stop();
        } catch (Exception e) {
            LOG.warn("the console did not stop cleanly", e);
        }
    }

    private record RunningConsole(Server server, ApiModule api) implements Running {
        @Override
        public int port() {
            return ((ServerConnector) server.getConnectors()[0]).getLocalPort();
        }

        @Override
        public void stop() {
            // First, while the connections still take the last bytes.
            api.close();
            AdminConsole.stop(server);
        }
    }
}
