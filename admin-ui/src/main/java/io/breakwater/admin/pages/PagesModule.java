package io.breakwater.admin.pages;

import io.breakwater.admin.WebContext;
import io.breakwater.admin.WebModule;
import io.breakwater.config.Kind;
import io.breakwater.control.Control;
import java.time.InstantSource;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;

/// The console's pages and static files.
public final class PagesModule implements WebModule {
    private final InstantSource clock;

    /// With the system's clock.
    public PagesModule() {
        this(InstantSource.system());
    }

    /// With a clock of one's own.
    ///
    /// @param clock what "5 minutes ago" is counted from
    public PagesModule(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public void register(ServletContextHandler context, WebContext web) {
        StaticFiles assets = new StaticFiles(web.webDir());
        Templates templates = new Templates(web.webDir());
        Frames frames = new Frames(web, assets);
        PageServlet pages = new PageServlet(web, routes(web), frames, templates);
        context.addServlet(new ServletHolder("static", assets), "/static/*");
        context.addServlet(new ServletHolder("pages", pages), "/");
        context.setErrorHandler(new FriendlyErrors(assets, templates));
    }

    private Routes routes(WebContext web) {
        Control control = web.control();
        Routes routes = new Routes();
        SignInPage signIn = new SignInPage(web);
        routes.open("GET", "/sign-in", signIn::show);
        routes.open("POST", "/sign-in", signIn::signIn);
        routes.add("POST", "/sign-out", signIn::signOut);
        routes.add("GET", "/", new OverviewPage(control, clock)::show);
        account(routes, new AccountPage(web, clock));
        tools(routes, control);
        for (Kind kind : Kind.values()) objects(routes, control, kind);
        return routes;
    }

    private static void account(Routes routes, AccountPage account) {
        routes.add("GET", "/account", account::show);
        routes.add("POST", "/account/password", account::changePassword);
        routes.add("POST", "/account/tokens", account::createToken);
        routes.add("GET", "/account/tokens/{name}/revoke", account::askRevoke);
        routes.add("POST", "/account/tokens/{name}/revoke", account::revokeToken);
    }

    private void tools(Routes routes, Control control) {
        HistoryPage history = new HistoryPage(control, clock);
        routes.add("GET", "/history", history::list);
        routes.add("GET", "/history/{number}", history::one);
        routes.add("GET", "/history/{number}/restore", history::askRestore);
        routes.add("POST", "/history/{number}/restore", history::restore);
        ConfigurationPage configuration = new ConfigurationPage(control);
        routes.add("GET", "/configuration", configuration::show);
        routes.add("GET", "/configuration/edit", configuration::edit);
        routes.add("POST", "/configuration/edit", configuration::edit);
        routes.add("POST", "/configuration/review", configuration::review);
        routes.add("POST", "/configuration/apply", configuration::apply);
        routes.add("GET", "/route", new RoutePage(control)::show);
        Previews previews = new Previews(control);
        routes.add("POST", "/preview/error-page", previews::errorPage);
        routes.add("POST", "/preview/log-format", previews::logFormat);
        CachePage cache = new CachePage(control);
        routes.add("GET", "/cache", cache::show);
        routes.add("GET", "/cache/tiles", cache::refreshTiles);
        routes.add("GET", "/cache/tables", cache::refreshTables);
        routes.add("GET", "/cache/entries", cache::entries);
        routes.add("POST", "/cache/purge", cache::askPurge);
        routes.add("POST", "/cache/purged", cache::purge);
        CertificateOrders orders = new CertificateOrders(control);
        routes.add("GET", "/certificates/{name}/orders", orders::refresh);
        routes.add("POST", "/certificates/{name}/renew", orders::renew);
        routes.add("POST", "/self-signed", orders::selfSigned);
        NodesPage nodes = new NodesPage(control, clock);
        routes.add("GET", "/nodes", nodes::show);
        routes.add("GET", "/nodes/now", nodes::refresh);
        routes.add("GET", "/upstreams/{name}/nodes", nodes::refreshOne);
        routes.add("GET", "/upstreams/{name}/events", nodes::refreshEvents);
        routes.add("GET", "/locations/{name}/mirror", nodes::refreshMirror);
        routes.add("POST", "/nodes/confirm", nodes::confirm);
        routes.add("POST", "/nodes/change", nodes::change);
        routes.add("POST", "/nodes/change/{state}", nodes::change);
    }

    private void objects(Routes routes, Control control, Kind kind) {
        EditPage edit = new EditPage(control, kind, clock);
        ApplyPage apply = new ApplyPage(control, kind, edit);
        String key = kind.key();
        routes.add("GET", "/" + key, new ListPage(control, kind)::show);
        routes.add("GET", "/" + key + "/{name}", edit::showOne);
        routes.add("GET", "/new/" + key, edit::showNew);
        routes.add("POST", "/edit/" + key, edit::back);
        routes.add("POST", "/review/" + key, edit::review);
        routes.add("POST", "/offer/" + key, edit::takeOffer);
        routes.add("POST", "/apply/" + key, apply::apply);
        routes.add("POST", "/merge/" + key, apply::merge);
        routes.add("GET", "/delete/" + key + "/{name}", apply::askDelete);
        routes.add("POST", "/delete/" + key + "/{name}", apply::delete);
    }
}
