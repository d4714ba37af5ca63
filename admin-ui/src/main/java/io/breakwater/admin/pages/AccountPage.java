package io.breakwater.admin.pages;

import io.breakwater.admin.WebContext;
import io.breakwater.admin.security.PasswordGate;
import io.breakwater.admin.security.Session;
import io.breakwater.control.Accounts;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;

/// Password and API tokens of the signed-in user.
final class AccountPage {
    private static final int SHORTEST_PASSWORD = 8;

    private final WebContext web;
    private final InstantSource clock;

    AccountPage(WebContext web, InstantSource clock) {
        this.web = web;
        this.clock = clock;
    }

    Reply show(Call call) {
        return page(call, 200, "", "", "", "");
    }

    Reply changePassword(Call call) {
        String fault = passwordFault(call);
        if (!fault.isEmpty()) return page(call, 422, fault, "", "", "");
        Session old = web.sessions().current(call.request());
        try {
            if (!web.accounts().setPassword(call.user(), call.text("password")))
                return new Reply.Missing("user " + call.user());
        } catch (IllegalArgumentException e) {
            return page(call, 422, String.valueOf(e.getMessage()), "", "", "");
        }
        if (old != null) web.sessions().renew(call.request(), call.response(), old);
        return new Reply.Redirect("/account?note=password");
    }

    private String passwordFault(Call call) {
        String next = call.text("password");
        if (next.length() < SHORTEST_PASSWORD)
            return "The new password is too short (expected: at least 8 characters).";
        if (!next.equals(call.text("repeat"))) return "The two new passwords differ.";
        if (next.equals(call.text("current"))) return "The new password is the present one.";
        return switch (web.passwords()
                .check(call.user(), call.text("current"), call.request().getRemoteAddr())) {
            case PasswordGate.Verdict.Right _ -> "";
            case PasswordGate.Verdict.Wrong _ -> "The present password is wrong.";
            case PasswordGate.Verdict.Wait wait ->
                    "Too many wrong passwords; try again in " + wait.seconds() + " s.";
        };
    }

    Reply createToken(Call call) {
        String name = call.text("name").strip();
        try {
            return page(call, 200, "", "", name, web.accounts().createToken(name, call.user()));
        } catch (IllegalArgumentException e) {
            return page(call, 422, "", String.valueOf(e.getMessage()), name, "");
        }
    }

    Reply revokeToken(Call call) {
        String name = call.path("name");
        if (!web.accounts().revokeToken(name)) return new Reply.Missing("token " + name);
        return new Reply.Redirect("/account?note=revoked#tokens");
    }

    private Reply page(
            Call call, int status, String fault, String tokenFault, String name, String token) {
        long now = clock.millis();
        List<TokenRow> rows =
                web.accounts().tokens().stream()
                        .sorted(Comparator.comparing(Accounts.Token::name))
                        .map(one -> TokenRow.of(one, now))
                        .toList();
        boolean first = web.accounts().mustChangePassword(call.user());
        View view = new View(first, fault, tokenFault, name, token, rows);
        return new Reply.View(status, "account", "Account", view);
    }

    /// @param first whether the first password is still in use
    /// @param passwordFault why the password was not changed
    /// @param tokenFault why the token was not made
    /// @param tokenName what was typed
    /// @param token the new token's text, empty for none
    /// @param tokens live tokens
    record View(
            boolean first,
            String passwordFault,
            String tokenFault,
            String tokenName,
            String token,
            List<TokenRow> tokens) {}

    /// @param name the label
    /// @param author who made it
    /// @param created when
    /// @param ago how long ago
    record TokenRow(String name, String author, String created, String ago) {
        static TokenRow of(Accounts.Token token, long now) {
            long created = token.createdMillis();
            return new TokenRow(
                    token.name(), token.author(), Wording.time(created), Wording.ago(created, now));
        }
    }
}
