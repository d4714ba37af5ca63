package io.breakwater.boot;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.errorprone.annotations.Var;
import io.breakwater.config.ConfigReader;
import io.breakwater.config.Configuration;
import io.breakwater.config.Document;
import io.breakwater.config.DocumentDiff;
import io.breakwater.config.DocumentFormat;
import io.breakwater.config.InvalidConfigException;
import io.breakwater.config.reload.EngineSettings;
import io.breakwater.config.reload.LiveEngine;
import io.breakwater.tls.TlsLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Verbs about whole configurations.
final class ConfigCommands {
    private ConfigCommands() {}

    /// `validate`: needs no running process, so that a pipeline can check what it is about to
    /// apply.
    @Command(
            name = "validate",
            description = "Checks a configuration file; exit code 1 with every problem.")
    static final class Validate extends Verb {
        @Parameters(paramLabel = "FILE", description = "TOML, JSON or YAML.")
        @Var
        private Path file = Path.of("");

        @Override
        public Integer call() throws Exception {
            ProcessSettings settings = options.read();
            Configuration configuration = ConfigReader.read(DocumentFiles.read(file));
            // Never started: it only compiles what a start would.
            new LiveEngine(
                            new EngineSettings(
                                    settings.home(),
                                    settings.logDir(),
                                    settings.temporaryDir(),
                                    settings.selectors(),
                                    TlsLibrary.NONE,
                                    settings.cache(),
                                    settings.drain(),
                                    Version.text()))
                    .check(configuration);
            say(
                    file
                            + " is valid: "
                            + configuration.servers().size()
                            + " servers, "
                            + configuration.locations().size()
                            + " locations, "
                            + configuration.upstreams().size()
                            + " upstreams.");
            return 0;
        }
    }

    /// `apply`.
    @Command(
            name = "apply",
            description = "Puts a configuration file in force, replacing the whole configuration.")
    static final class Apply extends Verb {
        @Parameters(paramLabel = "FILE", description = "TOML, JSON or YAML.")
        @Var
        private Path file = Path.of("");

        @Option(names = "--dry-run", description = "Shows what would change and changes nothing.")
        @Var
        private boolean dryRun;

        @Option(
                names = {"-m", "--comment"},
                paramLabel = "TEXT",
                description = "Why; kept in the history.")
        private @Nullable String comment;

        @Override
        public Integer call() throws Exception {
            DocumentFormat format = DocumentFiles.format(file);
            String text = Files.readString(file);
            String why = comment == null ? "Apply " + file.getFileName() : comment;
            String query = dryRun ? "?dry-run=true" : "?comment=" + ApiClient.encode(why);
            String answer =
                    ApiClient.of(options.read())
                            .send("PUT", "/config" + query, text, format.mediaType());
            return report(this, ApiClient.parse(answer), dryRun);
        }
    }

    /// `export`.
    @Command(name = "export", description = "Prints the configuration in force.")
    static final class Export extends Verb {
        @Option(names = "--format", paramLabel = "NAME", description = "toml, json or yaml (toml).")
        @Var
        private String format = "toml";

        @Override
        public Integer call() throws Exception {
            print(ApiClient.of(options.read()).text("/config?format=" + ApiClient.encode(format)));
            return 0;
        }
    }

    /// `diff`.
    @Command(name = "diff", description = "Shows what differs between two configurations.")
    static final class Diff extends Verb {
        @Parameters(
                paramLabel = "A B",
                arity = "2",
                description = "Each a file, a revision number, or `current`.")
        @Var
        private List<String> sides = List.of();

        @Override
        public Integer call() throws Exception {
            List<DocumentDiff.Entry> entries =
                    DocumentDiff.between(side(sides.get(0)), side(sides.get(1)));
            if (entries.isEmpty()) {
                say("no difference");
            }
            for (DocumentDiff.Entry entry : entries) {
                String action = entry.action().name().toLowerCase(Locale.ROOT);
                say(action + " " + entry.kind().key() + "/" + entry.name());
                entry.fields()
                        .forEach(field -> field(this, field.key(), field.before(), field.after()));
            }
            return 0;
        }

        private Document side(String name)
                throws IOException, InvalidConfigException, CommandException {
            if (Files.exists(Path.of(name))) {
                return DocumentFiles.read(Path.of(name));
            }
            boolean number =
                    !name.isEmpty()
                            && name.chars().allMatch(letter -> letter >= '0' && letter <= '9');
            if (!number && !name.equals("current")) {
                throw new CommandException(
                        name + ": expected a file, a revision number, or current");
            }
            String path = number ? "/revisions/" + name : "/config";
            return DocumentFormat.JSON.parse(
                    ApiClient.of(options.read()).text(path + "?format=json"));
        }
    }

    /// `rollback`.
    @Command(
            name = "rollback",
            description = "Puts an earlier revision in force again, as a new revision.")
    static final class Rollback extends Verb {
        @Parameters(paramLabel = "REVISION", description = "Its number.")
        @Var
        private long revision;

        @Override
        public Integer call() throws Exception {
            JsonNode answer =
                    ApiClient.of(options.read())
                            .send("POST", "/revisions/" + revision + "/restore", null);
            return report(this, answer, false);
        }
    }

    private static int report(Verb verb, JsonNode answer, boolean dryRun) {
        JsonNode errors = answer.path("errors");
        errors.forEach(error -> verb.say(ApiClient.line(error)));
        for (JsonNode difference : answer.path("differences")) {
            verb.say(difference.path("action").asText() + " " + difference.path("object").asText());
            for (JsonNode field : difference.path("fields")) {
                field(
                        verb,
                        field.path("key").asText(),
                        text(field.path("before")),
                        text(field.path("after")));
            }
        }
        if (errors.isEmpty()) {
            String revision = answer.path("revision").asText();
            if (dryRun) {
                verb.say("valid; nothing was changed");
            } else if (answer.path("changed").asBoolean()) {
                verb.say("in force as revision " + revision);
            } else {
                verb.say("no difference to revision " + revision + "; nothing was changed");
            }
        }
        return errors.isEmpty() ? 0 : ExitCode.FAILED;
    }

    private static void field(
            Verb verb, String key, @Nullable String before, @Nullable String after) {
        verb.say(
                "  "
                        + key
                        + ": "
                        + (before == null ? "-" : before)
                        + " -> "
                        + (after == null ? "-" : after));
    }

    private static @Nullable String text(JsonNode value) {
        return value.isMissingNode() || value.isNull() ? null : value.toString();
    }
}
