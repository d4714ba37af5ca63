package io.breakwater.cache.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.cache.policy.KeyRules.Order;
import io.breakwater.cache.policy.KeyRules.Part;
import io.breakwater.cache.policy.KeyRules.Query;
import io.breakwater.http.FieldList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyTextTest {
    private final KeyText writer = new KeyText(new SipHash(1, 2));

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "https, example.com, -1, /, -, GET https://example.com/",
                "https, example.com, 443, /a, -, GET https://example.com/a",
                "https, example.com, 80, /a, -, GET https://example.com:80/a",
                "http, example.com, 80, /a, x=1, GET http://example.com/a?x=1",
                "http, example.com, 8080, /a, '', GET http://example.com:8080/a?",
                "http, 2001:db8::1, 81, /, -, GET http://[2001:db8::1]:81/",
                "http, '', -1, /, -, GET http:///",
                "http, a, -1, /a%20b%3F, 'q= ?/', GET http://a/a%20b%3F?q=\\0020?/",
                "http, a, -1, '/?', -, GET http://a/\\003f",
                "http, a, -1, /é\\, -, GET http://a/\\00e9\\005c",
            })
    void writesTheUri(
            String scheme, String host, int port, String path, @Nullable String query, String key) {
        assertThat(text(KeyRules.STANDARD, request(scheme, host, port, path, query)))
                .isEqualTo(key);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "ALL, KEEP, b=2&a=1, ?b=2&a=1",
                "ALL, SORT, b=2&a=1&b=1&a, ?a=1&a&b=2&b=1",
                "NONE, KEEP, a=1, ''",
                "INCLUDE, KEEP, b=2&a=1&c=3&a=4, ?a=1&c=3&a=4",
                "INCLUDE, SORT, c=3&b=2&a=1, ?a=1&c=3",
                "INCLUDE, KEEP, b=2, ''",
                "EXCLUDE, KEEP, b=2&a=1&d, ?b=2&d",
                "EXCLUDE, SORT, d&a=1&b=2, ?b=2&d",
                "EXCLUDE, KEEP, -, ''",
            })
    void countsParameters(Query query, Order order, @Nullable String written, String counted) {
        KeyRules rules =
                new KeyRules(
                        EnumSet.allOf(Part.class),
                        query,
                        order,
                        Set.of("a", "c"),
                        List.of(),
                        List.of());
        assertThat(text(rules, request("http", "h", -1, "/", written)))
                .isEqualTo("GET http://h/" + counted);
    }

    @Test
    void leavesPartsOutAndTakesFieldsIn() {
        KeyRules rules =
                new KeyRules(
                        Set.of(),
                        Query.NONE,
                        Order.KEEP,
                        Set.of(),
                        List.of("X-A", "X-B"),
                        List.of("group"));
        Request request = request("http", "h", 8080, "/p", "q");
        request.headers.put("X-A", "1 =2");
        request.cookies.put("group", "");
        request.scope = "api";
        assertThat(text(rules, request))
                .isEqualTo("GET *://*/* h:X-A=1\\0020=2 h:X-B c:group= s:api");
        writer.append(
                VariantKey.of(
                        List.of("accept-encoding", "foo"),
                        FieldList.of("Accept-Encoding", "br,gzip")));
        assertThat(writer.key().text()).endsWith(" s:api v:accept-encoding=br,\\0020gzip v:foo");
    }

    /// Two requests that differ in a part that counts never have the same text: parts are made of
    /// the characters that could blur the borders between them.
    @Test
    void tellsAllRequestsApart() {
        Random random = new Random(7);
        KeyRules rules =
                new KeyRules(
                        EnumSet.allOf(Part.class),
                        Query.ALL,
                        Order.KEEP,
                        Set.of(),
                        List.of("a", "b"),
                        List.of("c"));
        Map<String, List<@Nullable String>> seen = new HashMap<>();
        Set<List<@Nullable String>> distinct = new HashSet<>();
        for (int i = 0; i < 200_000; i++) {
            Request request =
                    request(
                            piece(random, 2),
                            piece(random, 3),
                            random.nextInt(3) - 1,
                            piece(random, 3),
                            orNull(random));
            request.put("a", orNull(random), request.headers);
            request.put("b", orNull(random), request.headers);
            request.put("c", orNull(random), request.cookies);
            request.scope = piece(random, 1);
            List<@Nullable String> identity = request.identity();
            distinct.add(identity);
            List<@Nullable String> same = seen.put(text(rules, request), identity);
            if (same != null) assertThat(same).isEqualTo(identity);
        }
        assertThat(seen).hasSameSizeAs(distinct);
        assertThat(distinct).hasSizeGreaterThan(50_000);
    }

    private static @Nullable String orNull(Random random) {
        return random.nextBoolean() ? null : piece(random, 2);
    }

    private static String piece(Random random, int most) {
        String alphabet = "/?:=\\ *&a-[]é0";
        StringBuilder piece = new StringBuilder();
        for (int i = random.nextInt(most + 1); i > 0; i--)
            piece.append(alphabet.charAt(random.nextInt(alphabet.length())));
        return piece.toString();
    }

    @Test
    void keysAreEqualWhenTheirTextsAre() {
        Request request = request("https", "h", -1, "/" + "x".repeat(2000), null);
        writer.write(KeyRules.STANDARD, request);
        CacheKey key = writer.key();
        assertThat(key.text()).hasSize(writer.length()).endsWith("xx");
        KeyText other = new KeyText(new SipHash(1, 2));
        other.write(KeyRules.STANDARD, request);
        assertThat(other.key()).isEqualTo(key);
        KeyText seeded = new KeyText(new SipHash(3, 4));
        seeded.write(KeyRules.STANDARD, request);
        assertThat(seeded.key().high()).isNotEqualTo(key.high());
    }

    /// The vectors of the reference implementation: key 00..0f, input 00, 01, 02 and so on.
    @ParameterizedTest
    @CsvSource({
        "0, a3817f04ba25a8e66df67214c7550293",
        "1, da87c1d86b99af44347659119b22fc45",
        "2, 8177228da4a45dc7fca38bdef60affe4",
        "8, 3b62a9ba6258f5610f83e264f31497b4",
        "15, 5493e99933b0a8117e08ec0f97cfc3d9",
        "16, 6ee2a4ca67b054bbfd3315bf85230577",
        "63, 5150d1772f50834a503e069a973fbd7c",
    })
    void hashesAsTheReferenceDoes(int length, String digest) {
        byte[] input = new byte[64];
        for (int i = 0; i < input.length; i++) input[i] = (byte) i;
        SipHash hash = new SipHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);
        hash.digest(input, length);
        assertThat(hex(hash.high()) + hex(hash.low())).isEqualTo(digest);
    }

    private static String hex(long littleEndian) {
        return String.format("%016x", Long.reverseBytes(littleEndian));
    }

    private String text(KeyRules rules, Request request) {
        writer.write(rules, request);
        return writer.key().text();
    }

    private static Request request(
            String scheme, String host, int port, String path, @Nullable String query) {
        return new Request(scheme, host, port, path, query);
    }

    /// A request as its parts.
    private static final class Request implements KeySource {
        private final String scheme;
        private final String host;
        private final int port;
        private final String path;
        private final @Nullable String query;
        private final Map<String, String> headers = new HashMap<>();
        private final Map<String, String> cookies = new HashMap<>();
        private String scope = "";

        Request(String scheme, String host, int port, String path, @Nullable String query) {
            this.scheme = scheme;
            this.host = host;
            this.port = port;
            this.path = path;
            this.query = query;
        }

        void put(String name, @Nullable String value, Map<String, String> into) {
            if (value != null) into.put(name, value);
        }

        List<@Nullable String> identity() {
            return Arrays.asList(
                    scheme,
                    host,
                    String.valueOf(port),
                    path,
                    query,
                    headers.get("a"),
                    headers.get("b"),
                    cookies.get("c"),
                    scope);
        }

        @Override
        public String scheme() {
            return scheme;
        }

        @Override
        public String host() {
            return host;
        }

        @Override
        public int port() {
            return port;
        }

        @Override
        public String encodedPath() {
            return path;
        }

        @Override
        public @Nullable String query() {
            return query;
        }

        @Override
        public @Nullable String header(String name) {
            return headers.get(name);
        }

        @Override
        public @Nullable String cookie(String name) {
            return cookies.get(name);
        }

        @Override
        public String scope() {
            return scope;
        }
    }
}
