package io.breakwater.deliver;

import java.util.Map;

/// What error answers say about a status: to everybody, so never more than the status itself tells.
///
/// @param reason the reason phrase of RFC 9110 §15
/// @param message one or two sentences for a person
record StatusWords(String reason, String message) {
    private static final String TRY_AGAIN = "Trying again in a moment may help.";
    private static final Map<Integer, StatusWords> BY_STATUS =
            Map.ofEntries(
                    words(400, "Bad Request", "The request could not be understood."),
                    words(401, "Unauthorized", "You need to sign in to see this."),
                    words(402, "Payment Required", "This is available to paying users only."),
                    words(403, "Forbidden", "You may not see this."),
                    words(
                            404,
                            "Not Found",
                            "There is nothing at this address. Check it for typing mistakes."),
                    words(
                            405,
                            "Method Not Allowed",
                            "This address does not take requests of this kind."),
                    words(
                            406,
                            "Not Acceptable",
                            "This is not available in a form that was asked for."),
                    words(
                            407,
                            "Proxy Authentication Required",
                            "You need to sign in to the proxy."),
                    words(
                            408,
                            "Request Timeout",
                            "The request took too long to arrive. " + TRY_AGAIN),
                    words(409, "Conflict", "The request conflicts with a change made elsewhere."),
                    words(410, "Gone", "What was at this address has been removed for good."),
                    words(411, "Length Required", "The request must say how long it is."),
                    words(
                            412,
                            "Precondition Failed",
                            "What you asked to change has changed meanwhile."),
                    words(
                            413,
                            "Content Too Large",
                            "What was sent is larger than this site accepts."),
                    words(414, "URI Too Long", "The address is longer than this site accepts."),
                    words(
                            415,
                            "Unsupported Media Type",
                            "This site does not take content of this type."),
                    words(
                            416,
                            "Range Not Satisfiable",
                            "The part that was asked for does not exist."),
                    words(
                            417,
                            "Expectation Failed",
                            "The request expects what this site does not do."),
                    words(421, "Misdirected Request", "This request was sent to the wrong server."),
                    words(422, "Unprocessable Content", "What was sent could not be processed."),
                    words(423, "Locked", "This is locked at the moment."),
                    words(425, "Too Early", "The request came too early. " + TRY_AGAIN),
                    words(426, "Upgrade Required", "This address needs another protocol."),
                    words(
                            428,
                            "Precondition Required",
                            "The request must name the version it changes."),
                    words(
                            429,
                            "Too Many Requests",
                            "You have sent many requests in a short time. Please wait a little."),
                    words(
                            431,
                            "Request Header Fields Too Large",
                            "The request carries more than this site accepts. Deleting this site's"
                                    + " cookies may help."),
                    words(
                            451,
                            "Unavailable For Legal Reasons",
                            "This may not be shown for legal reasons."),
                    words(
                            500,
                            "Internal Server Error",
                            "Something went wrong on our side. " + TRY_AGAIN),
                    words(
                            501,
                            "Not Implemented",
                            "This site does not support requests of this kind."),
                    words(
                            502,
                            "Bad Gateway",
                            "The server behind this address did not answer properly. " + TRY_AGAIN),
                    words(
                            503,
                            "Service Unavailable",
                            "This site is busy or being worked on. " + TRY_AGAIN),
                    words(
                            504,
                            "Gateway Timeout",
                            "The server behind this address took too long to answer. " + TRY_AGAIN),
                    words(
                            505,
                            "HTTP Version Not Supported",
                            "This version of HTTP is not supported."),
                    words(507, "Insufficient Storage", "There is no room left for this."),
                    words(508, "Loop Detected", "The request came back to where it had been."),
                    words(
                            511,
                            "Network Authentication Required",
                            "You need to sign in to the network."));
    private static final StatusWords CLIENT =
            new StatusWords("Request Error", "The request could not be answered.");
    private static final StatusWords SERVER =
            new StatusWords("Server Error", "Something went wrong on our side. " + TRY_AGAIN);

    static StatusWords of(int status) {
        StatusWords known = BY_STATUS.get(status);
        return known != null ? known : status < 500 ? CLIENT : SERVER;
    }

    private static Map.Entry<Integer, StatusWords> words(
            int status, String reason, String message) {
        return Map.entry(status, new StatusWords(reason, message));
    }
}
