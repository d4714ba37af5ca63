package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.testing.BodyEngine;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.Head;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Who the origin is told the client is, and by which name it is called.
@WireTest
class ForwardedTest {
    private static final String TRUST = "trusted-proxies = [\"127.0.0.0/8\"]";
    private static final String[] CLAIMS = {
        "GET / HTTP/1.1",
        "Host: example.test",
        "X-Forwarded-For: 192.0.2.7",
        "X-Forwarded-Proto: https",
        "X-Forwarded-Host: claimed.test",
        "X-Forwarded-Port: 4711",
        "Forwarded: for=192.0.2.7;proto=https;host=claimed.test",
    };

    @ParameterizedTest
    @EnumSource
    void claimsOfStrangersAreReplaced(BodyEngine engine) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start()) {
            Head head = headFor(breakwater, origin);
            assertThat(head.field("X-Forwarded-For")).isEqualTo("127.0.0.1");
            assertThat(head.field("X-Forwarded-Proto")).isEqualTo("http");
            assertThat(head.field("X-Forwarded-Host")).isEqualTo("example.test");
            assertThat(head.field("X-Forwarded-Port")).isEqualTo("" + breakwater.port());
            assertThat(head.has("Forwarded")).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void claimsOfTrustedPeersAreExtended(BodyEngine engine) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater = Setup.to(origin).engine(engine).server(TRUST).start()) {
            Head head = headFor(breakwater, origin);
            assertThat(String.join(", ", head.all("X-Forwarded-For")))
                    .isEqualTo("192.0.2.7, 127.0.0.1");
            assertThat(head.field("X-Forwarded-Proto")).isEqualTo("https");
            assertThat(head.field("X-Forwarded-Host")).isEqualTo("claimed.test");
            assertThat(head.field("X-Forwarded-Port")).isEqualTo("4711");
        }
    }

    @Test
    void trustedPeersWithoutClaimsAreTheClient() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater = Setup.to(origin).server(TRUST).start();
                RawClient client = breakwater.client()) {
            client.get("/").response();
            Head head = origin.exchange(1).head();
            assertThat(head.field("X-Forwarded-For")).isEqualTo("127.0.0.1");
            assertThat(head.field("X-Forwarded-Proto")).isEqualTo("http");
        }
    }

    @Test
    void clientAddressIsTheFirstUntrustedFromTheRight() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater =
                        Setup.to(origin)
                                .server(TRUST)
                                .location(
                                        "request-headers = { set = { X-Client = \"$client-ip\" } }")
                                .start();
                RawClient client = breakwater.client()) {
            client.request(
                    "GET / HTTP/1.1",
                    "Host: a",
                    "X-Forwarded-For: 203.0.113.1, 192.0.2.7, 127.0.0.9");
            client.response();
            assertThat(origin.exchange(1).head().field("X-Client")).isEqualTo("192.0.2.7");
        }
    }

    @Test
    void rfc7239IsWrittenAndExtended() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater =
                        Setup.to(origin).location("forwarded = \"rfc7239\"").start()) {
            Head head = headFor(breakwater, origin);
            assertThat(head.field("Forwarded"))
                    .contains("for=127.0.0.1", "proto=http", "host=\"example.test\"")
                    .doesNotContain("192.0.2.7");
            assertThat(head.has("X-Forwarded-For")).isFalse();
            assertThat(head.has("X-Forwarded-Host")).isFalse();
        }
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater =
                        Setup.to(origin)
                                .server(TRUST)
                                .location("forwarded = \"rfc7239\"")
                                .start()) {
            Head head = headFor(breakwater, origin);
            assertThat(String.join(", ", head.all("Forwarded")))
                    .startsWith("for=192.0.2.7;proto=https;host=claimed.test, ")
                    .contains("for=127.0.0.1");
        }
    }

    @Test
    void bothAndOffMeanWhatTheySay() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater =
                        Setup.to(origin).location("forwarded = \"both\"").start()) {
            Head head = headFor(breakwater, origin);
            assertThat(head.has("Forwarded")).isTrue();
            assertThat(head.field("X-Forwarded-For")).isEqualTo("127.0.0.1");
        }
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater =
                        Setup.to(origin).location("forwarded = \"off\"").start()) {
            assertThat(headFor(breakwater, origin).fields())
                    .noneMatch(field -> field.name().toLowerCase(Locale.ROOT).contains("forward"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void hostFollowsItsPolicy(BodyEngine engine) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"))) {
            assertThat(hostFor(origin, engine, "preserve")).isEqualTo("example.test:8080");
            assertThat(hostFor(origin, engine, "upstream")).isEqualTo(origin.address());
            assertThat(hostFor(origin, engine, "inner.test")).isEqualTo("inner.test");
            assertThat(hostFor(origin, engine, "$host.inner")).isEqualTo("example.test.inner");
        }
    }

    private static @Nullable String hostFor(FakeOrigin origin, BodyEngine engine, String policy)
            throws Exception {
        int number = origin.exchanges().size() + 1;
        try (TestBreakwater breakwater =
                        Setup.to(origin)
                                .engine(engine)
                                .location("forwarded = { host = \"" + policy + "\" }")
                                .start();
                RawClient client = breakwater.client()) {
            client.request("GET / HTTP/1.1", "Host: example.test:8080");
            assertThat(client.response().status()).isEqualTo(200);
            Head head = origin.exchange(number).head();
            assertThat(head.field("X-Forwarded-Host")).isEqualTo("example.test:8080");
            return head.field("Host");
        }
    }

    private static Head headFor(TestBreakwater breakwater, FakeOrigin origin) throws Exception {
        try (RawClient client = breakwater.client()) {
            assertThat(client.request(CLAIMS).response().status()).isEqualTo(200);
            return origin.exchange(1).head();
        }
    }
}
