package io.breakwater.cache.policy;

/// What caching knows of statuses.
final class Statuses {
    private Statuses() {}

    /// RFC 9110 §15.1.
    static boolean isHeuristicallyCacheable(int status) {
        return switch (status) {
            case 200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501 -> true;
            default -> false;
        };
    }

    /// Whether everything that the status says about caching is done here: the final statuses of
    /// RFC 9110 §15, 421 and 422 among them, and those of RFC 6585, 7725 and 8470, which say
    /// nothing special or forbid to store.
    static boolean isUnderstood(int status) {
        return switch (status) {
            case 425, 426, 428, 429, 431, 451, 511 -> true;
            default ->
                    (status >= 200 && status <= 206)
                            || (status >= 300 && status <= 308)
                            || (status >= 400 && status <= 417)
                            || status == 421
                            || status == 422
                            || (status >= 500 && status <= 505);
        };
    }

    /// Answers to what a single request said besides its target: no other request gets them.
    static boolean isOfOneRequest(int status) {
        return switch (status) {
            // 412, 416, 417: conditions, ranges, expectations; 407: RFC 9110 §11.7.1, of one proxy;
            // 425: RFC 8470 §5.2; 428, 429, 431, 511: RFC 6585, must not be stored
            case 407, 412, 416, 417, 425, 428, 429, 431, 511 -> true;
            default -> false;
        };
    }

    /// What counts as an error of the origin (RFC 5861 §4).
    static boolean isServerError(int status) {
        return switch (status) {
            case 500, 502, 503, 504 -> true;
            default -> false;
        };
    }

    /// RFC 9111 §4.4.
    static boolean isNonError(int status) {
        return status >= 200 && status < 400;
    }
}
