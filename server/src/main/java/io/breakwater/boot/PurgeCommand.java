package io.breakwater.boot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.errorprone.annotations.Var;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `purge`: what is cached is not used any more.
@Command(name = "purge", description = "Purges what is cached; of one URL, or of many at once.")
final class PurgeCommand extends Verb {
    @ArgGroup(multiplicity = "1")
    @Var
    private Target target = new Target();

    @Option(names = "--soft", description = "Keeps it, to be validated before its next use.")
    @Var
    private boolean soft;

    @Option(names = "--dry-run", description = "Counts what it would be about, and purges nothing.")
    @Var
    private boolean dryRun;

    /// One of these.
    private static final class Target {
        @Option(
                names = "--url",
                paramLabel = "URL",
                description = "One URL with all its variants, such as https://example.com/a?b=c.")
        private @Nullable String url;

        @Option(
                names = "--prefix",
                paramLabel = "URL",
                description = "All URLs that begin so, such as https://example.com/images/.")
        private @Nullable String prefix;

        @Option(names = "--tag", paramLabel = "TAG", description = "What has a tag.")
        private @Nullable String tag;

        @Option(
                names = "--host",
                paramLabel = "HOST",
                description = "All of a host, whatever the port.")
        private @Nullable String host;

        @Option(names = "--all", description = "Everything.")
        @Var
        private boolean all;

        ObjectNode body() {
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            if (url != null) body.put("url", url);
            if (prefix != null) body.put("prefix", prefix);
            if (tag != null) body.put("tag", tag);
            if (host != null) body.put("host", host);
            if (all) body.put("all", true);
            return body;
        }
    }

    @Override
    public Integer call() throws Exception {
        ObjectNode body = target.body();
        body.put("soft", soft);
        body.put("dry-run", dryRun);
        body.put("wait", true);
        JsonNode done = ApiClient.of(options.read()).send("POST", "/cache/purge", body);
        long affected = done.path("affected").asLong();
        String objects = affected == 1 ? "1 object" : affected + " objects";
        if (dryRun) say(objects + " would be " + (soft ? "to be validated" : "purged"));
        else if (affected < 0) say("in force; it is still being carried out");
        else say(objects + (soft ? " to be validated before the next use" : " purged"));
        return 0;
    }
}
