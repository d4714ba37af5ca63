package io.breakwater.admin.pages;

import java.io.Serial;

/// What was typed into a field has no form that could be stored.
final class Unreadable extends Exception {
    @Serial private static final long serialVersionUID = 1L;

    private final String value;
    private final String expected;

    Unreadable(String value, String expected) {
        super(value + " (expected: " + expected + ")", null, false, false);
        this.value = value;
        this.expected = expected;
    }

    String value() {
        return value;
    }

    String expected() {
        return expected;
    }
}
