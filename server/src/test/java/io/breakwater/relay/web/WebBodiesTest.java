package io.breakwater.relay.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.exchange.ProxyException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Base64 both ways and the edges of messages, however the bytes are cut.
class WebBodiesTest {
    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 64, 10_000})
    void decodesTextsOneAfterTheOther(int piece) throws Exception {
        Random random = new Random(piece);
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        StringBuilder coded = new StringBuilder();
        for (int part = 0; part < 50; part++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            plain.writeBytes(bytes);
            coded.append(Base64.getEncoder().encodeToString(bytes));
        }
        Base64Input input = new Base64Input();
        ByteArrayOutputStream decoded = new ByteArrayOutputStream();
        for (int at = 0; at < coded.length(); at += piece) {
            String part = coded.substring(at, Math.min(at + piece, coded.length()));
            decoded.writeBytes(bytes(input.decode(ascii(part))));
        }
        input.end();
        assertThat(decoded.toByteArray()).isEqualTo(plain.toByteArray());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "=",
                "A=",
                "A===",
                "====",
                "AA=A",
                "AAAA=",
                "A A=",
                "AAAA\r\n",
                "AA-_",
                "AAA\u00e9",
                "A",
                "AA",
                "AAA",
                "AA=",
                "AAAAA"
            })
    void whatIsNoBase64IsRefused(String text) {
        Base64Input input = new Base64Input();
        assertThatThrownBy(
                        () -> {
                            input.decode(
                                    ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
                            input.end();
                        })
                .isInstanceOf(ProxyException.class)
                .hasMessageStartingWith("the body is not base64 at character ");
    }

    /// What is decodable of what was given so far has every message that is complete.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 11, 1000, 100_000})
    void completeMessagesNeverWait(int piece) {
        Random random = new Random(piece);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        int[] edges = new int[60];
        for (int message = 0; message < edges.length; message++) {
            byte[] content = new byte[random.nextInt(message % 2 == 0 ? 4 : 400)];
            random.nextBytes(content);
            body.writeBytes(
                    ByteBuffer.allocate(5)
                            .put((byte) (message % 2))
                            .putInt(content.length)
                            .array());
            body.writeBytes(content);
            edges[message] = body.size();
        }
        byte[] all = body.toByteArray();
        MessageEdges followed = new MessageEdges();
        Base64Output output = new Base64Output();
        ByteArrayOutputStream decoded = new ByteArrayOutputStream();
        for (int at = 0; at < all.length; at += piece) {
            int end = Math.min(at + piece, all.length);
            ByteBuffer part = ByteBuffer.wrap(all, at, end - at);
            assertThat(followed.pass(part)).isTrue();
            int edge = Arrays.stream(edges).filter(one -> one <= end).max().orElse(0);
            assertThat(followed.sinceEdge()).isEqualTo(end - edge);
            String coded =
                    new String(
                            bytes(output.encode(part, followed.sinceEdge())),
                            StandardCharsets.US_ASCII);
            assertThat(part.hasRemaining()).isFalse();
            assertThat(coded.length() % 4).isZero();
            for (int group = 0; group < coded.length(); group += 4)
                decoded.writeBytes(Base64.getDecoder().decode(coded.substring(group, group + 4)));
            assertThat(decoded.size()).isGreaterThanOrEqualTo(edge);
        }
        assertThat(decoded.toByteArray()).isEqualTo(all);
    }

    @Test
    void aMessageMayBeLongerThanAnIntSays() {
        MessageEdges edges = new MessageEdges();
        assertThat(edges.pass(ByteBuffer.wrap(new byte[] {0, -1, -1, -1, -1, 7}))).isTrue();
        assertThat(edges.sinceEdge()).isEqualTo(6);
    }

    @Test
    void noMessageIsTakenForTrailers() {
        MessageEdges edges = new MessageEdges();
        assertThat(edges.pass(ByteBuffer.wrap(new byte[] {0, 0, 0, 0, 1, (byte) 0x80}))).isTrue();
        assertThat(edges.pass(ByteBuffer.wrap(new byte[] {(byte) 0x80}))).isFalse();
    }
}
