package io.breakwater.http;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.http.PathNormaliser.Normalised;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Tables of RFC 3986 §5.2.4 and §6.2.2, and of the tricks played on proxies.
class PathNormaliserTest {
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // raw, decoded, encoded
                "/,/,/",
                "'',/,/",
                "/a/b/c/./../../g,/a/g,/a/g", // RFC 3986 §5.2.4
                "/mid/content=5/../6,/mid/6,/mid/6", // RFC 3986 §5.2.4
                "/a/%7Eb,/a/~b,/a/~b",
                "/a/%41,/a/A,/a/A",
                "/.,/,/",
                "/./,/,/",
                "/a/.,/a/,/a/",
                "/a/..,/,/",
                "/a/b/..,/a/,/a/",
                "/a/b/../c/,/a/c/,/a/c/",
                "/a/%2e/b,/a/b,/a/b",
                "/a/%2E%2e/b,/b,/b",
                "/a/.%2e/b,/b,/b",
                "/...,/...,/...",
                "/.well-known/x,/.well-known/x,/.well-known/x",
                "/..a/b..,/..a/b..,/..a/b..",
                "//,/,/",
                "//a,/a,/a",
                "/a///b//,/a/b/,/a/b/",
                "/a//../b,/b,/b",
                "/a;v=1/b,/a/b,/a;v=1/b",
                "/a;v=1,/a,/a;v=1",
                "/;x/a,/a,/a",
                "/a/;jsessionid=1,/a/,/a/;jsessionid=1",
                "/a/..;/b,/b,/b",
                "/a/..;x=y/b,/b,/b",
                "/a/%2e%2e;/b,/b,/b",
                "/a/.;/b,/a/b,/a/b",
                "/a%3Bb,/a;b,/a%3Bb",
                "/a%2fb,/a%2Fb,/a%2Fb",
                "/a%5cb,/a%5Cb,/a%5Cb",
                "/a\\b,/a%5Cb,/a%5Cb",
                "/100%25,/100%,/100%25",
                "/a%252Fb,/a%252Fb,/a%252Fb",
                "/a%25zz,/a%zz,/a%25zz",
                "/a%252e%252e/b,/a%252e%252e/b,/a%252e%252e/b",
                "/%25%32%46,/%252F,/%252F",
                "/a%20b,/a b,/a%20b",
                "/a b,/a b,/a%20b",
                "/a\"<>^`{|}b,/a\"<>^`{|}b,/a%22%3C%3E%5E%60%7B%7C%7Db",
                "/a%3fb%23,/a?b#,/a%3Fb%23",
                "/a[1],/a[1],/a%5B1%5D",
                "/a!$&'()*+=:@,/a!$&'()*+=:@,/a!$&'()*+=:@",
                "/%c3%a9,/é,/%C3%A9",
                "/é,/é,/%C3%A9",
                "/%F0%9F%98%80,/😀,/%F0%9F%98%80",
                "/😀,/😀,/%F0%9F%98%80",
            })
    void normalises(String raw, String decoded, String encoded) {
        String path = raw == null ? "" : raw;
        assertThat(PathNormaliser.of(path)).isEqualTo(new Normalised(decoded, encoded));
        assertThat(PathNormaliser.refusal(path)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "/..,.. above the root",
        "/../a,.. above the root",
        "/a/../../b,.. above the root",
        "/%2e%2e/a,.. above the root",
        "/..;/a,.. above the root",
        "//../a,.. above the root",
        "/a/..%2fb,a dot segment beside an encoded slash",
        "/a/%2e%2e%2Fb,a dot segment beside an encoded slash",
        "/a/b%2f..,a dot segment beside an encoded slash",
        "/a/..%5cb,a dot segment beside an encoded slash",
        "/a/..\\b,a dot segment beside an encoded slash",
        "/a%,an incomplete escape",
        "/a%2,an incomplete escape",
        "/a%zz,an incomplete escape",
        "/a%2/b,an incomplete escape",
        "/a%00b,an escaped control character",
        "/a%0d%0aSet-Cookie:x,an escaped control character",
        "/a%7f,an escaped control character",
        "/a%C2%85,an escaped control character",
        "/a%ff,escapes that are not UTF-8",
        "/a%c3,escapes that are not UTF-8",
        "/a%c0%af,escapes that are not UTF-8",
        "/a%ed%a0%80,escapes that are not UTF-8",
        "/a\uFFFD,bytes that are not UTF-8",
        "/a#b,? or # inside of the path",
        "a/b,a path starts with /",
        "*,a path starts with /",
    })
    void refuses(String raw, String reason) {
        assertThat(PathNormaliser.of(raw)).isNull();
        assertThat(PathNormaliser.refusal(raw)).isEqualTo(reason);
    }

    @Test
    void refusesControlCharactersAndHalfSurrogates() {
        for (String raw : new String[] {"/a\u0000", "/a\tb", "/a\nb", "/a\u0085b", "/a\uD800b"}) {
            assertThat(PathNormaliser.of(raw)).as(raw).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/index.html", "/a/b.c/d-e_f~g/", "/.hidden/..x/x.", "/a:b@c,d=e+f"})
    void leavesPlainPathsAlone(String raw) {
        Normalised normalised = requireNonNull(PathNormaliser.of(raw));
        assertThat(normalised.decoded()).isSameAs(raw);
        assertThat(normalised.encoded()).isSameAs(raw);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a/../b", "/%2e", "/..", "/a/..%2fb", "/..;x/"})
    void seesDotSegmentsInAnySpelling(String raw) {
        assertThat(PathNormaliser.hasDotSegment(raw)).isTrue();
    }

    /// What is sent upstream and then normalised again by an upstream must stay what was matched.
    @Test
    void normalisingTwiceChangesNothing() {
        String[] pieces = {
            "/", "/", ".", "..", "%2e", "%2F", "%5c", ";", ";x=1", "%25", "2F", "25", "a", "é", " ",
            "%c3%a9", "~", "%7E", "\\"
        };
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder raw = new StringBuilder("/");
            for (int n = random.nextInt(9); n >= 0; n--) {
                raw.append(pieces[random.nextInt(pieces.length)]);
            }
            Normalised once = PathNormaliser.of(raw.toString());
            if (once != null) {
                assertThat(PathNormaliser.of(once.encoded())).as(raw.toString()).isEqualTo(once);
                assertThat(once.decoded()).doesNotContain("//");
                assertThat("/" + once.encoded() + "/").doesNotContain("/../", "/./");
            }
        }
    }
}
