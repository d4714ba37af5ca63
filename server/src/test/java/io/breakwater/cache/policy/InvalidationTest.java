package io.breakwater.cache.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// RFC 9111 §4.4. The target is https://example.com/shop/item?id=1.
class InvalidationTest {
    private static final String ITSELF = "/shop/item?id=1";

    @ParameterizedTest
    @CsvSource({
        "POST, 200, true", // invalidate-POST
        "PUT, 204, true", // invalidate-PUT
        "DELETE, 301, true", // invalidate-DELETE
        "PATCH, 399, true",
        "M-SEARCH, 200, true", // invalidate-M-SEARCH: its safety is not known
        "post, 200, true",
        "POST, 404, false", // invalidate-POST-failed
        "PUT, 500, false", // invalidate-PUT-failed
        "DELETE, 100, false",
        "GET, 200, false",
        "HEAD, 200, false",
        "OPTIONS, 200, false",
        "QUERY, 200, false",
    })
    void invalidatesTheTarget(String method, int status, boolean invalidates) {
        assertThat(Invalidation.of(method, Told.TARGET, status, Told.fields(null)))
                .isEqualTo(invalidates ? List.of(Told.TARGET) : List.of());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "/other|/other", // invalidate-POST-location
                "other?b=%20c#f|/shop/other?b=%20c",
                "../x|/x",
                "?id=2|/shop/?id=2|",
                "//example.com/y|/y",
                "https://example.com|/",
                "HTTPS://EXAMPLE.COM:443/y|/y",
                "http://example.com/y|-",
                "https://example.com:8443/y|-",
                "https://other.example/y|-",
                "https://user@example.com/y|-",
                "https://example.com.evil.example/y|-",
                "mailto:x@example.com|-",
                "http://[|-",
                "a b|-",
                "/shop/item?id=1|-",
            })
    void invalidatesWhatFieldsNameOfTheSameOrigin(String reference, @Nullable String named) {
        for (String field : List.of("Location", "Content-Location")) {
            List<RequestTarget> targets =
                    Invalidation.of(
                            "POST", Told.TARGET, 201, Told.fields(field + ": " + reference));
            assertThat(
                            targets.stream()
                                    .map(RequestTarget::pathAndQuery)
                                    .collect(Collectors.joining(" ")))
                    .isEqualTo(named == null ? ITSELF : ITSELF + " " + named);
        }
    }

    @Test
    void invalidatesBoth() {
        assertThat(
                        Invalidation.of(
                                "PUT",
                                Told.TARGET,
                                201,
                                Told.fields("Location: /a;; Content-Location: /b")))
                .extracting(RequestTarget::pathAndQuery)
                .containsExactly(ITSELF, "/a", "/b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://[2001:db8::1]:8443/x", "/x"})
    void knowsOriginsWithPortsAndAddresses(String reference) {
        RequestTarget target = new RequestTarget("https", "2001:db8::1", 8443, "/");
        assertThat(target.sameOrigin(reference))
                .isEqualTo(new RequestTarget("https", "2001:db8::1", 8443, "/x"));
        assertThat(new RequestTarget("http", "a", 80, "/").port()).isEqualTo(-1);
    }
}
