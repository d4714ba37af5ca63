package io.breakwater.upstream.discovery;

/// Nothing was found. The message says why, for people.
final class LookupException extends Exception {
    private static final long serialVersionUID = 1;

    LookupException(String message) {
        super(message, null, false, false); // expected: no stack trace
    }
}
