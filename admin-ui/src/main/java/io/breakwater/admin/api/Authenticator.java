package io.breakwater.admin.api;

import io.breakwater.admin.WebContext;
import io.breakwater.admin.security.PasswordGate.Verdict;
import io.breakwater.admin.security.Session;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Finds out who makes a request: a token, a name and password, or a signed-in browser. When the
/// request has an `Authorization` field, that alone counts.
final class Authenticator {
    private static final String BEARER = "bearer ";
    private static final String BASIC = "basic ";

    private final WebContext web;

    Authenticator(WebContext web) {
        this.web = web;
    }

    Principal principal(HttpServletRequest request) throws ApiException {
        String field = request.getHeader("Authorization");
        if (field == null) {
            Session session = web.sessions().current(request);
            if (session == null) {
                throw refused(request, "sign in, or send a token or a name and password");
            }
            return new Principal(
                    session.user(), session.user(), session, () -> web.sessions().isLive(session));
        }
        String scheme = field.toLowerCase(Locale.ROOT);
        if (scheme.startsWith(BEARER)) {
            return token(request, field.substring(BEARER.length()).strip());
        }
        if (scheme.startsWith(BASIC)) {
            return basic(request, field.substring(BASIC.length()).strip());
        }
        throw refused(request, "the Authorization scheme is not one of Bearer and Basic");
    }

    private Principal token(HttpServletRequest request, String text) throws ApiException {
        String name = web.accounts().tokenName(text);
        if (name == null) {
            throw refused(request, "the token is unknown or revoked");
        }
        return new Principal(
                "token:" + name, null, null, () -> name.equals(web.accounts().tokenName(text)));
    }

    private Principal basic(HttpServletRequest request, String encoded) throws ApiException {
        String pair = decoded(encoded);
        int colon = pair == null ? -1 : pair.indexOf(':');
        if (pair == null || colon < 0) {
            throw refused(request, "the Basic credentials are not base64 of name:password");
        }
        String user = pair.substring(0, colon);
        String password = pair.substring(colon + 1);
        long version = web.accounts().passwordVersion(user);
        return switch (web.passwords().checkRepeated(user, password, request.getRemoteAddr())) {
            case Verdict.Right _ ->
                    new Principal(
                            user,
                            user,
                            null,
                            () -> web.accounts().passwordVersion(user) == version);
            case Verdict.Wrong _ -> throw refused(request, "the name or the password is wrong");
            case Verdict.Wait wait -> throw throttled(wait);
        };
    }

    static ApiException throttled(Verdict.Wait wait) {
        return new ApiException(
                        429, "too many wrong passwords: try again in " + wait.seconds() + " s")
                .withHeader("Retry-After", Long.toString(wait.seconds()));
    }

    private static ApiException refused(HttpServletRequest request, String detail) {
        // A browser's script asks for its own page: a Basic challenge would open the browser's own
        // password box over it.
        boolean browser = request.getHeader("Sec-Fetch-Mode") != null;
        String challenge = "Bearer realm=\"breakwater\"";
        return new ApiException(401, detail)
                .withHeader(
                        "WWW-Authenticate",
                        browser
                                ? challenge
                                : challenge + ", Basic realm=\"breakwater\", charset=\"UTF-8\"");
    }

    private static @Nullable String decoded(String encoded) {
        try {
            return new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
