package io.breakwater.admin.pages;

import io.breakwater.admin.WebContext;
import io.breakwater.admin.security.Session;
import io.breakwater.config.store.StoreException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds the page of a request, asks for a sign-in where one is needed, and writes the page's
/// reply.
final class PageServlet extends HttpServlet {
    @Serial private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(PageServlet.class);

    private final transient WebContext web;
    private final transient Routes routes;
    private final transient Frames frames;
    private final transient Templates templates;

    PageServlet(WebContext web, Routes routes, Frames frames, Templates templates) {
        this.web = web;
        this.routes = routes;
        this.frames = frames;
        this.templates = templates;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        try {
            serve(request, response);
        } catch (StoreException e) {
            // Before it was known who asks: the message is for those who are signed in.
            unavailable(request, response, e, false);
        }
    }

    private void serve(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Session session = web.sessions().current(request);
        String path = request.getServletPath();
        Routes.Match match = routes.find(request.getMethod(), path);
        Call call =
                new Call(
                        request,
                        response,
                        match == null ? Map.of() : match.captured(),
                        session == null ? "" : session.user(),
                        session == null ? "" : session.csrfToken());
        if (session == null && (match == null || !match.open())) {
            askForSignIn(request, response);
            return;
        }
        try {
            answer(call, match);
        } catch (StoreException e) {
            unavailable(request, response, e, session != null);
        }
    }

    private void answer(Call call, Routes.@Nullable Match match) throws IOException {
        if (match != null) {
            answer(call, match.page());
        } else if (routes.knows(call.request().getServletPath())) {
            write(call, Failure.of(405, ""));
        } else {
            write(call, Failure.of(404, ""));
        }
    }

    private void answer(Call call, Page page) throws IOException {
        Reply reply;
        try {
            reply = page.answer(call);
        } catch (StoreException e) {
            throw e;
        } catch (RuntimeException e) {
            String id = Failure.newId();
            LOG.error("the page {} failed, id {}", call.request().getServletPath(), id, e);
            reply = Failure.of(500, id);
        }
        write(call, reply);
    }

    private void write(Call call, Reply reply) throws IOException {
        HttpServletResponse response = call.response();
        switch (reply) {
            case Reply.Redirect redirect -> {
                response.setStatus(HttpServletResponse.SC_SEE_OTHER);
                response.setHeader("Location", redirect.to());
            }
            case Reply.Raw raw -> {
                raw.headers().forEach(response::setHeader);
                send(response, raw.contentType(), raw.body());
            }
            case Reply.Missing missing -> write(call, Failure.missing(missing.what()));
            case Reply.View view -> {
                response.setStatus(view.status());
                Frame frame = frames.of(call, view.title());
                String html =
                        templates.render(
                                view.template(), Map.of("frame", frame, "view", view.view()));
                send(response, "text/html; charset=utf-8", html);
            }
        }
    }

    /// Nothing is sent before a page is whole, so a failing store can still be told.
    private void unavailable(
            HttpServletRequest request,
            HttpServletResponse response,
            StoreException fault,
            boolean signedIn)
            throws IOException {
        String id = Failure.newId();
        LOG.error("the page {} needs the store, id {}", request.getServletPath(), id, fault);
        String message = signedIn ? String.valueOf(fault.getMessage()) : "";
        Reply.View view = Failure.unavailable(message, id);
        response.setStatus(view.status());
        Frame frame = frames.bare(view.title());
        String html =
                templates.render(view.template(), Map.of("frame", frame, "view", view.view()));
        send(response, "text/html; charset=utf-8", html);
    }

    private static void send(HttpServletResponse response, String contentType, String body)
            throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        response.setContentType(contentType);
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }

    private static void askForSignIn(HttpServletRequest request, HttpServletResponse response) {
        // A fragment cannot show the sign-in page; htmx then loads the whole page instead.
        if (request.getHeader("HX-Request") != null) {
            response.setHeader("HX-Redirect", "/sign-in");
            response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
            return;
        }
        String next = request.getServletPath();
        if (request.getQueryString() != null) next += "?" + request.getQueryString();
        boolean back = request.getMethod().equals("GET") && !next.equals("/");
        response.setStatus(HttpServletResponse.SC_SEE_OTHER);
        response.setHeader(
                "Location",
                back
                        ? "/sign-in?next=" + URLEncoder.encode(next, StandardCharsets.UTF_8)
                        : "/sign-in");
    }
}
