package io.breakwater.config.store;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.config.Kind;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoreCrashTest {
    private static final int ROUNDS = 6;
    private static final int MOST_CHANGES = 80;

    @TempDir Path dir;

    @Test
    void everyAcknowledgedChangeSurvivesKilling() throws Exception {
        Random random = new Random();
        long before = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long acknowledged = StoreChild.kill(dir, before + 1 + random.nextInt(MOST_CHANGES));
            try (Store store = Store.open("jdbc:h2:file:" + dir.resolve("config"))) {
                // One more may have been committed and not printed.
                assertThat(store.revision()).isBetween(acknowledged, acknowledged + 1);
                assertThat(store.revisions(Integer.MAX_VALUE)).hasSize((int) store.revision());
                assertThat(store.documentOf(store.revision())).isEqualTo(store.document());
                String name = "location-" + store.revision() % 40;
                ObjectNode last = requireNonNull(store.document().get(Kind.LOCATION, name));
                assertThat(last.path("weight").asLong()).isEqualTo(store.revision());
                before = store.revision();
            }
        }
        assertThat(before).isGreaterThanOrEqualTo(ROUNDS);
    }
}
