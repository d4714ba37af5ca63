package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.H2Client;
import io.breakwater.testing.OriginExchange;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Clients that send frames which cost more to take than to send (CVE-2019-9511 to 9518,
/// CVE-2023-44487, CVE-2024-27316).
@WireTest
class Http2FloodTest {
    private static final String H2 = "protocols = [\"http1\", \"h2\"]";
    private static final int LIMIT = 50;
    private static final int ENHANCE_YOUR_CALM = 11;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final byte[] NOTHING = {};

    /// What is sent one time too often.
    enum Flood {
        RESET {
            @Override
            void frame(ByteArrayOutputStream out, int number) {
                int stream = 2 * number + 1;
                byte[] block = H2Client.block("GET", "/");
                out.writeBytes(H2Client.raw(1, END_STREAM | END_HEADERS, stream, block));
                out.writeBytes(H2Client.raw(3, 0, stream, new byte[] {0, 0, 0, 8}));
            }
        },
        CONTINUATION {
            @Override
            void frame(ByteArrayOutputStream out, int number) {
                byte[] block = H2Client.block("GET", "/");
                if (number == 0) out.writeBytes(H2Client.raw(1, END_STREAM, 1, block));
                out.writeBytes(H2Client.raw(9, 0, 1, NOTHING));
            }
        },
        PING {
            @Override
            void frame(ByteArrayOutputStream out, int number) {
                out.writeBytes(H2Client.raw(6, 0, 0, new byte[8]));
            }
        },
        SETTINGS {
            @Override
            void frame(ByteArrayOutputStream out, int number) {
                out.writeBytes(H2Client.raw(4, 0, 0, new byte[] {0, 3, 0, 0, 0, 100}));
            }
        },
        DATA {
            @Override
            void frame(ByteArrayOutputStream out, int number) {
                byte[] block = H2Client.block("POST", "/");
                if (number == 0) out.writeBytes(H2Client.raw(1, END_HEADERS, 1, block));
                out.writeBytes(H2Client.raw(0, 0, 1, NOTHING));
            }
        },
        HEADERS {
            @Override
            void frame(ByteArrayOutputStream out, int number) {
                byte[] broken = H2Client.block("GET", "/", ":late: pseudo");
                out.writeBytes(H2Client.raw(1, END_STREAM | END_HEADERS, 2 * number + 1, broken));
            }

            @Override
            String reason() {
                return "(?:headers|reset)-flood"; // they are answered with resets
            }
        },
        OTHER {
            @Override
            void frame(ByteArrayOutputStream out, int number) {
                out.writeBytes(H2Client.raw(0xfa, 0, 0, new byte[3]));
            }
        };

        abstract void frame(ByteArrayOutputStream out, int number);

        byte[] frames(int count) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            for (int number = 0; number < count; number++) frame(out, number);
            return out.toByteArray();
        }

        String reason() {
            return name().toLowerCase(Locale.ROOT) + "-flood";
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFloodEndsItsConnectionAndNoOther(Flood flood) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater = limited(origin).start();
                H2Client good = H2Client.to(breakwater.port());
                H2Client bad = H2Client.to(breakwater.port())) {
            assertThat(good.send("GET", "/").awaitEnd().text()).isEqualTo("x");
            // What is left unread when the connection ends would make a reset of it.
            bad.sendRaw(flood.frames(LIMIT + LIMIT / 5));
            bad.awaitEnd();
            assertThat(bad.error()).isEqualTo(ENHANCE_YOUR_CALM);
            assertThat(good.send("GET", "/").awaitEnd().text()).isEqualTo("x");
            assertThat(breakwater.engine().figures().prometheus())
                    .containsPattern(
                            "breakwater_http2_ended_total\\{reason=\"%s\",server=\"web\"} 1.0"
                                    .formatted(flood.reason()));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PING", "SETTINGS", "OTHER", "RESET"})
    void aFewOfThemAreFine(Flood flood) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater = limited(origin).start();
                H2Client client = H2Client.to(breakwater.port())) {
            client.sendRaw(flood.frames(LIMIT / 5));
            client.skipStreams(LIMIT);
            assertThat(client.send("GET", "/").awaitEnd().text()).isEqualTo("x");
            assertThat(client.error()).isNull();
        }
    }

    @Test
    void requestsThatAreGivenUpHaveALowerLimit() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater = givenUp(origin, 20).start();
                H2Client client = H2Client.to(breakwater.port())) {
            client.sendRaw(Flood.RESET.frames(24));
            client.awaitEnd();
            assertThat(client.error()).isEqualTo(ENHANCE_YOUR_CALM);
            assertThat(breakwater.engine().figures().prometheus())
                    .contains(
                            "breakwater_http2_ended_total{reason=\"reset-flood\",server=\"web\"}"
                                    + " 1");
        }
    }

    @Test
    void whoHasMoreAnsweredMayGiveUpMore() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater = givenUp(origin, 5).start();
                H2Client client = H2Client.to(breakwater.port())) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] block = H2Client.block("GET", "/");
            for (int stream = 1; stream < 160; stream += 2) {
                out.writeBytes(H2Client.raw(1, END_STREAM | END_HEADERS, stream, block));
                if (stream % 8 == 7)
                    out.writeBytes(H2Client.raw(3, 0, stream, new byte[] {0, 0, 0, 8}));
            }
            client.sendRaw(out.toByteArray());
            client.skipStreams(80);
            assertThat(client.send("GET", "/").awaitEnd().text()).isEqualTo("x");
            assertThat(client.error()).isNull();
        }
    }

    private static Setup givenUp(FakeOrigin origin, int limit) {
        return Setup.to(origin).server(H2).server("http2-max-resets = " + limit);
    }

    private static Setup limited(FakeOrigin origin) {
        return Setup.to(origin).server(H2).server("http2-max-control-frames = " + LIMIT);
    }

    /// A field that is kept in the table and then named again by one byte each time.
    @Test
    void fieldsThatGrowInTheTableAreRefused() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater = Setup.to(origin).server(H2).start();
                H2Client client = H2Client.to(breakwater.port())) {
            ByteArrayOutputStream block = new ByteArrayOutputStream();
            block.writeBytes(H2Client.block("GET", "/"));
            // RFC 7541 §6.2.1: literal with indexing, new name; a length of 4000 in 7 bits and
            // more.
            block.writeBytes(new byte[] {0x40, 1, 'b', 0x7f, (byte) 0xa1, 0x1e});
            byte[] value = new byte[4000];
            Arrays.fill(value, (byte) 'x');
            block.writeBytes(value);
            // §6.1: the first entry of the dynamic table.
            for (int times = 0; times < 8000; times++) block.write(0x80 | 62);
            client.sendRaw(H2Client.raw(1, END_STREAM | END_HEADERS, 1, block.toByteArray()));
            client.awaitEnd();
            assertThat(client.error()).isNotNull().isNotZero();
            assertThat(origin.exchanges()).isEmpty();
        }
    }

    @Test
    void streamsBeyondTheLimitAreRefused() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(OriginExchange::awaitEnd);
                TestBreakwater breakwater =
                        Setup.to(origin)
                                .server(H2)
                                .server("http2-max-concurrent-streams = 2")
                                .start();
                H2Client client = H2Client.to(breakwater.port())) {
            client.send("GET", "/1");
            client.send("GET", "/2");
            origin.exchange(2);
            assertThat(client.send("GET", "/3").awaitEnd().resetCode()).isEqualTo(7);
        }
    }

    @ParameterizedTest
    @CsvSource({"'', 200", "h2c-upgrade = true, 101"})
    void upgradeHasToBeAllowed(String setting, int status) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater = Setup.to(origin).server(H2).server(setting).start();
                RawClient client = breakwater.client()) {
            client.request(
                    "GET / HTTP/1.1",
                    "Host: a",
                    "Connection: Upgrade, HTTP2-Settings",
                    "Upgrade: h2c",
                    "HTTP2-Settings: AAMAAABkAAQAAP__");
            assertThat(client.head().status()).isEqualTo(status);
        }
    }
}
