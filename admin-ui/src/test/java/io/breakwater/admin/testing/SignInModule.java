package io.breakwater.admin.testing;

import io.breakwater.admin.WebContext;
import io.breakwater.admin.WebModule;
import io.breakwater.admin.security.Session;
import io.breakwater.admin.security.SignIn;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;

/// The least that signs in and out, in place of the pages: `/sign-in`, `/sign-out`, and `/form`,
/// which answers GET and POST.
final class SignInModule implements WebModule {
    @Override
    public void register(ServletContextHandler context, WebContext web) {
        ServletHolder holder = new ServletHolder(new Forms(web));
        context.addServlet(holder, "/sign-in");
        context.addServlet(holder, "/sign-out");
        context.addServlet(holder, "/form");
    }

    private static final class Forms extends HttpServlet {
        @Serial private static final long serialVersionUID = 1L;

        private final transient WebContext web;

        Forms(WebContext web) {
            this.web = web;
        }

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response)
                throws IOException {
            Session session = web.sessions().current(request);
            response.getWriter()
                    .print(session == null ? "nobody" : session.user() + " " + session.csrfToken());
        }

        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response)
                throws IOException {
            switch (request.getServletPath()) {
                case "/sign-in" -> signIn(request, response);
                case "/sign-out" -> web.sessions().signOut(request, response);
                default -> {
                    // As any form does: an unread body ends an HTTP/2 stream with a reset.
                    request.getParameterMap();
                    response.getWriter().print("posted");
                }
            }
        }

        private void signIn(HttpServletRequest request, HttpServletResponse response)
                throws IOException {
            SignIn outcome =
                    web.sessions()
                            .signIn(
                                    request,
                                    response,
                                    request.getParameter("user"),
                                    request.getParameter("password"));
            switch (outcome) {
                case SignIn.Accepted accepted ->
                        response.getWriter().print(accepted.session().csrfToken());
                case SignIn.Refused _ -> response.setStatus(401);
                case SignIn.Throttled throttled -> {
                    response.setStatus(429);
                    response.setHeader("Retry-After", Long.toString(throttled.seconds()));
                }
            }
        }
    }
}
