package io.breakwater.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DocumentFormatTest {
    /// What a cache policy without keys has besides min-uses.
    private static final String POLICY_DEFAULTS =
            """
            # methods = ["GET", "HEAD"]
            # set-cookie = "refuse"
            # bypass = []
            # no-store = []
            # origin-directives = "honour"
            # request-directives = "honour"
            # ttl = {}
            # key = {}
            # ignore-vary = []
            # stale-on-error = "1h"
            # stale-while-updating = "10s"
            # background-refresh = true
            # max-object-size = "64mb"
            # collapse = true
            # lock-timeout = "5s"
            # keep-filling = "8mb"
            # tag-headers = ["Surrogate-Key", "Cache-Tag"]
            # purge-from = []
            # debug-headers = false\
            """;

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    @ParameterizedTest
    @EnumSource(DocumentFormat.class)
    void writesTheSampleSoThatItReadsBack(DocumentFormat format) throws InvalidConfigException {
        Document sample = Documents.toml(Documents.sample());
        String text = format.write(sample);
        assertThat(format.parse(text)).isEqualTo(sample);
        assertThat(format.write(format.parse(text))).isEqualTo(text);
        assertThat(text).endsWith("\n");
    }

    @Test
    void writesTomlInAStableOrderWithDefaultsAsComments() {
        Document document =
                Documents.toml(
                        """
                        [cache-policies.b]
                        [cache-policies.a]
                        min-uses = 3
                        note = "x"
                        enabled = false
                        [error-pages.p]
                        html = "<p>\\n</p>"
                        [error-pages."dotted.name"]
                        status = { "5xx" = { html = "a\\nb\\n" }, "404" = { json = "{}" } }
                        """);
        assertThat(DocumentFormat.TOML.write(document))
                .isEqualTo(
                        """
                        [cache-policies.a]
                        enabled = false
                        note = "x"
                        min-uses = 3
                        @DEFAULTS@

                        [cache-policies.b]
                        # enabled = true
                        # note = ""
                        # min-uses = 1
                        @DEFAULTS@

                        [error-pages."dotted.name"]
                        # enabled = true
                        # note = ""

                        [error-pages."dotted.name".status]
                        404 = { json = "{}" }

                        [error-pages."dotted.name".status.5xx]
                        html = '''
                        a
                        b
                        '''

                        [error-pages.p]
                        html = '''
                        <p>
                        </p>'''
                        # enabled = true
                        # note = ""
                        # status = {}
                        """
                                .replace("@DEFAULTS@", POLICY_DEFAULTS));
    }

    @Test
    void writesYamlInAStableOrderWithDefaultsAsComments() {
        Document document =
                Documents.toml(
                        """
                        [cache-policies.b]
                        [cache-policies.a]
                        min-uses = 3
                        note = "on"
                        enabled = false
                        [error-pages."dotted.name"]
                        status = { "5xx" = { html = "a\\nb\\n" }, "404" = { json = "{}" } }
                        """);
        assertThat(DocumentFormat.YAML.write(document))
                .isEqualTo(
                        """
                        cache-policies:
                          a:
                            enabled: false
                            note: "on"
                            min-uses: 3
                            @DEFAULTS@
                          b: {}
                            # enabled: true
                            # note: ""
                            # min-uses: 1
                            @DEFAULTS@
                        error-pages:
                          dotted.name:
                            status:
                              "404": { json: "{}" }
                              "5xx":
                                html: |
                                  a
                                  b
                            # enabled: true
                            # note: ""
                        """
                                .replace("@DEFAULTS@", asYaml(POLICY_DEFAULTS)));
    }

    @Test
    void breaksLongListsIntoLines() {
        ObjectNode body = JSON.objectNode();
        for (int i = 0; i < 6; i++) body.withArray("nodes").add("node-" + i + ".example.com:8080");
        Document document = Document.EMPTY.with(Kind.UPSTREAM, "app", body);
        assertThat(DocumentFormat.TOML.write(document))
                .contains("nodes = [\n  \"node-0.example.com:8080\",\n  \"node-1");
        assertThat(DocumentFormat.YAML.write(document))
                .contains("    nodes:\n      - \"node-0.example.com:8080\"\n");
    }

    @ParameterizedTest
    @EnumSource(DocumentFormat.class)
    void readsAnEmptyDocument(DocumentFormat format) throws InvalidConfigException {
        assertThat(format.parse(format.write(Document.EMPTY))).isEqualTo(Document.EMPTY);
        assertThat(format.parse(format == DocumentFormat.JSON ? "{}" : "# nothing\n"))
                .isEqualTo(Document.EMPTY);
    }

    @ParameterizedTest
    @CsvSource({
        "TOML,'[servers.web]\nlisten = [',2",
        "TOML,'[servers.web]\nlisten = 5 5',2",
        "TOML,'[servers.web]\n[servers.web]',2",
        "TOML,'[servers.web]\nnote = \"\"\nnote = \"\"',3",
        "JSON,'{\"servers\":\n{\"web\": }}',2",
        "JSON,'{\"servers\": {},\n\"servers\": {}}',2",
        "JSON,'{}\n{}',2",
        "JSON,'{\"servers\":',1",
        "YAML,'servers:\n  web: [',2",
        "YAML,'servers:\n  web:\n    note: a\n    note: b',4",
        "YAML,'servers: {}\n---\nservers: {}',3",
        "YAML,'servers:\n\tweb: {}',2",
        "YAML,'servers:\n  web: *a',2",
    })
    void saysWhereTheSyntaxIsWrong(DocumentFormat format, String text, int line) {
        List<Problem> problems = Documents.syntaxProblems(format, text);
        assertThat(problems)
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.object()).isEmpty();
                    assertThat(problem.key()).matches("line " + line + ", column \\d+");
                    assertThat(problem.expected()).startsWith(format + ": ");
                });
    }

    @ParameterizedTest
    @EnumSource(DocumentFormat.class)
    void refusesUnknownKindsAndNamesTheNearest(DocumentFormat format) {
        String text =
                switch (format) {
                    case TOML -> "[server.web]\n[upstream.app]\n[plugins.x]\n[certificates]\n";
                    case JSON ->
                            "{\"server\":{\"web\":{}},\"upstream\":{},\"plugins\":{\"x\":{}},\"certificates\":{}}";
                    case YAML ->
                            "server: {web: {}}\nupstream: {}\nplugins: {x: {}}\ncertificates: {}\n";
                };
        assertThat(Documents.syntaxProblems(format, text))
                .extracting(Problem::key, Problem::expected)
                .containsExactly(
                        tuple("server", "a known kind; nearest: servers"),
                        tuple("upstream", "a known kind; nearest: upstreams"),
                        tuple(
                                "plugins",
                                "absent or empty: plugins are not available in this version"));
    }

    @ParameterizedTest
    @CsvSource({"[]", "5", "'{\"servers\": []}'", "'{\"servers\": {\"web\": 5}}'", "'\"x\"'"})
    void refusesOtherShapes(String json) {
        assertThat(Documents.syntaxProblems(DocumentFormat.JSON, json)).hasSize(1);
    }

    @Test
    void resolvesYamlAliasesAndMergeKeys() throws InvalidConfigException {
        Document document =
                DocumentFormat.YAML.parse(
                        """
                        upstreams:
                          a: &base
                            nodes: &nodes ["127.0.0.1:1"]
                            keep-alive: 5s
                          b:
                            <<: *base
                            keep-alive: 6s
                          c: { nodes: *nodes }
                        """);
        assertThat(document)
                .isEqualTo(
                        Documents.toml(
                                """
                                [upstreams]
                                a = { nodes = ["127.0.0.1:1"], keep-alive = "5s" }
                                b = { nodes = ["127.0.0.1:1"], keep-alive = "6s" }
                                c = { nodes = ["127.0.0.1:1"] }
                                """));
    }

    @Test
    void boundsWhatYamlAliasesGrowTo() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 20; i++)
            bomb.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ",").repeat(10)));
        assertThat(Documents.syntaxProblems(DocumentFormat.YAML, bomb.toString()))
                .singleElement()
                .satisfies(problem ->
                        assertThat(problem.expected()).contains("aliases for less than"));
    }

    @ParameterizedTest
    @EnumSource(DocumentFormat.class)
    void refusesBottomlessNesting(DocumentFormat format) {
        String nested = "[".repeat(100_000);
        String text =
                switch (format) {
                    case TOML -> "a = " + nested;
                    case JSON -> "{\"a\":" + nested;
                    case YAML -> "a: " + nested;
                };
        assertThat(Documents.syntaxProblems(format, text)).hasSize(1);
    }

    @Test
    void keepsYamlWordsThatAreNoBooleans() throws InvalidConfigException {
        Document document = DocumentFormat.YAML.parse("servers: {web: {tls: off, note: yes}}");
        assertThat(document)
                .isEqualTo(Documents.toml("[servers.web]\ntls = \"off\"\nnote = \"yes\""));
    }

    @ParameterizedTest
    @CsvSource({
        "toml,TOML",
        "JSON,JSON",
        "yml,YAML",
        "yaml,YAML",
        "application/json; charset=utf-8,JSON",
        "application/toml,TOML",
        "application/yaml,YAML",
        "text/yaml,YAML"
    })
    void findsFormatsByNameAndMediaType(String name, DocumentFormat format) {
        assertThat(DocumentFormat.of(name)).contains(format);
        assertThat(DocumentFormat.of(format.mediaType())).contains(format);
    }

    @ParameterizedTest
    @EnumSource(DocumentFormat.class)
    void readsTheFieldsOfOneObject(DocumentFormat format) throws InvalidConfigException {
        String text =
                switch (format) {
                    case TOML -> "note = \"a\"\nweight = 5";
                    case JSON -> "{\"note\": \"a\", \"weight\": 5}";
                    case YAML -> "note: a\nweight: 5";
                };
        assertThat(format.parseFields(text))
                .isEqualTo(JSON.objectNode().put("note", "a").put("weight", 5));
        assertThatExceptionOfType(InvalidConfigException.class)
                .isThrownBy(() -> format.parseFields(format == DocumentFormat.TOML ? "=" : "5"));
    }

    @Test
    void knowsNoOtherFormat() {
        assertThat(DocumentFormat.of("text/html")).isEmpty();
        assertThat(DocumentFormat.of("")).isEmpty();
    }

    /// The same comments, indented below an object, with quotes only where YAML needs them.
    private static String asYaml(String toml) {
        return toml.replaceAll("(?m)^# ([a-z-]+) =", "# $1:")
                .replaceAll("\"([A-Za-z][A-Za-z-]*)\"", "$1")
                .replace("\n", "\n    ");
    }
}
