package io.breakwater.admin.pages;

import io.breakwater.config.Kind;

/// What kinds are called on pages.
final class Labels {
    private Labels() {}

    /// The heading of a list.
    static String plural(Kind kind) {
        return switch (kind) {
            case SERVER -> "Servers";
            case LOCATION -> "Locations";
            case UPSTREAM -> "Upstreams";
            case CERTIFICATE -> "Certificates";
            case CACHE_POLICY -> "Cache policies";
            case ERROR_PAGE -> "Error pages";
            case LOG_FORMAT -> "Log formats";
        };
    }

    /// One sentence on what the kind is for.
    static String purpose(Kind kind) {
        return switch (kind) {
            case SERVER -> "Where clients connect: addresses, protocols, limits.";
            case LOCATION -> "What a request means: which requests, and who answers them.";
            case UPSTREAM -> "Groups of nodes that answer requests.";
            case CERTIFICATE -> "What servers show clients that speak TLS.";
            case CACHE_POLICY -> "What is stored, and for how long.";
            case ERROR_PAGE -> "Templates for error answers.";
            case LOG_FORMAT -> "Templates for access-log lines, and how their files are kept.";
        };
    }

    /// What to do when there is none.
    static String firstStep(Kind kind) {
        return switch (kind) {
            case SERVER ->
                    "A server listens on one or more addresses and hands requests to its locations."
                            + " Without one, Breakwater accepts no traffic.";
            case LOCATION ->
                    "A location says which requests it takes, by host and path, and which upstream"
                            + " answers. Make an upstream first, then a location, then name it in a"
                            + " server.";
            case UPSTREAM ->
                    "An upstream lists the addresses that requests are sent to. Start here: every"
                            + " location that relays names one.";
            case CERTIFICATE ->
                    "A server with TLS needs a certificate for each host that clients ask for.";
            case CACHE_POLICY ->
                    "A location that names a cache policy stores what its upstream answers.";
            case ERROR_PAGE -> "Servers use the built-in page until they name one of yours.";
            case LOG_FORMAT ->
                    "The formats tiny, short, common, combined and json are built in; add one for"
                            + " other fields, files or rotation.";
        };
    }
}
