package io.breakwater.admin;

import org.eclipse.jetty.ee10.servlet.ServletContextHandler;

/// A part of the console that brings servlets of its own.
///
/// Every request has passed [io.breakwater.admin.security.FrontHandler] (host check, response
/// headers) and [io.breakwater.admin.security.BrowserGuard] (origin, session lookup, CSRF token)
/// before it reaches a servlet. The guard does not demand a session: a servlet that needs one asks
/// [io.breakwater.admin.security.Sessions#current]. Response headers set by the front are defaults:
/// a servlet may set `Cache-Control` or `Content-Security-Policy` anew.
public interface WebModule {
    /// Adds servlets to the context, before it starts.
    ///
    /// @param context the one servlet context, at `/`
    /// @param web what servlets work with
    void register(ServletContextHandler context, WebContext web);
}
