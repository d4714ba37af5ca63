package io.breakwater.route;

import io.breakwater.exchange.ErrorKind;
import io.breakwater.exchange.PathRewrite;
import io.breakwater.exchange.ProxyException;
import io.breakwater.exchange.RequestHead;
import io.breakwater.http.PathNormaliser;
import io.breakwater.http.PathNormaliser.Normalised;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/// The rewrite rules of a location. As in nginx a rule is looked for anywhere in the decoded path,
/// and its replacement takes the place of the whole path.
///
/// @param rules in the order tried
record RewriteRules(List<Rule> rules) implements PathRewrite {
    /// One rule.
    ///
    /// @param regex what the path must hold
    /// @param path the new path
    /// @param query the query the replacement brings, null for none
    /// @param dropQuery whether the client's query is dropped
    record Rule(Regex regex, Renderer path, @Nullable Renderer query, boolean dropQuery) {}

    RewriteRules {
        rules = List.copyOf(rules);
    }

    @Override
    public @Nullable Result apply(RequestHead head) throws ProxyException {
        for (Rule rule : rules) {
            Matcher match = rule.regex().find(head.path());
            if (match != null) {
                return result(rule, head, match);
            }
        }
        return null;
    }

    private static Result result(Rule rule, RequestHead head, Matcher match) throws ProxyException {
        String path = rule.path().render(head, match);
        if (!path.startsWith("/")) {
            path = "/" + path;
        }
        Renderer query = rule.query();
        return new Result(
                normalised(path, rule),
                query == null ? null : query.render(head, match),
                rule.dropQuery(),
                captures(rule.regex(), match));
    }

    /// Captured pieces may join to dot segments. Resolving them would let a request leave the
    /// folder that the replacement names, so such a path is refused.
    private static String normalised(String path, Rule rule) throws ProxyException {
        Normalised normalised = PathNormaliser.of(path);
        if (normalised == null || PathNormaliser.hasDotSegment(path)) {
            String detail = "rewrite " + rule.regex() + " gives " + path;
            throw new ProxyException(ErrorKind.BAD_PATH, detail, null);
        }
        return normalised.encoded();
    }

    private static Map<String, String> captures(Regex regex, Matcher match) {
        if (regex.names().isEmpty()) {
            return Map.of();
        }
        Map<String, String> captures = new HashMap<>();
        regex.named(match, captures);
        return Map.copyOf(captures);
    }
}
