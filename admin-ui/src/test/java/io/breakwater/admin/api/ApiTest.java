package io.breakwater.admin.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.breakwater.admin.testing.FakeAccounts;
import io.breakwater.admin.testing.TestConsole;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Credentials, methods, whole configurations, history, accounts and the OpenAPI document.
class ApiTest {
    private static final String TOML =
            """
            [servers.web]
            listen = ["127.0.0.1:8081"]
            locations = ["hello"]
            [locations.hello]
            respond = { status = 200, body = "hello" }
            """;

    private final TestConsole console = TestConsole.start();

    @AfterEach
    void stop() {
        console.close();
    }

    @Test
    void asksForCredentials() {
        HttpResponse<String> answer = console.send("GET", "/api/v1/status", "");
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(TestConsole.header(answer, "Content-Type"))
                .isEqualTo("application/problem+json");
        assertThat(TestConsole.header(answer, "WWW-Authenticate"))
                .contains("Bearer")
                .contains("Basic");
        HttpResponse<String> script =
                console.send("GET", "/api/v1/status", "", "Sec-Fetch-Mode", "cors");
        assertThat(TestConsole.header(script, "WWW-Authenticate"))
                .contains("Bearer")
                .doesNotContain("Basic");
        for (String field :
                new String[] {"Bearer nonsense", "Basic !!!", "Basic YWJj", "Digest x"}) {
            assertThat(
                            console.send("GET", "/api/v1/status", "", "Authorization", field)
                                    .statusCode())
                    .isEqualTo(401);
        }
        assertThat(console.send("GET", "/api/v1/nothing", "").statusCode()).isEqualTo(401);
    }

    @Test
    void takesBasicAndHashesOnce() {
        for (int i = 0; i < 5; i++) {
            assertThat(basic(FakeAccounts.PASSWORD).statusCode()).isEqualTo(200);
        }
        assertThat(console.accounts().checks()).isEqualTo(1);
        console.accounts().setPassword("admin", "battery staple");
        assertThat(basic(FakeAccounts.PASSWORD).statusCode()).isEqualTo(401);
        assertThat(basic("battery staple").statusCode()).isEqualTo(200);
    }

    @Test
    void delaysBasicAfterFailures() {
        for (int i = 0; i < 5; i++) {
            assertThat(basic("wrong").statusCode()).isEqualTo(401);
        }
        HttpResponse<String> throttled = basic(FakeAccounts.PASSWORD);
        assertThat(throttled.statusCode()).isEqualTo(429);
        assertThat(TestConsole.header(throttled, "Retry-After")).isEqualTo("1");
    }

    @Test
    void answersWrongPathsAndMethods() {
        HttpResponse<String> missing = console.api("GET", "/plugins", "");
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(TestConsole.header(missing, "Content-Type"))
                .isEqualTo("application/problem+json");
        assertThat(console.api("POST", "/plugins/a", "{}").statusCode()).isEqualTo(404);
        HttpResponse<String> method = console.api("POST", "/locations/app", "{}");
        assertThat(method.statusCode()).isEqualTo(405);
        assertThat(TestConsole.header(method, "Allow"))
                .isEqualTo("DELETE, GET, HEAD, OPTIONS, PUT");
        HttpResponse<String> options = console.api("OPTIONS", "/status", "");
        assertThat(options.statusCode()).isEqualTo(204);
        assertThat(TestConsole.header(options, "Allow")).isEqualTo("GET, HEAD, OPTIONS");
        HttpResponse<String> head = console.api("HEAD", "/status", "");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
    }

    @Test
    void readsTheConfigurationInThreeFormats() {
        HttpResponse<String> toml = console.api("GET", "/config", "", "Accept", "application/toml");
        assertThat(TestConsole.header(toml, "Content-Type")).startsWith("application/toml");
        assertThat(toml.body()).contains("[locations.app]");
        assertThat(console.api("GET", "/config?format=yaml", "").body()).contains("locations:");
        HttpResponse<String> json = console.api("GET", "/config", "", "Accept", "*/*");
        assertThat(TestConsole.json(json).at("/locations/app/upstream").asText()).isEqualTo("app");
        assertThat(TestConsole.header(json, "ETag")).isEqualTo("\"1-json\"");
        assertThat(console.api("GET", "/config", "", "If-None-Match", "\"1-json\"").statusCode())
                .isEqualTo(304);
        HttpResponse<String> best =
                console.api(
                        "GET", "/config", "", "Accept", "application/json;q=0.5, application/yaml");
        assertThat(TestConsole.header(best, "Content-Type")).startsWith("application/yaml");
        assertThat(console.api("GET", "/config", "", "Accept", "image/png").statusCode())
                .isEqualTo(406);
        assertThat(console.api("GET", "/config?format=xml", "").statusCode()).isEqualTo(400);
    }

    @Test
    void replacesTheConfigurationAtOnce() {
        HttpResponse<String> dry = console.api("PUT", "/config?format=toml&dry-run=true", TOML);
        assertThat(dry.statusCode()).isEqualTo(200);
        assertThat(TestConsole.json(dry).get("valid").asBoolean()).isTrue();
        assertThat(TestConsole.json(dry).get("differences")).hasSizeGreaterThanOrEqualTo(4);
        assertThat(console.control().revision()).isEqualTo(1);
        HttpResponse<String> done =
                console.api(
                        "PUT",
                        "/config",
                        TOML,
                        "Content-Type",
                        "application/toml",
                        "If-Match",
                        "\"1-toml\"");
        assertThat(done.statusCode()).isEqualTo(200);
        assertThat(console.control().revision()).isEqualTo(2);
        assertThat(console.get("/upstreams").get("items")).isEmpty();
        HttpResponse<String> late = console.api("PUT", "/config", "", "If-Match", "\"1-json\"");
        assertThat(late.statusCode()).isEqualTo(412);
        assertThat(TestConsole.json(late).get("revision").asInt()).isEqualTo(2);
    }

    @Test
    void findsFaultsWithoutChangingAnything() {
        String bad =
                "{\"locations\":{\"a\":{\"upstream\":\"none\"},\"b\":{\"x\":1,\"timeout\":\"soon\"}}}";
        HttpResponse<String> answer = console.api("POST", "/config/validate", bad);
        assertThat(answer.statusCode()).isEqualTo(200);
        JsonNode plan = TestConsole.json(answer);
        assertThat(plan.get("valid").asBoolean()).isFalse();
        assertThat(plan.get("errors")).hasSizeGreaterThanOrEqualTo(3);
        HttpResponse<String> put = console.api("PUT", "/config", bad);
        assertThat(put.statusCode()).isEqualTo(422);
        assertThat(TestConsole.json(put).get("errors")).isEqualTo(plan.get("errors"));
        assertThat(console.api("PUT", "/config", "{").statusCode()).isEqualTo(400);
        assertThat(
                        TestConsole.json(console.api("POST", "/config/validate", "{"))
                                .get("valid")
                                .asBoolean())
                .isFalse();
        assertThat(console.api("PUT", "/config", "{\"wrong\":{}}").statusCode()).isEqualTo(422);
        assertThat(console.control().revision()).isEqualTo(1);
    }

    @Test
    void keepsHistory() {
        console.api("PUT", "/config?format=toml&comment=hello", TOML);
        JsonNode list = console.get("/revisions?limit=1");
        assertThat(list.get("items")).hasSize(1);
        assertThat(list.at("/items/0/comment").asText()).isEqualTo("hello");
        assertThat(console.get("/revisions/1").at("/document/upstreams/app/nodes/0").asText())
                .isEqualTo("127.0.0.1:9001");
        assertThat(console.api("GET", "/revisions/2?format=toml", "").body())
                .contains("[locations.hello]");
        JsonNode diff = console.get("/revisions/2/diff");
        assertThat(diff.get("from").asInt()).isEqualTo(1);
        assertThat(diff.get("differences").findValuesAsText("object"))
                .contains("locations/hello", "locations/app");
        assertThat(console.get("/revisions/2/diff?against=2").get("differences")).isEmpty();
        assertThat(console.get("/revisions/1/diff").get("differences")).hasSize(3);
        HttpResponse<String> restored = console.api("POST", "/revisions/1/restore", "");
        assertThat(restored.statusCode()).isEqualTo(200);
        assertThat(TestConsole.json(restored).get("revision").asInt()).isEqualTo(3);
        assertThat(console.get("/revisions/3").get("comment").asText())
                .isEqualTo("Restore revision 1");
        for (String path :
                new String[] {"/revisions/9", "/revisions/9/diff", "/revisions/1/diff?against=9"}) {
            assertThat(console.api("GET", path, "").statusCode()).isEqualTo(404);
        }
        assertThat(console.api("POST", "/revisions/9/restore", "").statusCode()).isEqualTo(404);
        assertThat(console.api("GET", "/revisions/x", "").statusCode()).isEqualTo(400);
        assertThat(console.api("GET", "/revisions?limit=0", "").statusCode()).isEqualTo(400);
    }

    @Test
    void showsStatusAndDrains() {
        JsonNode status = console.get("/status");
        assertThat(status.get("version").asText()).isEqualTo("1.2.3");
        assertThat(status.get("in-flight").asInt()).isEqualTo(2);
        assertThat(status.at("/listeners/0/address").asText()).isEqualTo("127.0.0.1:8080");
        assertThat(TestConsole.json(console.api("POST", "/drain", "")).get("draining").asBoolean())
                .isTrue();
        assertThat(
                        TestConsole.json(console.api("DELETE", "/drain", ""))
                                .get("draining")
                                .asBoolean())
                .isFalse();
    }

    @Test
    void testsRoutes() {
        JsonNode route =
                console.get("/route?url=http://a.example/x&method=POST&header=A:%201&header=B:2");
        assertThat(route.get("upstream-path").asText()).isEqualTo("/x");
        assertThat(route.at("/candidates/0/reason").asText()).isEqualTo("POST {A=1, B=2}");
        assertThat(console.api("GET", "/route", "").statusCode()).isEqualTo(400);
        assertThat(console.api("GET", "/route?url=nonsense", "").statusCode()).isEqualTo(400);
        assertThat(console.api("GET", "/route?url=http://a/&header=x", "").statusCode())
                .isEqualTo(400);
    }

    @Test
    void makesListsAndRevokesTokens() {
        HttpResponse<String> made = console.api("POST", "/tokens", "{\"name\":\"ci\"}");
        assertThat(made.statusCode()).isEqualTo(201);
        String bearer = "Bearer " + TestConsole.json(made).get("token").asText();
        assertThat(console.send("GET", "/api/v1/status", "", "Authorization", bearer).statusCode())
                .isEqualTo(200);
        assertThat(console.get("/tokens").get("items").findValuesAsText("name"))
                .contains("ci", "test");
        assertThat(console.get("/tokens").toString())
                .doesNotContain(TestConsole.json(made).get("token").asText());
        assertThat(console.api("POST", "/tokens", "{\"name\":\"ci\"}").statusCode()).isEqualTo(409);
        assertThat(console.api("POST", "/tokens", "{\"name\":\"No!\"}").statusCode())
                .isEqualTo(422);
        assertThat(console.api("POST", "/tokens", "{}").statusCode()).isEqualTo(422);
        assertThat(console.api("POST", "/tokens", "{\"name\":\"a\",\"x\":1}").statusCode())
                .isEqualTo(422);
        assertThat(console.api("DELETE", "/tokens/ci", "").statusCode()).isEqualTo(204);
        assertThat(console.api("DELETE", "/tokens/ci", "").statusCode()).isEqualTo(404);
        assertThat(console.send("GET", "/api/v1/status", "", "Authorization", bearer).statusCode())
                .isEqualTo(401);
    }

    @Test
    void changesPasswords() {
        String wrong = "{\"user\":\"admin\",\"password\":\"battery staple\",\"current\":\"x\"}";
        assertThat(console.api("POST", "/password", wrong).statusCode()).isEqualTo(403);
        assertThat(
                        console.api("POST", "/password", "{\"password\":\"battery staple\"}")
                                .statusCode())
                .isEqualTo(422);
        assertThat(
                        console.api(
                                        "POST",
                                        "/password",
                                        "{\"user\":\"eve\",\"password\":\"battery staple\"}")
                                .statusCode())
                .isEqualTo(404);
        assertThat(
                        console.api(
                                        "POST",
                                        "/password",
                                        "{\"user\":\"admin\",\"password\":\"short\"}")
                                .statusCode())
                .isEqualTo(422);
        HttpResponse<String> noCurrent =
                console.send(
                        "POST",
                        "/api/v1/password",
                        "{\"password\":\"battery staple\"}",
                        "Authorization",
                        basicField(FakeAccounts.PASSWORD));
        assertThat(noCurrent.statusCode()).isEqualTo(422);
        assertThat(
                        console.api(
                                        "POST",
                                        "/password",
                                        "{\"user\":\"admin\",\"password\":\"battery staple\"}")
                                .statusCode())
                .isEqualTo(204);
        assertThat(basic("battery staple").statusCode()).isEqualTo(200);
    }

    @Test
    void describesEveryRoute() {
        HttpResponse<String> answer = console.send("GET", "/api/v1/openapi.json", "");
        assertThat(answer.statusCode()).isEqualTo(200);
        JsonNode document = TestConsole.json(answer);
        assertThat(document.get("openapi").asText()).startsWith("3.1");
        JsonNode paths = document.get("paths");
        assertThat(paths.has("/locations/{name}")).isTrue();
        assertThat(paths.at("/~1log-formats~1{name}/put").isMissingNode()).isFalse();
        assertThat(paths.has("/cache/purge")).isTrue();
        assertThat(paths.has("/plugins")).isFalse();
        Set<String> ids = new HashSet<>();
        paths.forEach(path ->
                path.forEach(operation ->
                        assertThat(ids.add(operation.get("operationId").asText())).isTrue()));
        for (String reference : document.findValuesAsText("$ref")) {
            assertThat(document.at(reference.substring(1)).isMissingNode()).as(reference).isFalse();
        }
        JsonNode location = document.at("/components/schemas/location/properties");
        assertThat(location.at("/redirect/properties/to/type").asText()).isEqualTo("string");
        assertThat(location.at("/upstream/type").asText()).isEqualTo("string");
    }

    private HttpResponse<String> basic(String password) {
        return console.send("GET", "/api/v1/status", "", "Authorization", basicField(password));
    }

    private static String basicField(String password) {
        byte[] pair = ("admin:" + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }
}
