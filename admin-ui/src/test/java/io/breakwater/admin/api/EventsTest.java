package io.breakwater.admin.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.admin.testing.TestConsole;
import io.breakwater.control.LiveSample;
import io.breakwater.control.UpstreamEvent;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The event stream.
class EventsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final TestConsole console = TestConsole.start();

    @AfterEach
    void stop() {
        console.close();
    }

    @Test
    void sendsSamplesAndAppliesAndEndsWithTheConsole() throws Exception {
        HttpResponse<Stream<String>> answer = console.events().get(20, TimeUnit.SECONDS);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
        List<String> lines = new CopyOnWriteArrayList<>();
        Thread reader = Thread.ofVirtual().start(() -> answer.body().forEach(lines::add));
        await().atMost(PATIENCE).until(() -> !dataOf("sample", lines).isEmpty());
        assertThat(dataOf("sample", lines)).startsWith("{\"epoch-second\":");
        assertThat(lines).contains("event: hello");
        console.api("PUT", "/locations/app?comment=why", "{\"upstream\":\"app\",\"path\":\"/x\"}");
        await().atMost(PATIENCE).until(() -> !dataOf("apply", lines).isEmpty());
        assertThat(dataOf("apply", lines)).contains("\"number\":2").contains("\"comment\":\"why\"");
        console.stop();
        assertThat(reader.join(PATIENCE)).isTrue();
    }

    @Test
    void sendsWhatHappensToNodes() throws Exception {
        HttpResponse<Stream<String>> answer = console.events().get(20, TimeUnit.SECONDS);
        List<String> lines = new CopyOnWriteArrayList<>();
        Thread.ofVirtual().start(() -> answer.body().forEach(lines::add));
        // Who sees samples has joined.
        await().atMost(PATIENCE).until(() -> lines.contains("event: sample"));
        console.engine()
                .happen(new UpstreamEvent(1, 5, "app", "127.0.0.1:9001", "ejected", "for 10 s: x"));
        await().atMost(PATIENCE).until(() -> !dataOf("node", lines).isEmpty());
        assertThat(dataOf("node", lines))
                .isEqualTo(
                        "{\"number\":1,\"at-millis\":5,\"upstream\":\"app\",\"node\":\"127.0.0.1:9001\",\"what\":\"ejected\",\"why\":\"for"
                            + " 10 s: x\"}");
    }

    @Test
    void sendsMissedSamples() throws Exception {
        await().atMost(PATIENCE).until(() -> console.control().samples().size() >= 3);
        long first = console.control().samples().getFirst().epochSecond();
        HttpResponse<Stream<String>> answer =
                console.events("Last-Event-ID", Long.toString(first)).get(20, TimeUnit.SECONDS);
        List<String> lines = new CopyOnWriteArrayList<>();
        Thread.ofVirtual().start(() -> answer.body().forEach(lines::add));
        await().atMost(PATIENCE).until(() -> ids(lines).size() >= 4);
        // Not simply the next seconds: one may have no sample when the machine is busy.
        List<String> made =
                console.control().samples().stream()
                        .map(LiveSample::epochSecond)
                        .filter(second -> second > first)
                        .map(second -> "id: " + second)
                        .limit(4)
                        .toList();
        assertThat(ids(lines).subList(0, 4)).isEqualTo(made);
    }

    @Test
    void servesManyClientsWithOneThread() throws Exception {
        List<List<String>> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            HttpResponse<Stream<String>> answer = console.events().get(20, TimeUnit.SECONDS);
            List<String> lines = new CopyOnWriteArrayList<>();
            all.add(lines);
            Thread.ofVirtual().start(() -> answer.body().forEach(lines::add));
        }
        await().atMost(PATIENCE)
                .until(() -> all.stream().allMatch(lines -> lines.contains("event: sample")));
        assertThat(console.get("/status").get("revision").asInt()).isEqualTo(1);
    }

    /// The data of the first event of a kind, once its line has come.
    private static String dataOf(String event, List<String> lines) {
        int at = lines.indexOf("event: " + event);
        return lines.stream()
                .skip(at < 0 ? lines.size() : at)
                .filter(line -> line.startsWith("data: "))
                .findFirst()
                .map(line -> line.substring(6))
                .orElse("");
    }

    private static List<String> ids(List<String> lines) {
        return lines.stream().filter(line -> line.startsWith("id: ")).toList();
    }
}
