package io.breakwater.admin.security;

import io.breakwater.config.store.StoreException;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks up the session and refuses changes that another site made the browser send: the origin
/// must be the console's own, and a change made with a session carries its CSRF token.
///
/// The sign-in form has no session yet and is guarded by the origin alone. Clients that are not
/// browsers send neither `Origin` nor `Sec-Fetch-Site`, and have no cookie to abuse.
public final class BrowserGuard extends HttpFilter {
    /// Path of the sign-in form, whose POST needs no token.
    public static final String SIGN_IN_PATH = "/sign-in";

    /// Form field with the token.
    public static final String TOKEN_FIELD = "_csrf";

    /// Request header with the token.
    public static final String TOKEN_HEADER = "X-CSRF-Token";

    @Serial private static final long serialVersionUID = 1L;

    private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS");
    private static final Set<String> OWN_SITES = Set.of("same-origin", "none");

    private static final Logger LOG = LoggerFactory.getLogger(BrowserGuard.class);

    private final transient Sessions sessions;

    /// Makes the filter.
    ///
    /// @param sessions finds sessions
    public BrowserGuard(Sessions sessions) {
        this.sessions = sessions;
    }

    @Override
    protected void doFilter(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        Session session;
        try {
            session = sessions.find(request);
        } catch (StoreException e) {
            if (!isApi(request)) {
                // The context's error handler makes a page of it.
                throw e;
            }
            LOG.error("{} {} needs the store", request.getMethod(), request.getRequestURI(), e);
            problem(response, 503, "Service Unavailable", "the store cannot be used now");
            return;
        }
        if (!SAFE_METHODS.contains(request.getMethod())) {
            String fault = fault(request, session);
            if (fault != null) {
                refuse(request, response, fault);
                return;
            }
        }
        chain.doFilter(request, response);
    }

    private static @Nullable String fault(HttpServletRequest request, @Nullable Session session) {
        if (!isOwnOrigin(request)) {
            return "the request comes from another site";
        }
        // With Authorization the API takes that and not the session; browsers add it by themselves
        // only after a Basic prompt, which the origin check above covers.
        if (session == null
                || request.getHeader("Authorization") != null
                || SIGN_IN_PATH.equals(request.getRequestURI())) {
            return null;
        }
        String token = request.getHeader(TOKEN_HEADER);
        if (token == null) {
            token = request.getParameter(TOKEN_FIELD);
        }
        return session.hasToken(token)
                ? null
                : "the form's token is missing or out of date: reload the page and try again";
    }

    private static boolean isOwnOrigin(HttpServletRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        if (site != null && !OWN_SITES.contains(site.toLowerCase(Locale.ROOT))) {
            return false;
        }
        String origin = request.getHeader("Origin");
        if (origin == null) {
            return true;
        }
        int authority = origin.indexOf("://");
        // Only the authority counts: a proxy in front may have taken TLS off.
        String own = URI.create(request.getRequestURL().toString()).getRawAuthority();
        return authority > 0 && origin.substring(authority + 3).equalsIgnoreCase(own);
    }

    private static void refuse(
            HttpServletRequest request, HttpServletResponse response, String fault)
            throws IOException {
        if (!isApi(request)) {
            // The context's error handler makes a page of it for browsers.
            response.sendError(HttpServletResponse.SC_FORBIDDEN, fault);
            return;
        }
        problem(response, HttpServletResponse.SC_FORBIDDEN, "Forbidden", fault);
    }

    private static boolean isApi(HttpServletRequest request) {
        return request.getRequestURI().startsWith("/api/");
    }

    private static void problem(
            HttpServletResponse response, int status, String title, String detail)
            throws IOException {
        response.setStatus(status);
        String text =
                "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"}\n"
                        .formatted(title, status, detail);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        response.setContentType("application/problem+json");
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }
}
