package io.breakwater.cache.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.breakwater.http.FieldList;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StoredHeadTest {
    @Test
    void givesBackWhatWasWritten() {
        StoredResponse stored =
                Told.stored(
                        Told.rules().stale(5, 9).done(),
                        "Foo: ä;; Empty:",
                        404,
                        "Cache-Control: max-age=60;; ETag: \"a\";; Last-Modified: @-9;; Vary: Foo,"
                                + " Bar, Empty;; X: grüße \u20ac;; Cache-Tag: a, b;; Age: 3");
        assertThat(back(StoredHead.write(stored))).isEqualTo(stored);
        StoredResponse least = Told.stored("Expires: @+5");
        assertThat(back(StoredHead.write(least))).isEqualTo(least);
    }

    @Test
    void givesBackEveryHead() {
        Random random = new Random(3);
        for (int i = 0; i < 2000; i++) {
            StoredResponse stored = any(random);
            byte[] bytes = StoredHead.write(stored);
            assertThat(back(bytes)).isEqualTo(stored);
            // A store hands out a stretch of a greater, direct buffer.
            ByteBuffer inside = ByteBuffer.allocateDirect(bytes.length + 20);
            inside.position(11).put(11, bytes);
            assertThat(StoredHead.read(inside.asReadOnlyBuffer())).isEqualTo(stored);
            assertThat(StoredHead.readFacts(inside)).isEqualTo(stored.facts());
            assertThat(inside.position()).isEqualTo(11);
        }
    }

    @Test
    void refusesWhatIsCutShortOrOfAnotherVersion() {
        byte[] bytes = StoredHead.write(Told.stored("Cache-Control: max-age=60;; Cache-Tag: a"));
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatIllegalArgumentException().isThrownBy(() -> back(cut));
        }
        bytes[0] = 2;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StoredHead.readFacts(ByteBuffer.wrap(bytes)))
                .withMessage("a head of version 2");
        bytes[0] = StoredHead.VERSION;
        bytes[80] = (byte) 0xff;
        assertThatIllegalArgumentException().isThrownBy(() -> back(bytes));
        Arrays.fill(bytes, 80, 84, (byte) 0xff);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> back(bytes))
                .withMessage("a head without a name");
    }

    private static StoredResponse back(byte[] bytes) {
        return StoredHead.read(ByteBuffer.wrap(bytes));
    }

    private static StoredResponse any(Random random) {
        FieldList.Builder fields = FieldList.builder();
        for (int i = random.nextInt(6); i > 0; i--) fields.add(text(random), text(random));
        List<String> names = new ArrayList<>();
        FieldList.Builder request = FieldList.builder();
        for (int i = random.nextInt(3); i > 0; i--) {
            String name = text(random);
            names.add(name);
            if (random.nextBoolean()) request.add(name, text(random));
        }
        List<String> tags = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) tags.add(text(random));
        return new StoredResponse(
                new StoredFacts(
                        200 + random.nextInt(400),
                        random.nextInt(),
                        random.nextLong(),
                        random.nextLong(),
                        random.nextLong(),
                        random.nextLong(),
                        random.nextLong(),
                        random.nextLong(),
                        random.nextLong(),
                        random.nextLong()),
                fields.build(),
                VariantKey.of(names, request.build()),
                tags);
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(9); i > 0; i--)
            text.appendCodePoint(random.nextInt(4) > 0 ? random.nextInt(128) : 0x20ac);
        return text.toString();
    }
}
