package io.breakwater.cache.store;

import static io.breakwater.cache.store.StoreKit.body;
import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.cache.store.Scope.Strength;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Looks through what is stored.
class ListingTest {
    @TempDir private Path folder;

    private static void fill(StoreKit kit) {
        for (int i = 1; i <= 3; i++) kit.put(i, body(i, 5000), "tag" + i);
        List<String> many = IntStream.range(0, 50).mapToObj(each -> "many" + each).toList();
        Label other = new Label(StoreKit.key(9), "https://other.test/9", "other.test", many);
        assertThat(kit.store(other, "nine", body(9, 10), 10)).isNull();
    }

    private static List<String> urls(StoreKit kit, Scope... anyOf) throws IOException {
        return all(kit, 100, anyOf).stream().map(StoredEntry::url).sorted().toList();
    }

    /// Goes on until the end.
    private static List<StoredEntry> all(StoreKit kit, int limit, Scope... anyOf)
            throws IOException {
        List<StoredEntry> found = new ArrayList<>();
        Long from = 0L;
        while (from != null) {
            StoredPage page = kit.store().list(List.of(anyOf), from, limit);
            assertThat(page.entries()).hasSizeLessThanOrEqualTo(limit);
            found.addAll(page.entries());
            from = page.next();
        }
        return found;
    }

    @Test
    void eachScopeFindsItsOwn() throws IOException {
        try (StoreKit kit = StoreKit.of(folder, 64, 2)) {
            fill(kit);
            assertThat(urls(kit, new Scope.All())).hasSize(4);
            assertThat(urls(kit, new Scope.Prefix("https://h.test/")))
                    .containsExactly("https://h.test/1", "https://h.test/2", "https://h.test/3");
            assertThat(urls(kit, new Scope.Url("https://h.test/2")))
                    .containsExactly("https://h.test/2");
            assertThat(urls(kit, new Scope.Tag("tag3"))).containsExactly("https://h.test/3");
            assertThat(urls(kit, new Scope.Tag("many7"))).containsExactly("https://other.test/9");
            assertThat(urls(kit, new Scope.Host("other.test")))
                    .containsExactly("https://other.test/9");
            assertThat(urls(kit, new Scope.Url("https://h.test/1"), new Scope.Tag("tag2")))
                    .containsExactly("https://h.test/1", "https://h.test/2");
            assertThat(urls(kit, new Scope.Prefix("https://nobody.test/"))).isEmpty();
        }
    }

    @Test
    void smallPartsComeToTheSame() throws IOException {
        try (StoreKit kit = StoreKit.of(folder, 64, 2)) {
            fill(kit);
            assertThat(all(kit, 1, new Scope.All()).stream().map(StoredEntry::url))
                    .containsExactlyInAnyOrderElementsOf(urls(kit, new Scope.All()));
        }
    }

    @Test
    void tellsHeadSizeAndFile() throws IOException {
        try (StoreKit kit = StoreKit.of(folder, 64)) {
            fill(kit);
            kit.restart();
            StoredEntry entry = all(kit, 10, new Scope.Url("https://h.test/2")).getFirst();
            assertThat(StandardCharsets.UTF_8.decode(entry.head()).toString()).isEqualTo("head 2");
            assertThat(entry.bodyBytes()).isEqualTo(5000);
            assertThat(entry.spaceBytes()).isEqualTo(2 * StoreKit.BLOCK);
            assertThat(entry.file()).isEqualTo(folder.resolve("blocks0"));
            assertThat(entry.mustValidate()).isFalse();
        }
    }

    @Test
    void purgedObjectsAreLeftOutAndSoftlyPurgedOnesMarked() throws IOException {
        try (StoreKit kit = StoreKit.of(folder, 64)) {
            fill(kit);
            kit.store().purge(new Scope.Tag("tag1"), Strength.HARD);
            kit.store().purge(new Scope.Prefix("https://h.test/2"), Strength.SOFT);
            List<StoredEntry> left = all(kit, 10, new Scope.Host("h.test"));
            assertThat(left.stream().map(StoredEntry::url))
                    .containsExactlyInAnyOrder("https://h.test/2", "https://h.test/3");
            assertThat(left.stream().filter(StoredEntry::mustValidate).map(StoredEntry::url))
                    .containsExactly("https://h.test/2");
        }
    }
}
