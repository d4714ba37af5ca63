package io.breakwater.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.config.DocumentDiff.Action;
import io.breakwater.config.DocumentDiff.Entry;
import io.breakwater.config.DocumentDiff.Field;
import java.util.List;
import org.junit.jupiter.api.Test;

class DocumentDiffTest {
    @Test
    void findsNothingBetweenEqualDocuments() throws InvalidConfigException {
        Document one = Documents.toml(Documents.sample());
        Document same = DocumentFormat.YAML.parse(DocumentFormat.YAML.write(one));
        assertThat(DocumentDiff.between(one, same)).isEmpty();
        assertThat(DocumentDiff.between(Document.EMPTY, Document.EMPTY)).isEmpty();
    }

    @Test
    void namesChangedFieldsDownToTheLeaf() {
        Document from =
                Documents.toml(
                        """
                        [locations.app]
                        path = "/a"
                        upstream = "x"
                        request-headers = { set = { X-A = "1", "X.B" = "2" }, remove = ["X-C"] }
                        """);
        Document to =
                Documents.toml(
                        """
                        [locations.app]
                        request-headers = { remove = ["X-C", "X-D"], set = { X-A = "1", "X.B" = "3" }, add = {} }
                        weight = 7
                        path = "/a"
                        """);
        assertThat(DocumentDiff.between(from, to))
                .containsExactly(
                        new Entry(
                                Kind.LOCATION,
                                "app",
                                Action.CHANGED,
                                List.of(
                                        new Field("upstream", "\"x\"", null),
                                        new Field("request-headers.set.\"X.B\"", "\"2\"", "\"3\""),
                                        new Field(
                                                "request-headers.remove",
                                                "[\"X-C\"]",
                                                "[\"X-C\",\"X-D\"]"),
                                        new Field("weight", null, "7"),
                                        new Field("request-headers.add", null, "{}"))));
    }

    @Test
    void tellsAddedAndRemovedObjectsInDocumentOrder() {
        Document from =
                Documents.toml(
                        """
                        [upstreams.old]
                        nodes = ["127.0.0.1:1"]
                        [cache-policies.kept]
                        """);
        Document to =
                Documents.toml(
                        """
                        [cache-policies.kept]
                        [cache-policies.bare]
                        [upstreams.new]
                        nodes = ["127.0.0.1:2"]
                        keep-alive = "5s"
                        """);
        assertThat(DocumentDiff.between(from, to))
                .containsExactly(
                        new Entry(
                                Kind.UPSTREAM,
                                "new",
                                Action.ADDED,
                                List.of(
                                        new Field("nodes", null, "[\"127.0.0.1:2\"]"),
                                        new Field("keep-alive", null, "\"5s\""))),
                        new Entry(
                                Kind.UPSTREAM,
                                "old",
                                Action.REMOVED,
                                List.of(new Field("nodes", "[\"127.0.0.1:1\"]", null))),
                        new Entry(Kind.CACHE_POLICY, "bare", Action.ADDED, List.of()));
    }
}
