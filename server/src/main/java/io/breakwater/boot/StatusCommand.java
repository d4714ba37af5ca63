package io.breakwater.boot;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import picocli.CommandLine.Command;

/// `status`: whether it runs, where, and with which revision.
@Command(name = "status", description = "Says whether it runs; exit code 3 when it does not.")
final class StatusCommand extends Verb {

    @Override
    public Integer call() throws Exception {
        ProcessSettings settings = options.read();
        LocalProcess process = LocalProcess.of(settings);
        int code = 0;
        if (!process.isRunning()) {
            say("Breakwater is not running (data folder " + settings.dataDir() + ").");
            code = ExitCode.NOT_RUNNING;
        } else if (!process.isReady()) {
            say("Breakwater is starting (pid " + process.pid() + ").");
        } else {
            ApiClient api = ApiClient.of(settings);
            print(process, api.get("/status"));
            cache(api.get("/cache/stats"));
        }
        return code;
    }

    private void print(LocalProcess process, JsonNode status) {
        Duration uptime = Duration.ofSeconds(status.path("uptime-seconds").asLong());
        String state = status.path("draining").asBoolean() ? "drains" : "runs";
        say(
                "Breakwater "
                        + status.path("version").asText()
                        + " "
                        + state
                        + " (pid "
                        + process.pid()
                        + ", up "
                        + words(uptime)
                        + ")");
        for (JsonNode listener : status.path("listeners")) {
            say(
                    "Proxy        "
                            + Addresses.link(listener.path("address").asText())
                            + ", server "
                            + listener.path("server").asText());
        }
        say("Console      " + process.value("console"));
        say("Revision     " + status.path("revision").asLong());
        say(
                "In flight    "
                        + status.path("in-flight").asInt()
                        + " requests, "
                        + status.path("connections").asInt()
                        + " connections");
    }

    private void cache(JsonNode cache) {
        if (!cache.path("open").asBoolean()) return;
        JsonNode traffic = cache.path("traffic");
        long used = 0;
        long bytes = 0;
        for (JsonNode file : cache.path("files")) {
            used += file.path("used-bytes").asLong();
            bytes += file.path("bytes").asLong();
        }
        say(
                "Cache        "
                        + cache.path("objects").asLong()
                        + " objects, "
                        + (bytes == 0 ? 0 : used * 100 / bytes)
                        + " % full, hit ratio "
                        + Math.round(traffic.path("hit-ratio").asDouble() * 100)
                        + " % of "
                        + traffic.path("requests").asLong()
                        + " requests");
        for (JsonNode file : cache.path("files")) {
            if (file.hasNonNull("suspended"))
                say(
                        "             "
                                + file.path("path").asText()
                                + " is not used: "
                                + file.path("suspended").asText());
        }
    }

    private static String words(Duration uptime) {
        if (uptime.toDays() > 0) {
            return uptime.toDays() + " d " + uptime.toHoursPart() + " h";
        }
        if (uptime.toHours() > 0) {
            return uptime.toHours() + " h " + uptime.toMinutesPart() + " min";
        }
        return uptime.toMinutes() > 0 ? uptime.toMinutes() + " min" : uptime.toSeconds() + " s";
    }
}
