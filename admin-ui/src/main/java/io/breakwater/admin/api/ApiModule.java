package io.breakwater.admin.api;

import io.breakwater.admin.WebContext;
import io.breakwater.admin.WebModule;
import io.breakwater.control.Control;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;

/// Puts the REST API and the probes into the console's server.
public final class ApiModule implements WebModule, AutoCloseable {
    private final EventStream events;

    /// Makes the module.
    ///
    /// @param control the running Breakwater
    public ApiModule(Control control) {
        this.events = new EventStream(control);
    }

    @Override
    public void register(ServletContextHandler context, WebContext web) {
        ServletHolder api =
                new ServletHolder(
                        "api", new ApiServlet(RouteTable.of(web, events), new Authenticator(web)));
        api.setAsyncSupported(true);
        context.addServlet(api, "/api/*");
        ServletHolder probes = new ServletHolder("probes", new ProbesServlet(web.control()));
        context.addServlet(probes, "/healthz");
        context.addServlet(probes, "/readyz");
        context.addServlet(probes, "/metrics");
    }

    /// Ends the event streams.
    @Override
    public void close() {
        events.close();
    }
}
