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
    private static final String CURRENT = "current";
    private static final String NEXT = "password";
    private static final String REPEAT = "repeat";

    private final WebContext web;
    private final InstantSource clock;

    AccountPage(WebContext web, InstantSource clock) {
        this.web = web;
        this.clock = clock;
    }

    Reply show(Call call) {
        return page(call, 200, Fault.NONE, Fault.NONE, "", "");
    }

    Reply changePassword(Call call) {
        Fault fault = passwordFault(call);
        if (!fault.text().isEmpty()) return page(call, 422, fault, Fault.NONE, "", "");
        Session old = web.sessions().current(call.request());
        try {
            if (!web.accounts().setPassword(call.user(), call.text(NEXT)))
                return new Reply.Missing("user " + call.user());
        } catch (IllegalArgumentException e) {
            return page(call, 422, Fault.of(NEXT, e), Fault.NONE, "", "");
        }
        if (old != null) web.sessions().renew(call.request(), call.response(), old);
        return new Reply.Redirect("/account?note=password");
    }

    private Fault passwordFault(Call call) {
        String next = call.text(NEXT);
        if (next.length() < SHORTEST_PASSWORD)
            return new Fault(NEXT, "It is too short; expected: at least 8 characters.");
        if (!next.equals(call.text(REPEAT)))
            return new Fault(REPEAT, "The two new passwords differ.");
        if (next.equals(call.text(CURRENT))) return new Fault(NEXT, "It is the present password.");
        return switch (web.passwords()
                .check(call.user(), call.text(CURRENT), call.request().getRemoteAddr())) {
            case PasswordGate.Verdict.Right _ -> Fault.NONE;
            case PasswordGate.Verdict.Wrong _ -> new Fault(CURRENT, "The password is wrong.");
            case PasswordGate.Verdict.Wait wait ->
                    new Fault(
                            CURRENT,
                            "Too many wrong passwords; try again in " + wait.seconds() + " s.");
        };
    }

    Reply createToken(Call call) {
        String name = call.text("name").strip();
        try {
            String token = web.accounts().createToken(name, call.user());
            return page(call, 200, Fault.NONE, Fault.NONE, name, token);
        } catch (IllegalArgumentException e) {
            return page(call, 422, Fault.NONE, Fault.of("name", e), name, "");
        }
    }

    /// Asks before a token is revoked: it cannot be had back.
    Reply askRevoke(Call call) {
        String name = call.path("name");
        return rows().stream()
                .filter(row -> row.name().equals(name))
                .findFirst()
                .map(row -> Reply.view("revoke", "Revoke token " + name, row))
                .orElseGet(() -> new Reply.Missing("token " + name));
    }

    Reply revokeToken(Call call) {
        String name = call.path("name");
        if (!web.accounts().revokeToken(name)) return new Reply.Missing("token " + name);
        return new Reply.Redirect("/account?note=revoked#tokens");
    }

    private Reply page(
            Call call, int status, Fault fault, Fault tokenFault, String name, String token) {
        boolean first = web.accounts().mustChangePassword(call.user());
        View view = new View(first, fault, tokenFault, name, token, rows());
        return new Reply.View(status, "account", "Account", view);
    }

    private List<TokenRow> rows() {
        long now = clock.millis();
        return web.accounts().tokens().stream()
                .sorted(Comparator.comparing(Accounts.Token::name))
                .map(one -> TokenRow.of(one, now))
                .toList();
    }

    /// @param first whether the first password is still in use
    /// @param passwordFault why the password was not changed
    /// @param tokenFault why the token was not made
    /// @param tokenName what was typed
    /// @param token the new token's text, empty for none
    /// @param tokens live tokens
    record View(
            boolean first,
            Fault passwordFault,
            Fault tokenFault,
            String tokenName,
            String token,
            List<TokenRow> tokens) {}

    /// What is wrong with a form.
    ///
    /// @param field the input's name, empty for none
    /// @param text what is wrong, empty for nothing
    record Fault(String field, String text) {
        static final Fault NONE = new Fault("", "");

        static Fault of(String field, IllegalArgumentException e) {
            return new Fault(field, String.valueOf(e.getMessage()));
        }
    }

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
