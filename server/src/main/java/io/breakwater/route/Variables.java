package io.breakwater.route;

import io.breakwater.exchange.RequestHead;
import io.breakwater.route.Variable.Form;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Knows the variables by name. A dash and an underscore are the same in the names that are built
/// in, so `$remote_addr` and `$http_user_agent` work as in nginx; names of cookies, query
/// parameters and environment variables are taken as written. A capture hides a variable of the
/// same name.
final class Variables {
    private static final Map<String, Variable> BUILT_IN = builtIn();

    private final Set<String> captures;
    private final @Nullable Regex rule;
    private final Function<String, @Nullable String> environment;

    /// Makes the set of variables that the texts of one location know.
    ///
    /// @param captures names captured by the location's patterns
    /// @param rule the rewrite rule whose replacement is compiled, null elsewhere
    /// @param environment reads environment variables
    Variables(
            Set<String> captures,
            @Nullable Regex rule,
            Function<String, @Nullable String> environment) {
        this.captures = captures;
        this.rule = rule;
        this.environment = environment;
    }

    Variables within(Regex rewriteRule) {
        return new Variables(captures, rewriteRule, environment);
    }

    /// Finds a variable by its whole name.
    @Nullable Variable find(String name) {
        int group = rule == null ? -1 : rule.group(name);
        if (group >= 0) {
            return new Variable(
                    Form.PATH, (head, match) -> match == null ? null : match.group(group));
        }
        if (captures.contains(name)) {
            return new Variable(Form.PATH, (head, match) -> head.capture(name));
        }
        String dashed = name.replace('_', '-');
        Variable known = BUILT_IN.get(dashed);
        return known != null ? known : prefixed(name, dashed);
    }

    /// Finds the longest prefix of a run of name characters that is a variable.
    ///
    /// @return its length, 0 when there is none
    int longest(String text, int from, int end) {
        for (int to = end; to > from; to--) {
            char last = text.charAt(to - 1);
            // A name does not end with a dash, so that $host-$arg-a-x and $arg-a-$arg-b read as
            // meant.
            if (last != '-' && last != '_' && find(text.substring(from, to)) != null) {
                return to - from;
            }
        }
        return 0;
    }

    private @Nullable Variable prefixed(String name, String dashed) {
        int dash = dashed.indexOf('-');
        if (dash < 0 || dash == name.length() - 1) {
            return null;
        }
        String rest = name.substring(dash + 1);
        return switch (dashed.substring(0, dash)) {
            case "http" -> {
                String field = dashed.substring(dash + 1);
                yield new Variable(Form.FIELD, (head, match) -> head.header(field));
            }
            case "cookie" -> new Variable(Form.FIELD, (head, match) -> head.cookie(rest));
            case "arg" -> new Variable(Form.TEXT, (head, match) -> head.argument(rest));
            case "env" -> {
                String value = environment.apply(rest);
                yield new Variable(Form.TEXT, (head, match) -> value);
            }
            default -> null;
        };
    }

    private static Map<String, Variable> builtIn() {
        Map<String, Variable> map = new HashMap<>();
        put(map, Form.ENCODED, "host", Variables::urlHost);
        put(map, Form.ENCODED, "scheme", RequestHead::scheme);
        put(map, Form.TEXT, "method", RequestHead::method);
        put(map, Form.TEXT, "request-method", RequestHead::method);
        put(map, Form.PATH, "path", RequestHead::path);
        put(map, Form.ENCODED, "query", RequestHead::query);
        put(map, Form.ENCODED, "args", RequestHead::query);
        put(map, Form.ENCODED, "query-string", RequestHead::query);
        put(map, Form.ENCODED, "is-args", head -> head.query() == null ? "" : "?");
        put(map, Form.ENCODED, "uri", RequestHead::uri);
        put(map, Form.ENCODED, "request-uri", RequestHead::uri);
        put(map, Form.TEXT, "remote-addr", RequestHead::remoteAddr);
        put(map, Form.TEXT, "remote-port", head -> Integer.toString(head.remotePort()));
        put(map, Form.TEXT, "client-ip", RequestHead::clientIp);
        put(map, Form.TEXT, "server-addr", RequestHead::serverAddr);
        put(map, Form.TEXT, "server-port", head -> Integer.toString(head.serverPort()));
        put(map, Form.TEXT, "request-id", RequestHead::requestId);
        put(map, Form.TEXT, "tls-version", RequestHead::tlsVersion);
        put(map, Form.TEXT, "tls-sni", RequestHead::tlsSni);
        put(map, Form.TEXT, "tls-client-subject", ClientIdentity::subject);
        put(map, Form.TEXT, "tls-client-issuer", ClientIdentity::issuer);
        put(map, Form.TEXT, "tls-client-serial", ClientIdentity::serial);
        put(map, Form.TEXT, "tls-client-fingerprint", ClientIdentity::fingerprint);
        return Map.copyOf(map);
    }

    private static void put(
            Map<String, Variable> map,
            Form form,
            String name,
            Function<RequestHead, @Nullable String> read) {
        map.put(name, new Variable(form, (head, match) -> read.apply(head)));
    }

    private static String urlHost(RequestHead head) {
        String host = head.host();
        return host.indexOf(':') < 0 ? host : "[" + host + "]";
    }
}
