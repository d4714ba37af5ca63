package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.control.DiscoveryView;
import io.breakwater.control.NodeView;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Nodes that a file lists.
@WireTest
class FileDiscoveryTest {
    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "toml | nodes = [{ address = '%s', weight = 2 }, '%s']",
                "json | {\"nodes\": [{\"address\": \"%s\", \"weight\": 2}, \"%s\"]}",
                "yaml | {nodes: [{address: '%s', weight: 2}, '%s']}"
            })
    void theListIsFollowed(String ending, String list) throws Exception {
        Path file = folder.resolve("nodes." + ending);
        try (FakeOrigin one = origin("one");
                FakeOrigin two = origin("two");
                FakeOrigin three = origin("three")) {
            replace(file, list.formatted(one.address(), two.address()));
            try (TestBreakwater breakwater = setup(file).start();
                    RawClient client = breakwater.client()) {
                for (int round = 0; round < 6; round++) client.get("/").response();
                assertThat(one.exchanges()).hasSize(4);
                assertThat(two.exchanges()).hasSize(2);
                assertThat(nodes(breakwater))
                        .extracting(NodeView::from)
                        .containsOnly(file.toString());
                replace(file, list.formatted(two.address(), three.address()));
                awaitNodes(breakwater, two.address(), three.address());
                assertThat(nodes(breakwater).getFirst().requests()).isEqualTo(2);
                for (int round = 0; round < 3; round++) client.get("/").response();
                assertThat(two.exchanges()).hasSize(4);
                assertThat(three.exchanges()).hasSize(1);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nodes = [ | line",
                "nodes = [] | at least one",
                "nodes = ['a:1'] more | line",
                "nodes = [{ address = 'a:1', weight = 0 }] | nodes[0].weight: 0",
                "nodes = ['a'] | nodes: a",
                "servers = {} | servers"
            })
    void aBrokenFileKeepsTheLastGoodList(String broken, String why) throws Exception {
        Path file = folder.resolve("nodes.toml");
        try (FakeOrigin one = origin("one")) {
            Files.writeString(file, "nodes = ['" + one.address() + "']");
            try (TestBreakwater breakwater = setup(file).start();
                    RawClient client = breakwater.client()) {
                assertThat(client.get("/").response().text()).isEqualTo("one");
                Files.writeString(file, broken);
                awaitFailure(breakwater, why);
                assertThat(client.get("/").response().text()).isEqualTo("one");
                Files.delete(file);
                awaitFailure(breakwater, "there is no file " + file);
                assertThat(client.get("/").response().text()).isEqualTo("one");
            }
        }
    }

    @Test
    void aFileThatIsNotThereYetIsWaitedFor() throws Exception {
        Path file = folder.resolve("nodes.yaml");
        try (FakeOrigin one = origin("one");
                FakeOrigin two = origin("two");
                TestBreakwater breakwater = setup(file).start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().status()).isEqualTo(503);
            String list = "nodes: [{address: '%s', backup: true}, {address: '%s', state: %s}]";
            replace(file, list.formatted(one.address(), two.address(), "active"));
            awaitNodes(breakwater, one.address(), two.address());
            for (int round = 0; round < 3; round++)
                assertThat(client.get("/").response().text()).isEqualTo("two");
            replace(file, list.formatted(one.address(), two.address(), "drain"));
            await().atMost(RawClient.PATIENCE)
                    .until(() -> client.get("/").response().text().equals("one"));
            assertThat(nodes(breakwater))
                    .extracting(NodeView::state)
                    .containsExactly("active", "drain");
        }
    }

    private static FakeOrigin origin(String name) throws IOException {
        return FakeOrigin.answering(FakeOrigin.ok(name));
    }

    /// Puts a whole file in the place of another at once.
    private static void replace(Path file, String text) throws IOException {
        Path next = file.resolveSibling("next");
        Files.writeString(next, text);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static Setup setup(Path file) {
        return Setup.ofNodes("[]")
                .upstream("discovery = \"file\"\ndiscovery-file = \"" + file + "\"");
    }

    private static void awaitNodes(TestBreakwater breakwater, String... addresses) {
        await().atMost(RawClient.PATIENCE)
                .untilAsserted(() ->
                        assertThat(nodes(breakwater))
                                .extracting(NodeView::address)
                                .containsExactly(addresses));
    }

    private static void awaitFailure(TestBreakwater breakwater, String words) {
        await().atMost(RawClient.PATIENCE)
                .untilAsserted(() -> {
                    DiscoveryView view = breakwater.engine().discovery("origin").getFirst();
                    assertThat(view.failure()).contains(words);
                });
    }

    private static List<NodeView> nodes(TestBreakwater breakwater) {
        List<NodeView> all = Objects.requireNonNull(breakwater.engine().nodes("origin"));
        return all.stream().filter(node -> !node.leaving()).toList();
    }
}
