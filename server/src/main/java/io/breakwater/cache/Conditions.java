package io.breakwater.cache;

import io.breakwater.config.CacheCondition;
import io.breakwater.exchange.Exchange;
import io.breakwater.exchange.Text;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Conditions on requests, compiled: one of them is enough.
///
/// @param all the conditions
public record Conditions(List<One> all) {
    /// Holds for no request.
    public static final Conditions NONE = new Conditions(List.of());

    /// Copies the list.
    public Conditions {
        all = List.copyOf(all);
    }

    /// Compiles conditions.
    ///
    /// @param configs as configured, checked
    /// @param variables compiles the text of a variable, such as `$host`
    /// @return the conditions
    static Conditions of(List<CacheCondition> configs, Function<String, Text> variables) {
        return configs.isEmpty()
                ? NONE
                : new Conditions(
                        configs.stream().map(config -> One.of(config, variables)).toList());
    }

    /// Whether one of them holds.
    boolean hold(Exchange exchange) {
        for (int i = 0; i < all.size(); i++) if (all.get(i).holds(exchange)) return true;
        return false;
    }

    /// One condition.
    ///
    /// @param config as configured
    /// @param variable the text of a variable, null for none
    /// @param pattern what a value has to match, null for none
    public record One(CacheCondition config, @Nullable Text variable, @Nullable Pattern pattern) {
        static One of(CacheCondition config, Function<String, Text> variables) {
            String value = config.value();
            boolean named = config.on() == CacheCondition.On.VARIABLE;
            return new One(
                    config,
                    named ? variables.apply("$" + config.name()) : null,
                    value != null && value.startsWith("~") ? pattern(value) : null);
        }

        private static Pattern pattern(String marked) {
            boolean anyCase = marked.startsWith("~*");
            return Pattern.compile(
                    marked.substring(anyCase ? 2 : 1),
                    anyCase ? Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE : 0);
        }

        boolean holds(Exchange exchange) {
            String found = found(exchange);
            if (found == null) return false;
            if (pattern != null) return pattern.matcher(found).find();
            String value = config.value();
            if (config.on() == CacheCondition.On.PATH) return value != null && path(found, value);
            return value == null || value.equals(found);
        }

        private static boolean path(String path, String wanted) {
            return wanted.startsWith("=")
                    ? path.equals(wanted.substring(1))
                    : path.startsWith(wanted);
        }

        private @Nullable String found(Exchange exchange) {
            return switch (config.on()) {
                case HEADER -> exchange.header(config.name());
                case COOKIE -> exchange.cookie(config.name());
                case QUERY -> exchange.argument(config.name());
                case PATH -> exchange.path();
                case VARIABLE -> {
                    String text = variable == null ? "" : variable.render(exchange);
                    yield text.isEmpty() ? null : text;
                }
            };
        }
    }
}
