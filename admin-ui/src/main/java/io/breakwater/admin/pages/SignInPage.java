package io.breakwater.admin.pages;

import io.breakwater.admin.WebContext;
import io.breakwater.admin.security.SignIn;

/// Sign-in and sign-out.
final class SignInPage {
    private final WebContext web;

    SignInPage(WebContext web) {
        this.web = web;
    }

    Reply show(Call call) {
        if (!call.user().isEmpty()) return new Reply.Redirect(next(call));
        return Reply.view("sign-in", "Sign in", new View("", next(call), "", call.has("out")));
    }

    Reply signIn(Call call) {
        String user = call.text("user").strip();
        SignIn outcome =
                web.sessions().signIn(call.request(), call.response(), user, call.text("password"));
        return switch (outcome) {
            case SignIn.Accepted _ -> new Reply.Redirect(next(call));
            case SignIn.Refused _ ->
                    refused(call, 401, user, "The user name or the password is wrong.");
            case SignIn.Throttled throttled -> {
                call.response().setHeader("Retry-After", String.valueOf(throttled.seconds()));
                String wait =
                        throttled.seconds() == 1 ? "1 second" : throttled.seconds() + " seconds";
                yield refused(
                        call,
                        429,
                        user,
                        "Too many wrong passwords. Nothing was checked; try again in "
                                + wait
                                + ".");
            }
        };
    }

    Reply signOut(Call call) {
        web.sessions().signOut(call.request(), call.response());
        return new Reply.Redirect("/sign-in?out");
    }

    private static Reply refused(Call call, int status, String user, String error) {
        return new Reply.View(
                status, "sign-in", "Sign in", new View(user, next(call), error, false));
    }

    /// Where to go afterwards: only to this console.
    private static String next(Call call) {
        String next = call.text("next");
        boolean own = next.startsWith("/") && !next.startsWith("//") && !next.contains("\\");
        return own && next.chars().noneMatch(Character::isISOControl) ? next : "/";
    }

    /// @param user what was typed before
    /// @param next where to go afterwards
    /// @param error why it did not work, empty at first
    /// @param signedOut whether a sign-out led here
    record View(String user, String next, String error, boolean signedOut) {}
}
