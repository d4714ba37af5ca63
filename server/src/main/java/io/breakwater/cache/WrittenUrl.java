package io.breakwater.cache;

import io.breakwater.cache.policy.KeyRules;
import io.breakwater.cache.policy.KeySource;
import io.breakwater.cache.policy.KeyText;
import io.breakwater.cache.policy.SipHash;
import io.breakwater.http.Hosts;
import io.breakwater.http.PathNormaliser;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A URL, or the beginning of URLs, as people write it, such as `https://example.com/a?b=c`. It is
/// normalised as requests are, so that it names what was stored for them.
///
/// @param scheme `http` or `https`
/// @param host lower case, without port
/// @param port the port, -1 for none
/// @param path encoded and normalised
/// @param query without `?`, null for none
record WrittenUrl(String scheme, String host, int port, String path, @Nullable String query) {
    /// Reads a URL.
    ///
    /// @throws IllegalArgumentException when it is none; the message says what was expected
    static WrittenUrl of(String text) {
        return read(text, "");
    }

    /// Reads the beginning of URLs. Without a path it stands for the whole host.
    ///
    /// @throws IllegalArgumentException when it is none; the message says what was expected
    static WrittenUrl prefix(String text) {
        return read(text, "x");
    }

    /// @param more what may follow the path, and must not change its beginning
    private static WrittenUrl read(String text, String more) {
        String url = text.strip();
        int colon = url.indexOf("://");
        String scheme = colon < 0 ? "" : url.substring(0, colon).toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https"))
            throw new IllegalArgumentException("an absolute http or https URL");
        String rest = url.substring(colon + 3);
        int hash = rest.indexOf('#');
        if (hash >= 0) rest = rest.substring(0, hash);
        int slash = begin(rest);
        Hosts.HostPort host = Hosts.of(rest.substring(0, slash));
        if (host == null || host.host().isEmpty())
            throw new IllegalArgumentException("a URL with a host");
        String target = rest.substring(slash);
        int mark = target.indexOf('?');
        String raw = mark < 0 ? target : target.substring(0, mark);
        PathNormaliser.Normalised path = PathNormaliser.of(raw.isEmpty() ? "/" : raw);
        if (path == null)
            throw new IllegalArgumentException(
                    "a URL with another path; " + PathNormaliser.refusal(raw));
        // A dot segment at the end would be taken for the folder above.
        PathNormaliser.Normalised longer = PathNormaliser.of(raw + more);
        boolean stays =
                raw.isEmpty()
                        || mark >= 0
                        || longer != null && longer.encoded().equals(path.encoded() + more);
        if (!stays)
            throw new IllegalArgumentException("a beginning that does not end with /. or /..");
        return new WrittenUrl(
                scheme,
                host.host(),
                host.port(),
                path.encoded(),
                mark < 0 ? null : target.substring(mark + 1));
    }

    private static int begin(String rest) {
        for (int i = 0; i < rest.length(); i++)
            if (rest.charAt(i) == '/' || rest.charAt(i) == '?') return i;
        return rest.length();
    }

    /// The names that it may be stored under, one for each way in which keys are made.
    ///
    /// @param rules those of the policies in force
    /// @return at least the standard name
    Set<String> names(Collection<KeyRules> rules) {
        KeyText text = new KeyText(new SipHash(0, 0)); // only the text is wanted
        Set<String> names = new LinkedHashSet<>();
        names.add(name(text, KeyRules.STANDARD));
        for (KeyRules each : rules) names.add(name(text, each));
        return Collections.unmodifiableSet(names);
    }

    private String name(KeyText text, KeyRules rules) {
        text.write(rules, new Source(this));
        return Keys.url(new String(text.bytes(), 0, text.length(), StandardCharsets.US_ASCII));
    }

    private record Source(WrittenUrl url) implements KeySource {
        @Override
        public String scheme() {
            return url.scheme;
        }

        @Override
        public String host() {
            return url.host;
        }

        @Override
        public int port() {
            return url.port;
        }

        @Override
        public String encodedPath() {
            return url.path;
        }

        @Override
        public @Nullable String query() {
            return url.query;
        }

        @Override
        public @Nullable String header(String name) {
            return null;
        }

        @Override
        public @Nullable String cookie(String name) {
            return null;
        }

        @Override
        public String scope() {
            return "";
        }
    }
}
