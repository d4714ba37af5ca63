package io.breakwater.config.reload;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.config.Document;
import io.breakwater.config.DocumentFormat;
import io.breakwater.config.InvalidConfigException;
import io.breakwater.config.Kind;
import io.breakwater.config.LocationConfig;
import io.breakwater.config.Problem;
import io.breakwater.config.store.Store;
import io.breakwater.control.ApplyResult;
import io.breakwater.control.Control;
import io.breakwater.report.metrics.Figures;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigServiceTest {
    private static final Control.Change BY_ANN = new Control.Change("ann", "");
    private static final String FIRST =
            """
            [servers.web]
            listen = ["127.0.0.1:8080"]
            locations = ["app"]

            [locations.app]
            path = "/"
            upstream = "app"

            [upstreams.app]
            nodes = ["127.0.0.1:9001"]
            """;

    @TempDir Path dir;
    private final RecordingEngine engine = new RecordingEngine();
    private Store store;
    private ConfigService service;

    @BeforeEach
    void open() throws InvalidConfigException {
        store = Store.open("jdbc:h2:file:" + dir.resolve("config"), dir.resolve("secret.key"));
        service = service();
        service.start(toml(FIRST));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void emptyStoreGetsTheFirstConfiguration() {
        assertThat(service.revision()).isEqualTo(1);
        assertThat(service.document()).isEqualTo(toml(FIRST));
        assertThat(service.revisions(5))
                .extracting(Control.Revision::author, Control.Revision::comment)
                .containsExactly(tuple("breakwater", "first configuration"));
        assertThat(engine.inForce().locations()).containsOnlyKeys("app");
    }

    @Test
    void aSecretIsNotShownAndStaysWhenItComesBackAsShown() {
        String key = "-----BEGIN PRIVATE KEY-----\\nabc\\n-----END PRIVATE KEY-----";
        String body =
                "{'nodes': ['127.0.0.1:1'], 'client-cert': '/a.pem', 'client-key': '" + key + "'}";
        assertThat(service.put(Kind.UPSTREAM, "app", json(body), null, BY_ANN).toString())
                .contains("client-key")
                .doesNotContain("BEGIN");
        ObjectNode shown = requireNonNull(service.document().get(Kind.UPSTREAM, "app")).deepCopy();
        assertThat(shown.get("client-key").asText()).startsWith("secret:sha256:");
        assertThat(requireNonNull(service.documentOf(2)).get(Kind.UPSTREAM, "app"))
                .isEqualTo(shown);
        String tag = service.tag(Kind.UPSTREAM, "app");
        assertThat(service.put(Kind.UPSTREAM, "app", shown, tag, BY_ANN))
                .isInstanceOf(ApplyResult.Unchanged.class);
        shown.put("note", "changed");
        assertThat(service.put(Kind.UPSTREAM, "app", shown, tag, BY_ANN))
                .isInstanceOf(ApplyResult.Applied.class);
        assertThat(requireNonNull(engine.inForce().upstreams().get("app")).tls().clientKey())
                .contains("abc");
        shown.put("client-key", "secret:sha256:0123456789abcdef");
        assertThat(service.put(Kind.UPSTREAM, "app", shown, null, BY_ANN).toString())
                .contains("stands for a key that is not known here");
        shown.set("client-key", json("{'$sealed': 'v1:AAAA'}"));
        assertThat(service.put(Kind.UPSTREAM, "app", shown, null, BY_ANN))
                .isInstanceOf(ApplyResult.Invalid.class);
    }

    @Test
    void aSecretOfAnEarlierRevisionComesBackAfterARestart() throws Exception {
        String with =
                "{'nodes': ['127.0.0.1:1'], 'client-cert': '/a.pem', 'client-key': '-----BEGIN"
                        + " PRIVATE KEY-----\\n%s\\n-----END PRIVATE KEY-----'}";
        service.put(Kind.UPSTREAM, "app", json(with.formatted("one")), null, BY_ANN);
        service.put(Kind.UPSTREAM, "app", json(with.formatted("two")), null, BY_ANN);
        store.close();
        store = Store.open("jdbc:h2:file:" + dir.resolve("config"), dir.resolve("secret.key"));
        ConfigService again = service();
        again.start(Document.EMPTY);
        assertThat(requireNonNull(engine.inForce().upstreams().get("app")).tls().clientKey())
                .contains("two");
        Document first = requireNonNull(again.documentOf(2));
        assertThat(again.diff(first, requireNonNull(again.documentOf(3)))).hasSize(1);
        assertThat(again.restore(3, BY_ANN)).isInstanceOf(ApplyResult.Unchanged.class);
        assertThat(again.restore(2, BY_ANN)).isInstanceOf(ApplyResult.Applied.class);
        assertThat(requireNonNull(engine.inForce().upstreams().get("app")).tls().clientKey())
                .contains("one");
        assertThat(again.diff(first, again.document())).isEmpty();
    }

    @Test
    void restartPutsTheLastRevisionInForceAndStoresNothing() throws Exception {
        put("app", "{'path': '/v2/', 'upstream': 'app'}", null);
        store.close();
        store = Store.open("jdbc:h2:file:" + dir.resolve("config"), dir.resolve("secret.key"));
        ConfigService again = service();
        again.start(Document.EMPTY);
        assertThat(again.revision()).isEqualTo(2);
        assertThat(again.revisions(9)).hasSize(2);
        assertThat(pathInForce()).isEqualTo("/v2/");
    }

    @Test
    void firstConfigurationThatIsNotValidIsNotStored() {
        try (Store other =
                Store.open("jdbc:h2:file:" + dir.resolve("other"), dir.resolve("secret.key"))) {
            ConfigService fresh = new ConfigService(other, engine, new Figures(), about());
            assertThatThrownBy(() -> fresh.start(toml("[servers.web]\nlisten = [\"nowhere\"]")))
                    .isInstanceOf(InvalidConfigException.class)
                    .hasMessageContaining("nowhere");
            assertThat(other.revision()).isZero();
        }
    }

    @Test
    void changeIsInForceAndStoredWhenItIsAnswered() {
        ApplyResult result =
                service.put(
                        Kind.LOCATION,
                        "app",
                        json("{'path': '/v2/', 'upstream': 'app'}"),
                        null,
                        new Control.Change("bob", "move"));
        assertThat(result)
                .isInstanceOfSatisfying(
                        ApplyResult.Applied.class,
                        applied -> {
                            assertThat(applied.revision()).isEqualTo(2);
                            assertThat(applied.tag()).isEqualTo(service.tag(Kind.LOCATION, "app"));
                            assertThat(applied.differences())
                                    .containsExactly(
                                            new Control.Difference(
                                                    "locations/app",
                                                    Control.Difference.Action.CHANGED,
                                                    List.of(
                                                            new Control.FieldChange(
                                                                    "path", "\"/\"", "\"/v2/\""))));
                        });
        assertThat(pathInForce()).isEqualTo("/v2/");
        assertThat(store.document()).isEqualTo(service.document());
        Control.Revision revision = requireNonNull(service.revision(2));
        assertThat(revision.author()).isEqualTo("bob");
        assertThat(revision.comment()).isEqualTo("move");
        assertThat(service.documentOf(1)).isEqualTo(toml(FIRST));
    }

    @Test
    void sameContentIsNoRevision() {
        assertThat(put("app", "{'upstream': 'app', 'path': '/'}", null))
                .isEqualTo(new ApplyResult.Unchanged(1, service.tag(Kind.LOCATION, "app")));
        assertThat(service.replace(toml(FIRST), null, BY_ANN))
                .isEqualTo(new ApplyResult.Unchanged(1, null));
        assertThat(service.revisions(9)).hasSize(1);
        assertThat(engine.applied()).hasSize(1);
    }

    @Test
    void tagDoesNotDependOnTheOrderOfFields() {
        assertThat(Tags.of(json("{'a': 1, 'b': {'c': [1, 2], 'd': null}}")))
                .isEqualTo(Tags.of(json("{'b': {'c': [1, 2]}, 'a': 1}")))
                .isNotEqualTo(Tags.of(json("{'b': {'c': [2, 1]}, 'a': 1}")))
                .isNotEqualTo(Tags.of(json("{'b': {'c': [1, 2]}, 'a': '1'}")))
                .hasSize(32);
    }

    @Test
    void secondEditorOfAnObjectGetsAConflictWithTheOthersVersion() {
        String seen = service.tag(Kind.LOCATION, "app");
        ApplyResult first = put("app", "{'path': '/ann/', 'upstream': 'app'}", seen);
        assertThat(first).isInstanceOf(ApplyResult.Applied.class);
        ApplyResult second = put("app", "{'path': '/bob/', 'upstream': 'app'}", seen);
        assertThat(second)
                .isEqualTo(
                        new ApplyResult.Conflict(
                                2,
                                service.tag(Kind.LOCATION, "app"),
                                json("{'path': '/ann/', 'upstream': 'app'}")));
        assertThat(service.delete(Kind.LOCATION, "app", seen, BY_ANN))
                .isInstanceOf(ApplyResult.Conflict.class);
        assertThat(pathInForce()).isEqualTo("/ann/");
        // The first answer may have been lost on the way: the same edit again is no conflict.
        assertThat(put("app", "{'path': '/ann/', 'upstream': 'app'}", seen))
                .isInstanceOf(ApplyResult.Unchanged.class);
    }

    @Test
    void conditionsOnExistenceHold() {
        String body = "{'path': '/new/', 'upstream': 'app'}";
        assertThat(put("new", body, "*")).isEqualTo(new ApplyResult.Conflict(1, null, null));
        assertThat(put("new", body, "0123")).isEqualTo(new ApplyResult.Conflict(1, null, null));
        assertThat(put("new", body, "")).isInstanceOf(ApplyResult.Applied.class);
        assertThat(put("new", body, "")).isInstanceOf(ApplyResult.Conflict.class);
        assertThat(put("new", body, "*")).isInstanceOf(ApplyResult.Unchanged.class);
        assertThat(service.delete(Kind.LOCATION, "new", "*", BY_ANN))
                .isInstanceOf(ApplyResult.Applied.class);
        assertThat(service.delete(Kind.LOCATION, "new", null, BY_ANN))
                .isEqualTo(new ApplyResult.NotFound());
    }

    @Test
    void replacementOfAnOlderRevisionIsRefused() {
        put("app", "{'path': '/v2/', 'upstream': 'app'}", null);
        Document next = toml(FIRST + "\n[locations.more]\nupstream = \"app\"\n");
        assertThat(service.replace(next, 1L, BY_ANN))
                .isEqualTo(new ApplyResult.Conflict(2, null, null));
        assertThat(service.replace(next, 2L, BY_ANN)).isInstanceOf(ApplyResult.Applied.class);
        assertThat(service.document()).isEqualTo(next);
    }

    @Test
    void everyProblemIsReportedAtOnceAndNothingChanges() {
        Document faulty =
                toml(
                        """
                        [servers.web]
                        listen = ["127.0.0.1:99999"]
                        locations = ["app", "gone", "regex", "regex-too"]
                        idle-timeout = "soon"
                        colour = "red"

                        [locations.app]
                        path = "~(alone"
                        upstream = "nowhere"
                        max-body-size = "-1"

                        [locations.regex]
                        path = "~(open"
                        upstream = "app"

                        [locations.regex-too]
                        path = "~(also"
                        upstream = "bad"

                        [upstreams.bad]
                        balance = "best"

                        [upstreams.app]
                        nodes = ["127.0.0.1"]
                        """);
        List<Problem> problems = service.plan(faulty).problems();
        assertThat(problems)
                .extracting(problem -> problem.object() + " " + problem.value())
                .contains(
                        "servers/web 127.0.0.1:99999",
                        "servers/web gone",
                        "servers/web soon",
                        "locations/app nowhere",
                        "locations/app -1",
                        "locations/app ~(alone",
                        "locations/regex ~(open",
                        "locations/regex-too ~(also",
                        "upstreams/bad best",
                        "upstreams/app 127.0.0.1")
                .doesNotHaveDuplicates();
        assertThat(problems).extracting(Problem::key).anyMatch(key -> key.contains("colour"));
        assertThat(service.replace(faulty, null, BY_ANN))
                .isEqualTo(new ApplyResult.Invalid(problems));
        assertThat(service.revision()).isEqualTo(1);
        assertThat(service.document()).isEqualTo(toml(FIRST));
        assertThat(store.revisions(9)).hasSize(1);
        assertThat(engine.applied()).hasSize(1);
    }

    @Test
    void planShowsDifferencesAndChangesNothing() {
        Document next =
                toml(FIRST.replace("9001", "9002") + "\n[locations.more]\nupstream=\"app\"");
        Control.Plan plan = service.plan(next);
        assertThat(plan.problems()).isEmpty();
        assertThat(plan.differences())
                .extracting(Control.Difference::object)
                .containsExactly("locations/more", "upstreams/app");
        assertThat(service.diff(next, service.document()))
                .extracting(Control.Difference::action)
                .containsExactly(
                        Control.Difference.Action.REMOVED, Control.Difference.Action.CHANGED);
        assertThat(service.revision()).isEqualTo(1);
        assertThat(engine.applied()).hasSize(1);
    }

    @Test
    void restoreIsANewRevisionThatSaysSo() {
        put("app", "{'path': '/v2/', 'upstream': 'app'}", null);
        assertThat(service.restore(1, BY_ANN))
                .isInstanceOfSatisfying(
                        ApplyResult.Applied.class,
                        applied -> assertThat(applied.revision()).isEqualTo(3));
        assertThat(service.document()).isEqualTo(toml(FIRST));
        assertThat(service.revisions(1).getFirst().comment()).isEqualTo("restore of revision 1");
        assertThat(service.restore(2, new Control.Change("ann", "my reason")))
                .isInstanceOf(ApplyResult.Applied.class);
        assertThat(service.revisions(1).getFirst().comment()).isEqualTo("my reason");
        assertThat(service.restore(2, BY_ANN)).isEqualTo(new ApplyResult.Unchanged(4, null));
        assertThat(service.restore(99, BY_ANN)).isEqualTo(new ApplyResult.NotFound());
    }

    @Test
    void changeThatCannotTakeEffectIsNotStored() {
        Problem taken = new Problem("servers/web", "listen", "127.0.0.1:8080", "a free port");
        engine.refuse(taken);
        assertThat(put("app", "{'path': '/v2/', 'upstream': 'app'}", null))
                .isEqualTo(new ApplyResult.Invalid(List.of(taken)));
        assertThat(service.revision()).isEqualTo(1);
        assertThat(store.revision()).isEqualTo(1);
        assertThat(service.document()).isEqualTo(toml(FIRST));
    }

    @Test
    void engineThatFailsIsPutBackToTheFormerConfiguration() {
        engine.failOnce(new IllegalStateException("listener broke"));
        assertThat(put("app", "{'path': '/v2/', 'upstream': 'app'}", null))
                .isInstanceOfSatisfying(
                        ApplyResult.Invalid.class,
                        invalid ->
                                assertThat(invalid.problems())
                                        .singleElement()
                                        .asString()
                                        .contains("listener broke"));
        assertThat(pathInForce()).isEqualTo("/");
        assertThat(store.revision()).isEqualTo(1);
        assertThat(put("app", "{'path': '/v2/', 'upstream': 'app'}", null))
                .isInstanceOf(ApplyResult.Applied.class);
    }

    @Test
    void changeThatCannotBeStoredIsTakenBack() {
        engine.afterApply(store::close);
        assertThat(put("app", "{'path': '/v2/', 'upstream': 'app'}", null))
                .isInstanceOfSatisfying(
                        ApplyResult.Invalid.class,
                        invalid ->
                                assertThat(invalid.problems())
                                        .singleElement()
                                        .asString()
                                        .contains("cannot write " + dir.resolve("config.mv.db")));
        assertThat(pathInForce()).isEqualTo("/");
        assertThat(service.revision()).isEqualTo(1);
        assertThat(service.document()).isEqualTo(toml(FIRST));
        store = Store.open("jdbc:h2:file:" + dir.resolve("config"), dir.resolve("secret.key"));
        assertThat(store.revision()).isEqualTo(1);
        assertThat(store.document()).isEqualTo(toml(FIRST));
    }

    @Test
    void statusTellsOfTheEngineAndOfDraining() {
        assertThat(service.status())
                .satisfies(status -> {
                    assertThat(status.version()).isEqualTo("1.2.3");
                    assertThat(status.uptimeSeconds()).isBetween(60L, 600L);
                    assertThat(status.revision()).isEqualTo(1);
                    assertThat(status.listeners()).hasSize(1);
                    assertThat(status.inFlight()).isEqualTo(2);
                    assertThat(status.connections()).isEqualTo(3);
                    assertThat(status.logLinesDropped()).isEqualTo(4);
                    assertThat(status.ready()).isTrue();
                    assertThat(status.draining()).isFalse();
                });
        service.drain(true);
        assertThat(service.status().ready()).isFalse();
        assertThat(service.status().draining()).isTrue();
        service.drain(false);
        assertThat(service.status().ready()).isTrue();
        assertThat(service().status().ready()).isFalse();
    }

    @Test
    void previewsShowASampleOrTheFault() {
        assertThat(service.previewErrorPage("<h1>{{status}} {{host}}</h1>", 502))
                .isEqualTo("<h1>502 www.example.com</h1>");
        assertThat(service.previewErrorPage(null, 404)).contains("404");
        assertThat(service.previewLogFormat("{method} {path} {status} {client-ip}"))
                .isEqualTo(new Control.Preview("GET /articles/42 200 203.0.113.7", null));
        assertThat(service.previewLogFormat("combined").line())
                .contains("\"GET /articles/42?page=2 HTTP/1.1\" 200 18342");
        assertThat(service.previewLogFormat("{no-such-tag}"))
                .satisfies(preview -> {
                    assertThat(preview.line()).isNull();
                    assertThat(preview.fault()).contains("no-such-tag");
                });
    }

    @Test
    void engineAnswersRoutesAndNodes() {
        assertThat(service.route("http://a/", "GET", Map.of()).action()).isEqualTo("not-found");
        assertThat(service.nodes("nowhere")).isNull();
        assertThat(service.consoleUrl()).isEqualTo("http://127.0.0.1:9180");
        assertThat(service.metrics()).isNotEmpty();
        assertThat(service.samples()).isEmpty();
    }

    private ApplyResult put(String location, String body, @Nullable String ifTag) {
        return service.put(Kind.LOCATION, location, json(body), ifTag, BY_ANN);
    }

    private @Nullable String pathInForce() {
        LocationConfig location = engine.inForce().locations().get("app");
        return location == null ? null : location.path();
    }

    private ConfigService service() {
        return new ConfigService(store, engine, new Figures(), about());
    }

    private static ConfigService.About about() {
        return new ConfigService.About(
                "1.2.3", "http://127.0.0.1:9180", System.currentTimeMillis() - 61_000);
    }

    private static Document toml(String text) {
        try {
            return DocumentFormat.TOML.parse(text);
        } catch (InvalidConfigException e) {
            throw new AssertionError(e);
        }
    }

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) new JsonMapper().readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
