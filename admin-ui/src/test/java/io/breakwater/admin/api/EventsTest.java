package io.breakwater.admin.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.admin.testing.TestConsole;
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
        await().atMost(PATIENCE).until(() -> lines.contains("event: sample"));
        assertThat(lines)
                .contains("event: hello")
                .anyMatch(line -> line.startsWith("data: {\"epoch-second\":"));
        console.api("PUT", "/locations/app?comment=why", "{\"upstream\":\"app\",\"path\":\"/x\"}");
        await().atMost(PATIENCE).until(() -> lines.contains("event: apply"));
        assertThat(lines.get(lines.indexOf("event: apply") + 1))
                .contains("\"number\":2")
                .contains("\"comment\":\"why\"");
        console.stop();
        assertThat(reader.join(PATIENCE)).isTrue();
    }

    @Test
    void sendsMissedSamples() throws Exception {
        await().atMost(PATIENCE).until(() -> console.control().samples().size() >= 3);
        long first = console.control().samples().getFirst().epochSecond();
        HttpResponse<Stream<String>> answer =
                console.events("Last-Event-ID", Long.toString(first)).get(20, TimeUnit.SECONDS);
        List<String> lines = new CopyOnWriteArrayList<>();
        Thread.ofVirtual().start(() -> answer.body().forEach(lines::add));
        await().atMost(PATIENCE).until(() -> lines.contains("id: " + (first + 4)));
        List<String> ids = lines.stream().filter(line -> line.startsWith("id: ")).limit(4).toList();
        List<String> expected = new ArrayList<>();
        for (long second = first + 1; second <= first + 4; second++) {
            expected.add("id: " + second);
        }
        assertThat(ids).isEqualTo(expected);
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
}
