package io.breakwater.admin.security;

import io.breakwater.control.Accounts;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Sessions of browsers, in memory: a restart signs everybody out. Safe for use by any thread;
/// calls may block (store, password hashing).
public final class Sessions {
    /// Request attribute that holds the [Session], absent without one.
    public static final String ATTRIBUTE = "bw.session";

    private static final long IDLE_MILLIS = Duration.ofHours(8).toMillis();
    private static final long ABSOLUTE_MILLIS = Duration.ofHours(24).toMillis();
    private static final int MAX_SESSIONS = 1_000;
    private static final int ID_BYTES = 32;

    private final Accounts accounts;
    private final PasswordGate passwords;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Session> byId = new ConcurrentHashMap<>();

    /// Makes an empty set.
    ///
    /// @param accounts who may sign in
    /// @param passwords checks what they type
    /// @param clock decides when sessions end
    public Sessions(Accounts accounts, PasswordGate passwords, InstantSource clock) {
        this.accounts = accounts;
        this.passwords = passwords;
        this.clock = clock;
    }

    /// The request's session. Looked up once per request by [BrowserGuard].
    ///
    /// @param request the request
    /// @return the session, null when the browser is not signed in (any more)
    public @Nullable Session current(HttpServletRequest request) {
        return (Session) request.getAttribute(ATTRIBUTE);
    }

    /// Checks name and password, throttled, and sets the cookie. Any earlier session of the browser
    /// ends.
    ///
    /// @param request the request
    /// @param response gets the cookie
    /// @param user what was typed
    /// @param password what was typed
    /// @return what became of it
    public SignIn signIn(
            HttpServletRequest request,
            HttpServletResponse response,
            String user,
            String password) {
        // Read before the check: a change in between makes the session too old, never too young.
        long version = accounts.passwordVersion(user);
        return switch (passwords.check(user, password, request.getRemoteAddr())) {
            case PasswordGate.Verdict.Right _ ->
                    new SignIn.Accepted(begin(request, response, user, version));
            case PasswordGate.Verdict.Wrong _ -> new SignIn.Refused();
            case PasswordGate.Verdict.Wait wait -> new SignIn.Throttled(wait.seconds());
        };
    }

    /// Gives the browser a new session of the same user, for use after a password change, which
    /// ended the old one.
    ///
    /// @param request the request, whose session was valid when it came in
    /// @param response gets the cookie
    /// @param old the request's session
    /// @return the new session
    public Session renew(HttpServletRequest request, HttpServletResponse response, Session old) {
        return begin(request, response, old.user(), accounts.passwordVersion(old.user()));
    }

    /// Ends the request's session, if any, and removes the cookie.
    ///
    /// @param request the request
    /// @param response gets the expired cookie
    public void signOut(HttpServletRequest request, HttpServletResponse response) {
        end(request);
        response.addCookie(cookie(request, "", 0));
    }

    /// Whether a session is still good, for streams that outlive their request's check.
    ///
    /// @param session the session
    /// @return false once it ended, grew too old or its password changed
    public boolean isLive(Session session) {
        return byId.get(session.id()) == session && isFresh(session);
    }

    /// Finds the session of the request's cookie and notes that it was used.
    @Nullable Session find(HttpServletRequest request) {
        String id = cookieValue(request);
        Session session = id == null ? null : byId.get(id);
        if (session == null) {
            return null;
        }
        if (!isFresh(session)) {
            byId.remove(session.id(), session);
            return null;
        }
        session.seen(clock.millis());
        request.setAttribute(ATTRIBUTE, session);
        return session;
    }

    private boolean isFresh(Session session) {
        long now = clock.millis();
        return now - session.seenMillis() < IDLE_MILLIS
                && now - session.createdMillis() < ABSOLUTE_MILLIS
                && accounts.passwordVersion(session.user()) == session.passwordVersion();
    }

    private Session begin(
            HttpServletRequest request, HttpServletResponse response, String user, long version) {
        end(request);
        makeRoom();
        Session session = new Session(random(), user, random(), version, clock.millis());
        byId.put(session.id(), session);
        request.setAttribute(ATTRIBUTE, session);
        response.addCookie(cookie(request, session.id(), -1));
        return session;
    }

    private void end(HttpServletRequest request) {
        String id = cookieValue(request);
        if (id != null) {
            byId.remove(id);
        }
        request.removeAttribute(ATTRIBUTE);
    }

    /// Drops what is over; when all are live, the one unused for longest.
    private void makeRoom() {
        if (byId.size() < MAX_SESSIONS) {
            return;
        }
        byId.values().removeIf(session -> !isFresh(session));
        while (byId.size() >= MAX_SESSIONS) {
            byId.values().stream()
                    .min(Comparator.comparingLong(Session::seenMillis))
                    .ifPresent(oldest -> byId.remove(oldest.id(), oldest));
        }
    }

    private String random() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /// Browsers share cookies between the ports of one host, so the port is part of the name: two
    /// consoles on one machine do not sign each other out.
    private static String cookieName(HttpServletRequest request) {
        return "bw-session-" + request.getLocalPort();
    }

    private static Cookie cookie(HttpServletRequest request, String value, int maxAgeSeconds) {
        Cookie cookie = new Cookie(cookieName(request), value);
        cookie.setPath("/");
        cookie.setHttpOnly(true);
        cookie.setSecure(request.isSecure());
        cookie.setAttribute("SameSite", "Strict");
        cookie.setMaxAge(maxAgeSeconds);
        return cookie;
    }

    private static @Nullable String cookieValue(HttpServletRequest request) {
        Cookie[] cookies = request.getCookies();
        if (cookies == null) {
            return null;
        }
        String name = cookieName(request);
        for (Cookie cookie : cookies) {
            if (cookie.getName().equals(name)) {
                return cookie.getValue();
            }
        }
        return null;
    }
}
