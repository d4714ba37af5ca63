package io.breakwater.admin.pages;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/// The page shown instead of another one.
///
/// @param status HTTP status
/// @param heading what happened
/// @param advice what to do now
/// @param id what to look for in the log, empty for nothing
record Failure(int status, String heading, String advice, String id) {
    /// Whether the history may tell what became of something.
    public boolean isLost() {
        return status == 404;
    }

    /// The page for a status.
    static Reply of(int status, String id) {
        Failure failure =
                switch (status) {
                    case 403 ->
                            new Failure(
                                    status,
                                    "This form is out of date",
                                    "It was opened before you signed in again, or it comes from"
                                        + " elsewhere, so nothing was changed. Go back, reload the"
                                        + " page and send it again.",
                                    id);
                    case 404 ->
                            new Failure(
                                    status,
                                    "There is no such page",
                                    "The address may be mistyped, or what it showed has been"
                                            + " removed.",
                                    id);
                    case 405 ->
                            new Failure(
                                    status,
                                    "This page cannot be asked that way",
                                    "Open it from the menu.",
                                    id);
                    case 413 ->
                            new Failure(
                                    status,
                                    "The form is too large",
                                    "Forms may hold up to 10 MB.",
                                    id);
                    default ->
                            new Failure(
                                    status,
                                    status < 500
                                            ? "The request was not understood"
                                            : "Something went wrong here",
                                    status < 500
                                            ? "Go back and try again."
                                            : "Nothing was changed by this request unless the"
                                                    + " history says so. The server's log has the"
                                                    + " details.",
                                    id);
                };
        return new Reply.View(status, "failure", failure.heading, failure);
    }

    /// The page while the store cannot be read or written.
    ///
    /// @param message what the store says, empty for people who are not signed in
    /// @param id what to look for in the log
    static Reply.View unavailable(String message, String id) {
        Failure failure =
                new Failure(
                        503,
                        "The store cannot be used now",
                        (message.isEmpty() ? "" : message.replaceFirst("(?<![.!?])$", ".") + " ")
                                + "Traffic goes on with the configuration in force. Try again when"
                                + " the store is back.",
                        id);
        return new Reply.View(503, "failure", failure.heading, failure);
    }

    /// The page for a change that did not come into force.
    ///
    /// @param status HTTP status
    /// @param why one or two sentences
    static Reply notApplied(int status, String why) {
        Failure failure = new Failure(status, "Nothing was changed", why, "");
        return new Reply.View(status, "failure", failure.heading, failure);
    }

    /// The page for an object that is not there.
    static Reply missing(String what) {
        Failure failure =
                new Failure(
                        404,
                        "There is no " + what,
                        "It may have been removed or renamed; the history knows.",
                        "");
        return new Reply.View(404, "failure", failure.heading, failure);
    }

    /// An id to find a failure in the log by.
    static String newId() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    }
}
