package io.breakwater.boot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.google.errorprone.annotations.Var;
import io.breakwater.config.store.Store;
import io.breakwater.config.store.StoreException;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Verbs about users and tokens.
final class AccountCommands {
    private AccountCommands() {}

    /// `passwd`: through the API while the process runs, else in the store itself, so that a lost
    /// password can be replaced in either case.
    @Command(
            name = "passwd",
            description = "Sets a user's password, read from the terminal or standard input.")
    static final class Passwd extends Verb {
        @Parameters(paramLabel = "USER", defaultValue = "admin", description = "The user (admin).")
        @Var
        private String user = "admin";

        @Override
        public Integer call() throws Exception {
            ProcessSettings settings = options.read();
            String password = ask();
            if (LocalProcess.of(settings).isReady()) {
                ApiClient.of(settings)
                        .send(
                                "POST",
                                "/password",
                                JsonNodeFactory.instance
                                        .objectNode()
                                        .put("user", user)
                                        .put("password", password));
            } else {
                setInStore(settings, password);
            }
            say("The password of " + user + " is set; its sessions have ended.");
            return 0;
        }

        private void setInStore(ProcessSettings settings, String password)
                throws StartException, IOException, CommandException {
            try (DataFolder _ = DataFolder.open(settings);
                    Store store = Store.open(settings.storeUrl(), settings.keyFile())) {
                if (!store.accounts(settings.initialPasswordFile()).setPassword(user, password)) {
                    throw new CommandException("there is no user " + user);
                }
            } catch (IllegalArgumentException | StoreException e) {
                throw new CommandException(String.valueOf(e.getMessage()));
            }
        }

        private static String ask() throws IOException, CommandException {
            Console terminal = System.console();
            if (terminal == null || !terminal.isTerminal()) {
                BufferedReader input =
                        new BufferedReader(
                                new InputStreamReader(System.in, StandardCharsets.UTF_8));
                String line = input.readLine();
                if (line == null) {
                    throw new CommandException("no password on standard input");
                }
                return line;
            }
            char[] first = terminal.readPassword("New password: ");
            char[] second = terminal.readPassword("Again: ");
            if (first == null || second == null || !Arrays.equals(first, second)) {
                throw new CommandException("the two are not the same; nothing was changed");
            }
            return new String(first);
        }
    }

    /// `token`.
    @Command(
            name = "token",
            description = "Makes, lists and revokes API tokens.",
            synopsisSubcommandLabel = "VERB")
    static final class Tokens implements Runnable {
        @Spec @Var private CommandSpec spec = CommandSpec.create();

        @Override
        public void run() {
            throw new ParameterException(spec.commandLine(), "create, list or revoke?");
        }

        @Command(description = "Makes a token; its text is shown this once.")
        int create(@Parameters(paramLabel = "NAME") String name, @Mixin SettingsOptions options)
                throws Exception {
            JsonNode made =
                    ApiClient.of(options.read())
                            .send(
                                    "POST",
                                    "/tokens",
                                    JsonNodeFactory.instance.objectNode().put("name", name));
            return say(made.path("token").asText());
        }

        @Command(description = "Lists the live tokens.")
        int list(@Mixin SettingsOptions options) throws Exception {
            for (JsonNode token : ApiClient.of(options.read()).get("/tokens").path("items")) {
                say(
                        token.path("name").asText()
                                + "  made "
                                + token.path("created").asText()
                                + " by "
                                + token.path("author").asText());
            }
            return 0;
        }

        @Command(description = "Revokes a token.")
        int revoke(@Parameters(paramLabel = "NAME") String name, @Mixin SettingsOptions options)
                throws Exception {
            ApiClient.of(options.read()).send("DELETE", "/tokens/" + ApiClient.encode(name), null);
            return say("revoked " + name);
        }

        private int say(String line) {
            PrintWriter out = spec.commandLine().getOut();
            out.println(line);
            out.flush();
            return 0;
        }
    }
}
