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
            print(process, ApiClient.of(settings).get("/status"));
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
