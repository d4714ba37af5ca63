package io.breakwater.cache.policy;

import io.breakwater.cache.policy.Reuse.Mark;
import io.breakwater.http.FieldList;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// Question: what does a hit pay for its policy, and which hash finds it cheaply enough?
///
/// Workload: a GET of a browser with 10 fields, for a URL of 70 characters, and a stored response
/// of 12 fields. `hit` is everything that a hit does here: reading the request's fields, writing
/// and hashing the key, deciding.
///
/// ```
/// mvn -B -Dfast -Pjmh -pl server -am test-compile
/// mvn -B -q -Pjmh -pl server dependency:build-classpath -Dmdep.outputFile=target/jmh.classpath
/// cd server && java -cp target/test-classes:target/classes:$(cat target/jmh.classpath) \
///   org.openjdk.jmh.Main PolicyBenchmark -f 1 -wi 3 -i 5 -w 1 -r 1 -prof gc \
///   -jvmArgs "-XX:+UseCompactObjectHeaders -XX:+UseParallelGC -Xmx512m"
/// ```
///
/// The `java` is that of JDK 25. Last result, JDK 25, two very busy cores, so the times are upper
/// bounds:
///
/// | | ns | bytes allocated |
/// |---|---|---|
/// | `hit` | 202 | 0 |
/// | `readRequest` | 53 | 0 |
/// | `hashSip` | 64 | 0 |
/// | `hashSha256` | 110 | 80 |
/// | `readFacts` | 6 | 80 |
/// | `decideToStore` | 2,600 | 4,152 |
///
/// SipHash is keyed and allocates nothing, which decided for it.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PolicyBenchmark {
    private static final long NOW = 1_800_000_000_000L;
    private static final FieldList BROWSER =
            FieldList.of(
                    "Host", "www.example.com",
                    "User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
                    "Accept", "text/html,application/xhtml+xml,*/*;q=0.8",
                    "Accept-Language", "en-GB,en;q=0.9,de;q=0.8",
                    "Accept-Encoding", "gzip, deflate, br, zstd",
                    "Referer", "https://www.example.com/",
                    "Sec-Fetch-Dest", "document",
                    "Sec-Fetch-Mode", "navigate",
                    "Cookie", "session=0123456789abcdef",
                    "Upgrade-Insecure-Requests", "1");
    private static final FieldList ANSWER =
            FieldList.of(
                    "Date", "Fri, 15 Jan 2027 08:00:00 GMT",
                    "Content-Type", "text/html; charset=utf-8",
                    "Content-Length", "1024",
                    "Cache-Control", "public, max-age=86400, stale-while-revalidate=60",
                    "ETag", "\"5f3c-1024\"",
                    "Last-Modified", "Thu, 14 Jan 2027 08:00:00 GMT",
                    "Vary", "Accept-Encoding",
                    "X-Content-Type-Options", "nosniff",
                    "Strict-Transport-Security", "max-age=31536000",
                    "Content-Security-Policy", "default-src 'self'",
                    "Server", "origin",
                    "Surrogate-Key", "page home");
    private static final Source SOURCE = new Source();

    private final SipHash sip = new SipHash(1, 2);
    private final KeyText text = new KeyText(sip);
    private final Received received = new Received(200, ANSWER, NOW - 20, NOW);
    private final Storing storing = new Storing(CacheRules.STANDARD, List.of("Surrogate-Key"));
    private @Nullable MessageDigest sha;
    private StoredFacts facts = facts();
    private byte[] head = new byte[0];

    /// Makes the key and the head.
    ///
    /// @throws NoSuchAlgorithmException never
    @Setup
    public void prepare() throws NoSuchAlgorithmException {
        sha = MessageDigest.getInstance("SHA-256");
        text.write(KeyRules.STANDARD, SOURCE);
        head = StoredHead.write(stored());
    }

    private StoredFacts facts() {
        return stored().facts();
    }

    private StoredResponse stored() {
        RequestFacts plain = RequestFacts.of("GET", BROWSER, CacheRules.STANDARD);
        Storing.Asked asked =
                new Storing.Asked(
                        plain, BROWSER, new RequestTarget("https", "www.example.com", -1, "/"));
        return switch (storing.decide(asked, received)) {
            case StoreDecision.Store(var response, var freshness) -> response;
            case StoreDecision.Pass(var refusal) -> throw new IllegalStateException(refusal.name());
        };
    }

    /// All that a hit does.
    ///
    /// @return the decision
    @Benchmark
    public ReuseDecision hit() {
        RequestFacts request = RequestFacts.of("GET", BROWSER, CacheRules.STANDARD);
        text.write(KeyRules.STANDARD, SOURCE);
        text.digest();
        return Reuse.decide(request, facts, Mark.NONE, NOW + (sip.low() & 1));
    }

    /// The request's fields alone.
    ///
    /// @return the facts
    @Benchmark
    public RequestFacts readRequest() {
        return RequestFacts.of("GET", BROWSER, CacheRules.STANDARD);
    }

    /// Writing the key alone.
    ///
    /// @return its length
    @Benchmark
    public int writeKey() {
        text.write(KeyRules.STANDARD, SOURCE);
        return text.length();
    }

    /// SipHash of the key.
    ///
    /// @return half of it
    @Benchmark
    public long hashSip() {
        text.digest();
        return sip.low();
    }

    /// SHA-256 of the key, for comparison.
    ///
    /// @return the first bytes
    @Benchmark
    public byte[] hashSha256() {
        MessageDigest digest = Objects.requireNonNull(sha);
        digest.update(text.bytes(), 0, text.length());
        return Arrays.copyOf(digest.digest(), 16);
    }

    /// The decision on a response that is about to be stored.
    ///
    /// @return what is stored
    @Benchmark
    public StoredResponse decideToStore() {
        return stored();
    }

    /// Reading the facts of a stored head.
    ///
    /// @return the facts
    @Benchmark
    public StoredFacts readFacts() {
        return StoredHead.readFacts(ByteBuffer.wrap(head));
    }

    private static final class Source implements KeySource {
        @Override
        public String scheme() {
            return "https";
        }

        @Override
        public String host() {
            return "www.example.com";
        }

        @Override
        public int port() {
            return -1;
        }

        @Override
        public String encodedPath() {
            return "/articles/2027/01/what-caches-do-at-night";
        }

        @Override
        public String query() {
            return "page=2&sort=asc";
        }

        @Override
        public @Nullable String header(String name) {
            return BROWSER.combined(name);
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
