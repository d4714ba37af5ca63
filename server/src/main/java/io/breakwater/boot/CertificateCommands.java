package io.breakwater.boot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.errorprone.annotations.Var;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `certificate`: verbs about certificates.
@Command(
        name = "certificate",
        description = "Makes self-signed certificates and orders others.",
        synopsisSubcommandLabel = "VERB",
        subcommands = {CertificateCommands.Made.class, CertificateCommands.Renew.class})
final class CertificateCommands implements Runnable {
    @Spec @Var private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "self-signed or renew?");
    }

    /// `certificate self-signed`.
    @Command(
            name = "self-signed",
            description =
                    "Makes a self-signed certificate, for a first try, and the object for it.")
    static final class Made extends Verb {
        @Parameters(paramLabel = "NAME", description = "The object's name.")
        @Var
        private String name = "";

        @Option(
                names = "--domain",
                paramLabel = "HOST",
                required = true,
                description = "A host name; may be repeated.")
        @Var
        private List<String> domains = List.of();

        @Option(names = "--days", paramLabel = "N", description = "How long it is valid (90).")
        @Var
        private int days = 90;

        @Option(names = "--key-type", paramLabel = "KIND", description = "Kind of key (ec256).")
        @Var
        private String keyType = "ec256";

        @Override
        public Integer call() throws Exception {
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            ArrayNode names = body.putArray("domains");
            domains.forEach(names::add);
            body.put("days", days).put("key-type", keyType);
            JsonNode done =
                    ApiClient.of(options.read()).send("POST", path(name) + "/self-signed", body);
            say(
                    "certificates/"
                            + name
                            + " is in force, revision "
                            + done.path("revision").asText());
            return 0;
        }
    }

    /// `certificate renew`.
    @Command(
            name = "renew",
            description = "Orders a certificate that is obtained by ACME, due or not.")
    static final class Renew extends Verb {
        @Parameters(paramLabel = "NAME", description = "The object's name.")
        @Var
        private String name = "";

        @Override
        public Integer call() throws Exception {
            ApiClient.of(options.read()).send("POST", path(name) + "/renew", null);
            say("certificates/" + name + " is being ordered; the console tells how it goes");
            return 0;
        }
    }

    private static String path(String name) {
        return "/certificates/" + ApiClient.encode(name);
    }
}
