package io.breakwater.admin.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.admin.WebContext;
import io.breakwater.admin.security.PasswordGate.Verdict;
import io.breakwater.admin.security.Session;
import io.breakwater.control.Accounts;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Tokens and passwords.
final class AccountsResource {
    private static final String TAG = "accounts";

    private final WebContext web;
    private final Accounts accounts;

    AccountsResource(WebContext web) {
        this.web = web;
        this.accounts = web.accounts();
    }

    List<Route> routes() {
        List<String> json = List.of("application/json");
        return List.of(
                Route.of("GET", "/tokens", TAG, "List tokens", call -> list())
                        .answer(200, "All live tokens, without their text.", "token-list"),
                Route.of("POST", "/tokens", TAG, "Make a token", this::create)
                        .takes("Its name.", json, "new-token")
                        .answer(201, "The token's text, shown this once.", "made-token")
                        .problem(409, "The name is taken.")
                        .problem(422, "The name cannot be one."),
                Route.of("DELETE", "/tokens/{name}", TAG, "Revoke a token", this::revoke)
                        .answer(204, "It is revoked.", List.of(), null)
                        .problem(404, "There is no such token."),
                Route.of("POST", "/password", TAG, "Change a password", this::password)
                        .takes(
                                "`current` may be left out only by a token. A change ends the"
                                        + " user's other sessions.",
                                json,
                                "new-password")
                        .answer(204, "It is changed.", List.of(), null)
                        .problem(403, "The current password is wrong.")
                        .problem(404, "There is no such user.")
                        .problem(422, "The new password is too short.")
                        .problem(429, "Too many wrong passwords."));
    }

    private Reply list() {
        ObjectNode body = Json.object();
        ArrayNode items = body.putArray("items");
        for (Accounts.Token token : accounts.tokens()) {
            items.addObject()
                    .put("name", token.name())
                    .put("author", token.author())
                    .put("created", Instant.ofEpochMilli(token.createdMillis()).toString());
        }
        return Reply.json(body);
    }

    private Reply create(Call call) throws ApiException, IOException {
        ObjectNode body = call.jsonBody(List.of("name"));
        String name = Call.requiredText(body, "name");
        if (accounts.tokens().stream().anyMatch(token -> token.name().equals(name))) {
            throw new ApiException(409, "there is a token named " + name + " already");
        }
        String text;
        try {
            text = accounts.createToken(name, call.principal().author());
        } catch (IllegalArgumentException e) {
            throw ApiException.invalidField(
                    "name", name, "a name as [a-z0-9][a-z0-9._-]*, not in use");
        }
        return Reply.json(201, Json.object().put("name", name).put("token", text))
                .with("Location", ApiServlet.BASE + "/tokens/" + name);
    }

    private Reply revoke(Call call) throws ApiException {
        String name = call.variable("name");
        if (!accounts.revokeToken(name)) {
            throw ApiException.notFound("there is no token " + name);
        }
        return Reply.empty(204);
    }

    private Reply password(Call call) throws ApiException, IOException {
        ObjectNode body = call.jsonBody(List.of("user", "password", "current"));
        String user = Call.text(body, "user");
        String target = user == null ? call.principal().user() : user;
        if (target == null) {
            throw ApiException.invalidField(
                    "user", null, "a user name, as a token has none of its own");
        }
        String password = Call.requiredText(body, "password");
        String current = Call.text(body, "current");
        if (current != null || call.principal().user() != null) {
            checkCurrent(call, target, current);
        }
        try {
            if (!accounts.setPassword(target, password)) {
                throw ApiException.notFound("there is no user " + target);
            }
        } catch (IllegalArgumentException e) {
            throw ApiException.invalidField("password", "(not shown)", "at least 8 characters");
        }
        Session session = call.principal().session();
        if (session != null && session.user().equals(target)) {
            web.sessions().renew(call.request(), call.response(), session);
        }
        return Reply.empty(204);
    }

    private void checkCurrent(Call call, String user, @Nullable String current)
            throws ApiException {
        if (current == null) {
            throw ApiException.invalidField("current", null, "the current password");
        }
        switch (web.passwords().check(user, current, call.request().getRemoteAddr())) {
            case Verdict.Right _ -> {}
            case Verdict.Wrong _ -> throw new ApiException(403, "current: the password is wrong");
            case Verdict.Wait wait -> throw Authenticator.throttled(wait);
        }
    }
}
