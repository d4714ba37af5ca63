package io.breakwater.config.store;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.config.Document;
import io.breakwater.config.Kind;
import io.breakwater.control.Control;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoreCrashTest {
    private static final int ROUNDS = 6;
    private static final int MOST_CHANGES = 80;
    private static final int REUSING_CHANGES = 150;

    @TempDir Path dir;

    @Test
    void everyAcknowledgedChangeSurvivesKilling() throws Exception {
        Random random = new Random();
        long before = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long acknowledged = StoreChild.kill(dir, before + 1 + random.nextInt(MOST_CHANGES));
            try (Store store =
                    Store.open(
                            "jdbc:h2:file:" + dir.resolve("config"), dir.resolve("secret.key"))) {
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

    /// The file after each acknowledgement is what a kill at that moment would leave. H2 puts
    /// chunks into space that older ones have left; by its defaults only after 45 seconds, here at
    /// once.
    @Test
    void aFileCopiedAfterAnyAcknowledgementHasAllChangesThoughSpaceIsReused() throws Exception {
        Random random = new Random(1);
        Path copy = Files.createDirectory(dir.resolve("copy"));
        H2File copied = requireNonNull(H2File.of("jdbc:h2:file:" + copy.resolve("config")));
        String url = "jdbc:h2:file:" + dir.resolve("config") + ";RETENTION_TIME=0";
        try (Store store = Store.open(url, dir.resolve("secret.key"))) {
            Document document = store.document();
            for (int change = 1; change <= REUSING_CHANGES; change++) {
                ObjectNode body = JsonNodeFactory.instance.objectNode();
                body.put("note", change + " " + "x".repeat(random.nextInt(20_000)));
                document = document.with(Kind.LOCATION, "location-" + random.nextInt(20), body);
                store.commit(document, new Control.Change("test", ""));
                for (String name : List.of("config.mv.db", "config.changes"))
                    Files.copy(
                            dir.resolve(name),
                            copy.resolve(name),
                            StandardCopyOption.REPLACE_EXISTING);
                assertThat(copied.probe().changes()).isEqualTo(change);
            }
        }
    }
}
