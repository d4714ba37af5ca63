package io.breakwater.boot;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.errorprone.annotations.Var;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `route`: which location would answer, and why the others would not.
@Command(
        name = "route",
        description = "Shows which location a request would match, and why; exit code 1 for none.")
final class RouteCommand extends Verb {
    @Parameters(paramLabel = "URL", description = "Absolute http or https URL.")
    @Var
    private String url = "";

    @Option(
            names = {"-X", "--method"},
            paramLabel = "METHOD",
            description = "Request method (GET).")
    @Var
    private String method = "GET";

    @Option(
            names = {"-H", "--header"},
            paramLabel = "'NAME: VALUE'",
            description = "A request field; may be repeated.")
    @Var
    private List<String> headers = List.of();

    @Override
    public Integer call() throws Exception {
        StringBuilder query = new StringBuilder("/route?url=").append(ApiClient.encode(url));
        query.append("&method=").append(ApiClient.encode(method));
        headers.forEach(header -> query.append("&header=").append(ApiClient.encode(header)));
        JsonNode route = ApiClient.of(options.read()).get(query.toString());
        line("server", route.path("server"));
        line("location", route.path("location"));
        line("action", route.path("action"));
        line("upstream", route.path("upstream"));
        for (JsonNode share : route.path("split"))
            say(
                    "upstream: "
                            + share.path("upstream").asText()
                            + " (weight "
                            + share.path("weight").asInt()
                            + ")");
        line("copies to", route.path("mirror"));
        line("path", route.path("upstream-path"));
        route.path("captures")
                .properties()
                .forEach(capture -> line("$" + capture.getKey(), capture.getValue()));
        for (JsonNode candidate : route.path("candidates")) {
            say(
                    "  "
                            + (candidate.path("matched").asBoolean() ? "+ " : "- ")
                            + candidate.path("location").asText()
                            + " (weight "
                            + candidate.path("weight").asInt()
                            + "): "
                            + candidate.path("reason").asText());
        }
        return route.hasNonNull("location") ? 0 : ExitCode.FAILED;
    }

    private void line(String label, JsonNode value) {
        if (!value.isNull() && !value.isMissingNode()) {
            say(label + ": " + value.asText());
        }
    }
}
