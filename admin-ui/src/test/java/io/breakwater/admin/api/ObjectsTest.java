package io.breakwater.admin.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.breakwater.admin.testing.TestConsole;
import io.breakwater.config.Kind;
import io.breakwater.control.UpstreamEvent;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Reading and writing single objects, and nodes.
class ObjectsTest {
    private final TestConsole console = TestConsole.start();

    @AfterEach
    void stop() {
        console.close();
    }

    @Test
    void listsWithTheRevision() {
        JsonNode list = console.get("/locations");
        assertThat(list.get("revision").asInt()).isEqualTo(1);
        assertThat(list.at("/items/0/name").asText()).isEqualTo("app");
        assertThat(list.at("/items/0/upstream").asText()).isEqualTo("app");
        assertThat(console.get("/error-pages").get("items")).isEmpty();
    }

    @Test
    void readsWithATag() {
        HttpResponse<String> answer = console.api("GET", "/locations/app", "");
        assertThat(TestConsole.json(answer).get("name").asText()).isEqualTo("app");
        String tag = TestConsole.header(answer, "ETag");
        assertThat(tag).isEqualTo("\"" + console.control().tag(Kind.LOCATION, "app") + "\"");
        assertThat(console.api("GET", "/locations/app", "", "If-None-Match", tag).statusCode())
                .isEqualTo(304);
        assertThat(
                        console.api("GET", "/locations/app", "", "If-None-Match", "W/" + tag)
                                .statusCode())
                .isEqualTo(304);
        assertThat(console.api("GET", "/locations/none", "").statusCode()).isEqualTo(404);
    }

    @Test
    void createsWithLocationAndRevision() {
        HttpResponse<String> answer =
                console.api(
                        "PUT",
                        "/locations/api?comment=new+api",
                        "{\"path\":\"/api/\",\"upstream\":\"app\"}");
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(TestConsole.header(answer, "Location")).isEqualTo("/api/v1/locations/api");
        JsonNode body = TestConsole.json(answer);
        assertThat(body.get("revision").asInt()).isEqualTo(2);
        assertThat(body.at("/differences/0/object").asText()).isEqualTo("locations/api");
        assertThat(body.at("/differences/0/action").asText()).isEqualTo("added");
        assertThat(TestConsole.header(answer, "ETag"))
                .isEqualTo(TestConsole.header(console.api("GET", "/locations/api", ""), "ETag"));
        JsonNode head = console.get("/revisions/2");
        assertThat(head.get("author").asText()).isEqualTo("token:test");
        assertThat(head.get("comment").asText()).isEqualTo("new api");
    }

    @Test
    void replacesAndSaysWhenNothingChanged() {
        String body = "{\"name\":\"app\",\"upstream\":\"app\",\"path\":\"/x\"}";
        HttpResponse<String> answer = console.api("PUT", "/locations/app", body);
        assertThat(answer.statusCode()).isEqualTo(200);
        JsonNode field = TestConsole.json(answer).at("/differences/0/fields/0");
        assertThat(field.get("key").asText()).isEqualTo("path");
        assertThat(field.get("before").isNull()).isTrue();
        assertThat(field.get("after").asText()).isEqualTo("/x");
        JsonNode again = TestConsole.json(console.api("PUT", "/locations/app", body));
        assertThat(again.get("changed").asBoolean()).isFalse();
        assertThat(again.get("revision").asInt()).isEqualTo(2);
    }

    @Test
    void takesTomlAndYaml() {
        assertThat(
                        console.api(
                                        "PUT",
                                        "/locations/t",
                                        "path = \"/t\"\n[respond]\nstatus = 403\n",
                                        "Content-Type",
                                        "application/toml")
                                .statusCode())
                .isEqualTo(201);
        assertThat(console.get("/locations/t").at("/respond/status").asInt()).isEqualTo(403);
        assertThat(
                        console.api("PUT", "/locations/y?format=yaml", "path: /y\nupstream: app\n")
                                .statusCode())
                .isEqualTo(201);
        assertThat(console.get("/locations/y").get("path").asText()).isEqualTo("/y");
    }

    @Test
    void refusesAWriteThatStartsFromAnOldVersion() {
        String tag = TestConsole.header(console.api("GET", "/locations/app", ""), "ETag");
        console.api(
                "PUT",
                "/locations/app",
                "{\"upstream\":\"app\",\"path\":\"/first\"}",
                "If-Match",
                tag);
        HttpResponse<String> second =
                console.api(
                        "PUT",
                        "/locations/app",
                        "{\"upstream\":\"app\",\"path\":\"/second\"}",
                        "If-Match",
                        tag);
        assertThat(second.statusCode()).isEqualTo(412);
        assertThat(TestConsole.header(second, "Content-Type"))
                .isEqualTo("application/problem+json");
        JsonNode problem = TestConsole.json(second);
        assertThat(problem.at("/current/path").asText()).isEqualTo("/first");
        assertThat(problem.at("/current/name").asText()).isEqualTo("app");
        assertThat(problem.at("/sent/path").asText()).isEqualTo("/second");
        assertThat(problem.get("revision").asInt()).isEqualTo(2);
        String now = problem.get("etag").asText();
        assertThat(
                        console.api(
                                        "PUT",
                                        "/locations/app",
                                        "{\"upstream\":\"app\",\"path\":\"/second\"}",
                                        "If-Match",
                                        "\"other\", " + now)
                                .statusCode())
                .isEqualTo(200);
        assertThat(console.api("DELETE", "/locations/app", "", "If-Match", tag).statusCode())
                .isEqualTo(412);
    }

    @Test
    void createsOnlyWhenAsked() {
        String body = "{\"upstream\":\"app\"}";
        assertThat(console.api("PUT", "/locations/app", body, "If-None-Match", "*").statusCode())
                .isEqualTo(412);
        assertThat(console.api("PUT", "/locations/new", body, "If-Match", "*").statusCode())
                .isEqualTo(412);
        assertThat(console.api("PUT", "/locations/new", body, "If-None-Match", "*").statusCode())
                .isEqualTo(201);
    }

    @Test
    void reportsEveryFaultAndChangesNothing() {
        HttpResponse<String> answer =
                console.api(
                        "PUT",
                        "/locations/app",
                        "{\"upstream\":\"none\",\"pth\":\"/x\",\"timeout\":\"soon\"}");
        assertThat(answer.statusCode()).isEqualTo(422);
        JsonNode errors = TestConsole.json(answer).get("errors");
        assertThat(errors).hasSizeGreaterThanOrEqualTo(3);
        assertThat(errors.findValuesAsText("object")).contains("locations/app");
        assertThat(errors.findValuesAsText("key")).contains("upstream", "pth", "timeout");
        assertThat(errors.findValuesAsText("expected")).noneMatch(String::isEmpty);
        assertThat(console.control().revision()).isEqualTo(1);
    }

    @Test
    void refusesBodiesThatItCannotRead() {
        assertThat(console.api("PUT", "/locations/x", "{\"a\":").statusCode()).isEqualTo(400);
        assertThat(console.api("PUT", "/locations/x", "[1]").statusCode()).isEqualTo(400);
        assertThat(
                        console.api("PUT", "/locations/x", "{\"note\":\"a\",\"note\":\"b\"}")
                                .statusCode())
                .isEqualTo(400);
        assertThat(
                        console.api("PUT", "/locations/x", "a=b", "Content-Type", "text/csv")
                                .statusCode())
                .isEqualTo(415);
        assertThat(
                        console.api(
                                        "PUT",
                                        "/locations/x",
                                        "a=b",
                                        "Content-Type",
                                        "application/x-www-form-urlencoded")
                                .statusCode())
                .isEqualTo(415);
        assertThat(console.api("PUT", "/locations/x", "{}", "If-None-Match", "\"a\"").statusCode())
                .isEqualTo(400);
        assertThat(console.api("PUT", "/locations/x", "{\"name\":\"y\"}").statusCode())
                .isEqualTo(422);
        assertThat(
                        console.api("PUT", "/locations/x", " ".repeat(10 * 1024 * 1024 + 1))
                                .statusCode())
                .isEqualTo(413);
        assertThat(console.control().revision()).isEqualTo(1);
    }

    @Test
    void removesUnlessItIsReferredTo() {
        assertThat(console.api("DELETE", "/upstreams/app", "").statusCode()).isEqualTo(422);
        console.api("PUT", "/error-pages/plain", "{\"html\":\"<h1>{{status}}</h1>\"}");
        HttpResponse<String> answer = console.api("DELETE", "/error-pages/plain", "");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(TestConsole.json(answer).at("/differences/0/action").asText())
                .isEqualTo("removed");
        assertThat(console.api("DELETE", "/error-pages/plain", "").statusCode()).isEqualTo(404);
    }

    @Test
    void takesNodesOutAndIn() {
        JsonNode nodes = console.get("/upstreams/app/nodes").get("items");
        assertThat(nodes.findValuesAsText("address"))
                .containsExactly("127.0.0.1:9001", "127.0.0.1:9002");
        JsonNode before = console.get("/upstreams/app").get("nodes");
        assertThat(post("/upstreams/app/nodes/127.0.0.1:9001/drain").statusCode()).isEqualTo(200);
        assertThat(console.get("/upstreams/app").at("/nodes/0/state").asText()).isEqualTo("drain");
        assertThat(post("/upstreams/app/nodes/127.0.0.1:9002/down").statusCode()).isEqualTo(200);
        assertThat(console.get("/upstreams/app").at("/nodes/1/state").asText()).isEqualTo("down");
        assertThat(console.get("/upstreams/app").at("/nodes/1/weight").asInt()).isEqualTo(2);
        post("/upstreams/app/nodes/127.0.0.1:9001/activate");
        post("/upstreams/app/nodes/127.0.0.1:9002/activate");
        assertThat(console.get("/upstreams/app").get("nodes")).isEqualTo(before);
        assertThat(post("/upstreams/app/nodes/127.0.0.1:1/drain").statusCode()).isEqualTo(404);
        assertThat(post("/upstreams/none/nodes/127.0.0.1:1/drain").statusCode()).isEqualTo(404);
        assertThat(console.api("GET", "/upstreams/none/nodes", "").statusCode()).isEqualTo(404);
    }

    @Test
    void changesSeveralNodesAsOneRevision() {
        JsonNode before = console.get("/upstreams/app").get("nodes");
        HttpResponse<String> answer =
                console.api(
                        "POST",
                        "/upstreams/app/nodes?comment=maintenance",
                        "{\"addresses\":[\"127.0.0.1:9001\",\"127.0.0.1:9002\"],"
                                + "\"state\":\"drain\",\"weight\":7}");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(TestConsole.json(answer).get("revision").asInt()).isEqualTo(2);
        JsonNode live = console.get("/live/upstreams/app").get("nodes");
        assertThat(live.findValuesAsText("state")).containsExactly("drain", "drain");
        assertThat(live.findValuesAsText("weight")).containsExactly("7", "7");
        assertThat(console.get("/revisions/2").get("comment").asText()).isEqualTo("maintenance");
        console.api("POST", "/revisions/1/restore", "");
        assertThat(console.get("/upstreams/app").get("nodes")).isEqualTo(before);
    }

    @Test
    void changesNoNodeWhenOneIsWrong() {
        for (String body :
                List.of(
                        "{\"addresses\":[],\"state\":\"drain\"}",
                        "{\"addresses\":[\"127.0.0.1:9001\"]}",
                        "{\"addresses\":[\"127.0.0.1:9001\"],\"state\":\"asleep\"}",
                        "{\"addresses\":[\"127.0.0.1:9001\"],\"weight\":-1}",
                        "{\"addresses\":[\"127.0.0.1:9001\"],\"weight\":\"much\"}"))
            assertThat(console.api("POST", "/upstreams/app/nodes", body).statusCode())
                    .as(body)
                    .isEqualTo(422);
        HttpResponse<String> answer =
                console.api(
                        "POST",
                        "/upstreams/app/nodes",
                        "{\"addresses\":[\"127.0.0.1:9001\",\"127.0.0.1:1\"],\"state\":\"down\"}");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("no node 127.0.0.1:1");
        assertThat(console.get("/status").get("revision").asInt()).isEqualTo(1);
    }

    @Test
    void weighsANode() {
        JsonNode before = console.get("/upstreams/app").get("nodes");
        String path = "/upstreams/app/nodes/127.0.0.1:9001/weight";
        assertThat(console.api("POST", path, "{\"weight\":9}").statusCode()).isEqualTo(200);
        assertThat(console.get("/upstreams/app").at("/nodes/0/weight").asInt()).isEqualTo(9);
        assertThat(console.get("/revisions/2").get("comment").asText())
                .isEqualTo("Node 127.0.0.1:9001 of app: weight 9");
        assertThat(console.api("POST", path, "{\"weight\":0}").statusCode()).isEqualTo(422);
        assertThat(console.api("POST", path, "{}").statusCode()).isEqualTo(422);
        assertThat(console.api("POST", path, "{\"weight\":1}").statusCode()).isEqualTo(200);
        assertThat(console.get("/upstreams/app").get("nodes")).isEqualTo(before);
    }

    @Test
    void tellsWhatHappenedToAnUpstream() {
        console.engine()
                .happen(new UpstreamEvent(1, 5, "app", "127.0.0.1:9001", "down", "status 500"));
        JsonNode event = console.get("/upstreams/app/events").at("/items/0");
        assertThat(event.get("what").asText()).isEqualTo("down");
        assertThat(event.get("why").asText()).isEqualTo("status 500");
        assertThat(console.get("/live/upstreams").at("/items/0/name").asText()).isEqualTo("app");
        assertThat(console.api("GET", "/upstreams/none/events", "").statusCode()).isEqualTo(404);
        assertThat(console.api("GET", "/live/upstreams/none", "").statusCode()).isEqualTo(404);
    }

    @Test
    void tellsHowNodesAreFoundAndTakesThemOutWithoutARevision() {
        String fields = "{\"nodes\": [\"app.test:80\"], \"discovery\": \"dns\"}";
        assertThat(console.api("PUT", "/upstreams/found", fields).statusCode()).isEqualTo(201);
        JsonNode one = console.get("/upstreams/found/discovery").at("/items/0");
        assertThat(one.get("from").asText()).isEqualTo("app.test");
        assertThat(one.get("failure").asText()).isEqualTo("no answer");
        assertThat(console.get("/upstreams/app/discovery").get("items")).isEmpty();
        assertThat(console.api("GET", "/upstreams/none/discovery", "").statusCode()).isEqualTo(404);
        HttpResponse<String> drained = post("/upstreams/found/nodes/10.0.0.7:80/drain");
        assertThat(drained.statusCode()).isEqualTo(200);
        assertThat(TestConsole.json(drained).get("differences")).isEmpty();
        assertThat(post("/upstreams/found/nodes/10.0.0.8:80/drain").statusCode()).isEqualTo(404);
        HttpResponse<String> weighed =
                console.api("POST", "/upstreams/found/nodes/10.0.0.7:80/weight", "{\"weight\": 2}");
        assertThat(weighed.statusCode()).isEqualTo(422);
        // what is configured is the name, with all that is found by it
        assertThat(post("/upstreams/found/nodes/app.test:80/drain").statusCode()).isEqualTo(200);
        assertThat(console.get("/upstreams/found").at("/nodes/0/state").asText())
                .isEqualTo("drain");
    }

    private HttpResponse<String> post(String path) {
        return console.api("POST", path, "");
    }
}
