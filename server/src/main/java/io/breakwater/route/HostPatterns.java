package io.breakwater.route;

import io.breakwater.http.Hosts;
import io.breakwater.http.Hosts.HostPort;
import java.net.IDN;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The hosts of a location, compiled.
///
/// @param exact hosts, lower case
/// @param suffixes the part after `*.` of wildcards, lower case
/// @param regexes expressions, matched against the host in lower case
record HostPatterns(Set<String> exact, Set<String> suffixes, List<Regex> regexes) {
    HostPatterns {
        exact = Set.copyOf(exact);
        suffixes = Set.copyOf(suffixes);
        regexes = List.copyOf(regexes);
    }

    /// One pattern. `*.example.com` matches any depth below `example.com`, as in nginx.
    sealed interface One {}

    /// One host.
    record Exact(String host) implements One {}

    /// All hosts below one.
    record Suffix(String parent) implements One {}

    /// All hosts an expression is found in.
    record Expression(Regex regex) implements One {}

    /// Compiles one pattern.
    ///
    /// @throws java.util.regex.PatternSyntaxException when the expression is none
    /// @throws IllegalArgumentException with what was expected
    static One one(String text) {
        if (text.startsWith("~")) {
            return new Expression(
                    Regex.of(
                            text.substring(text.startsWith("~*") ? 2 : 1),
                            Pattern.CASE_INSENSITIVE));
        }
        boolean wildcard = text.startsWith("*.");
        HostPort parsed = Hosts.of(authority(wildcard ? text.substring(2) : text));
        if (parsed == null || parsed.host().isEmpty()) {
            throw new IllegalArgumentException(
                    "a host such as example.com, *.example.com or ~regex");
        }
        return wildcard ? new Suffix(parsed.host()) : new Exact(parsed.host());
    }

    /// A name as requests carry it: IPv6 in brackets, letters beyond ASCII as `xn--` (RFC 5890).
    private static String authority(String name) {
        if (Hosts.isIpv6(name.toLowerCase(Locale.ROOT))) {
            return "[" + name + "]";
        }
        return name.chars().allMatch(c -> c < 128) ? name : IDN.toASCII(name);
    }

    static HostPatterns of(List<String> texts) {
        Set<String> exact = new LinkedHashSet<>();
        Set<String> suffixes = new LinkedHashSet<>();
        List<Regex> regexes = new ArrayList<>();
        for (String text : texts) {
            switch (one(text)) {
                case Exact one -> exact.add(one.host());
                case Suffix one -> suffixes.add(one.parent());
                case Expression one -> regexes.add(one.regex());
            }
        }
        return new HostPatterns(exact, suffixes, regexes);
    }

    boolean isAny() {
        return exact.isEmpty() && suffixes.isEmpty() && regexes.isEmpty();
    }

    boolean matches(String host) {
        if (isAny() || exact.contains(host) || belowSuffix(host)) {
            return true;
        }
        for (Regex regex : regexes) {
            if (regex.matches(host)) {
                return true;
            }
        }
        return false;
    }

    private boolean belowSuffix(String host) {
        if (suffixes.isEmpty()) {
            return false;
        }
        for (int dot = host.indexOf('.', 1); dot >= 0; dot = host.indexOf('.', dot + 1)) {
            if (suffixes.contains(host.substring(dot + 1))) {
                return true;
            }
        }
        return false;
    }

    /// Puts the captures of the first expression that matches.
    void captures(String host, Map<String, String> into) {
        for (Regex regex : regexes) {
            Matcher match = regex.find(host);
            if (match != null) {
                regex.named(match, into);
                return;
            }
        }
    }
}
