package io.breakwater.route;

import io.breakwater.config.HeaderOps;
import io.breakwater.config.InvalidConfigException;
import io.breakwater.config.LocationConfig;
import io.breakwater.exchange.HeaderEdit;
import io.breakwater.exchange.LocationPlan;
import io.breakwater.exchange.LocationPlan.FixedAnswer;
import io.breakwater.exchange.PathRewrite;
import io.breakwater.exchange.Text;
import io.breakwater.http.PathNormaliser;
import io.breakwater.route.FieldOperations.Operation;
import io.breakwater.route.Renderer.Place;
import io.breakwater.route.Template.BadTemplate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.jspecify.annotations.Nullable;

/// Compiles a location: its patterns, texts, rewrite rules and operations on fields. Whatever
/// cannot be compiled is a problem with its key; all of them are reported at once.
public final class LocationCompiler {
    private static final Template EMPTY = new Template(List.of());

    private final LocationConfig config;
    private final Problems problems;
    private final Variables variables;

    private LocationCompiler(
            LocationConfig config, Function<String, @Nullable String> environment) {
        this.config = config;
        problems = new Problems(config.name());
        Set<String> captures = new HashSet<>();
        variables = new Variables(captures, null, environment);
        captures.addAll(captures());
    }

    /// Compiles a location.
    ///
    /// @param config the location
    /// @return the plan
    /// @throws InvalidConfigException with every regular expression, variable, rule and field name
    ///   that is wrong
    public static LocationPlan compile(LocationConfig config) throws InvalidConfigException {
        return compile(config, System::getenv);
    }

    static LocationPlan compile(
            LocationConfig config, Function<String, @Nullable String> environment)
            throws InvalidConfigException {
        return new LocationCompiler(config, environment).plan();
    }

    private LocationPlan plan() throws InvalidConfigException {
        PathPattern path =
                problems.attempt("path", config.path(), () -> PathPattern.of(config.path()));
        conditions("match-headers", Condition.Part.HEADER, config.matchHeaders());
        conditions("match-query", Condition.Part.QUERY, config.matchQuery());
        conditions("match-cookies", Condition.Part.COOKIE, config.matchCookies());
        LocationPlan plan =
                new LocationPlan(
                        config,
                        path == null ? 0 : Candidate.weight(config, path),
                        edit("request-headers", config.requestHeaders(), true),
                        edit("response-headers", config.responseHeaders(), false),
                        rewrite(),
                        hostText(),
                        config.upstream() == null
                                ? null
                                : text("upstream", config.upstream(), Place.PLAIN),
                        respond(),
                        redirect(),
                        null);
        problems.throwIfAny();
        return plan;
    }

    /// All names that the location's own expressions capture; the broken ones are noted.
    private Set<String> captures() {
        Set<String> names = new HashSet<>();
        for (String host : config.host()) {
            if (problems.attempt("host", host, () -> HostPatterns.one(host))
                    instanceof HostPatterns.Expression(Regex regex)) {
                names.addAll(regex.names());
            }
        }
        if (config.path().startsWith("~")) {
            Regex regex = regexOrNull(config.path().substring(1));
            names.addAll(regex == null ? Set.of() : regex.namesAndNumbers());
        }
        for (String rule : config.rewrite()) {
            Regex regex = regexOrNull(rule.substring(0, split(rule)));
            names.addAll(regex == null ? Set.of() : regex.names());
        }
        return names;
    }

    /// For names only: whoever uses the expression reports what is wrong with it.
    private @Nullable Regex regexOrNull(String source) {
        return new Problems(config.name()).attempt("", source, () -> Regex.afterTilde(source));
    }

    private void conditions(String key, Condition.Part part, List<String> texts) {
        texts.forEach(text -> problems.attempt(key, text, () -> Condition.of(part, text)));
    }

    private Template template(String key, String text, Variables known) {
        return template(key, text, text, known);
    }

    /// Cuts a part of a configured value; a problem shows the whole value.
    private Template template(String key, String value, String text, Variables known) {
        try {
            return Template.parse(text, known);
        } catch (BadTemplate bad) {
            problems.add(key, value, bad.expected());
            return EMPTY;
        }
    }

    private Text text(String key, String text, Place place) {
        return Renderer.text(template(key, text, variables), place);
    }

    private @Nullable Text hostText() {
        return switch (config.hostPolicy()) {
            case "preserve" -> null;
            case "upstream" -> LocationPlan.HOST_UPSTREAM;
            default -> text("forwarded.host", config.hostPolicy(), Place.FIELD);
        };
    }

    private @Nullable FixedAnswer respond() {
        LocationConfig.Respond respond = config.respond();
        if (respond == null) {
            return null;
        }
        Map<String, Text> headers = new LinkedHashMap<>();
        new TreeMap<>(respond.headers())
                .forEach((name, value) -> {
                    String key = "respond.headers." + name;
                    field(key, name, value, false);
                    headers.put(name, text(key, value, Place.FIELD));
                });
        return new FixedAnswer(
                respond.status(),
                text("respond.body", respond.body(), Place.PLAIN),
                Map.copyOf(headers));
    }

    private @Nullable Text redirect() {
        LocationConfig.Redirect redirect = config.redirect();
        return redirect == null ? null : text("redirect.to", redirect.to(), Place.URL);
    }

    private HeaderEdit edit(String key, HeaderOps ops, boolean request) {
        if (ops.isEmpty()) {
            return HeaderEdit.NONE;
        }
        ops.remove().forEach(name -> field(key + ".remove", name, "", request));
        if (request && ops.remove().stream().anyMatch("host"::equalsIgnoreCase)) {
            problems.add(key + ".remove", "Host", "another field: a request needs its Host");
        }
        if (request && ops.add().keySet().stream().anyMatch("host"::equalsIgnoreCase)) {
            problems.add(key + ".add", "Host", "set instead of add: a request has one Host");
        }
        return new FieldOperations(
                ops.remove(),
                operations(key + ".set", ops.set(), request),
                operations(key + ".add", ops.add(), request),
                operations(key + ".default", ops.defaults(), request));
    }

    private List<Operation> operations(String key, Map<String, String> fields, boolean request) {
        List<Operation> operations = new ArrayList<>(fields.size());
        new TreeMap<>(fields)
                .forEach((name, value) -> {
                    field(key + "." + name, name, value, request);
                    operations.add(operation(key + "." + name, name, value));
                });
        return operations;
    }

    private Operation operation(String key, String name, String value) {
        Template template = template(key, value, variables);
        HttpHeader header = HttpHeader.CACHE.get(name);
        Renderer renderer = Renderer.of(template, Place.FIELD);
        if (!template.isLiteral()) {
            return new Operation(name, header, null, renderer);
        }
        String fixed = renderer.constant().strip();
        return new Operation(
                name,
                header,
                fixed.isEmpty() ? null : new PreEncodedHttpField(header, name, fixed),
                null);
    }

    private void field(String key, String name, String value, boolean request) {
        if (!FieldNames.isToken(name)) {
            problems.add(key, name, "a field name");
        } else if (FieldNames.isFraming(name)) {
            problems.add(key, name, "another field: this one is written by the relay alone");
        } else if (!request && name.equalsIgnoreCase("host")) {
            problems.add(key, name, "another field: Host belongs to requests");
        }
        if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 127)) {
            problems.add(key, value, "a value without line breaks and control characters");
        }
    }

    private @Nullable PathRewrite rewrite() {
        List<RewriteRules.Rule> rules = new ArrayList<>();
        for (String text : config.rewrite()) {
            RewriteRules.Rule rule = rule(text);
            if (rule != null) {
                rules.add(rule);
            }
        }
        return rules.isEmpty() ? null : new RewriteRules(rules);
    }

    /// Where the regex of a rule ends: before the last white space, so that it may hold some
    /// itself.
    private static int split(String rule) {
        String text = rule.stripTrailing();
        for (int i = text.length() - 1; i >= 0; i--) {
            if (Character.isWhitespace(text.charAt(i))) {
                return text.substring(0, i).stripTrailing().length();
            }
        }
        return 0;
    }

    private RewriteRules.@Nullable Rule rule(String text) {
        int split = split(text);
        String source = text.substring(0, split).strip();
        String replacement = text.substring(split).strip();
        if (source.isEmpty() || replacement.isEmpty()) {
            problems.add("rewrite", text, "regex and replacement with a space between");
            return null;
        }
        Regex regex = problems.attempt("rewrite", text, () -> Regex.of(source, 0));
        if (regex == null) {
            return null;
        }
        int question = replacement.indexOf('?');
        String path = question < 0 ? replacement : replacement.substring(0, question);
        String query = question < 0 ? "" : replacement.substring(question + 1);
        boolean drop = query.endsWith("?") || (question >= 0 && query.isEmpty());
        String own = query.endsWith("?") ? query.substring(0, query.length() - 1) : query;
        if (!(path.startsWith("/") || path.startsWith("$")) || PathNormaliser.hasDotSegment(path)) {
            problems.add(
                    "rewrite", text, "a replacement that starts with / and has no dot segments");
        }
        Variables known = variables.within(regex);
        Template pathTemplate = template("rewrite", text, path, known);
        Template queryTemplate = template("rewrite", text, own, known);
        return new RewriteRules.Rule(
                regex,
                Renderer.of(pathTemplate, Place.PATH),
                own.isEmpty() ? null : Renderer.of(queryTemplate, Place.QUERY),
                drop);
    }
}
