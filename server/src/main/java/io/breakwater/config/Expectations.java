package io.breakwater.config;

/// Says in words what a setting accepts.
final class Expectations {
    private Expectations() {}

    static String of(Setting setting) {
        return switch (setting.type()) {
            case TEXT, LONG_TEXT, SECRET -> "text";
            case FLAG -> "true or false";
            case INTEGER ->
                    setting.choices().isEmpty()
                            ? "a whole number" + limits(setting)
                            : "one of " + String.join(", ", setting.choices());
            case DECIMAL -> "a number" + limits(setting);
            case DURATION -> "a duration such as 500ms, 10s, 5m, 1h or 2d" + limits(setting);
            case SIZE -> "a size such as 512, 4kb, 10mb or 1gb" + limits(setting);
            case CHOICE -> "one of " + String.join(", ", setting.choices());
            case TEXT_LIST -> "a list of texts";
            case CHOICE_LIST -> "a list of " + String.join(", ", setting.choices());
            case NODE_LIST -> "a list of nodes such as [\"10.0.0.1:8080\"]";
            case TABLE -> "a table such as " + setting.example();
        };
    }

    private static String limits(Setting setting) {
        if (setting.min() != null && setting.max() != null)
            return ", from " + setting.min() + " to " + setting.max();
        if (setting.min() != null) return ", at least " + setting.min();
        return setting.max() == null ? "" : ", at most " + setting.max();
    }
}
