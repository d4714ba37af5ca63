package io.breakwater.boot;

import io.breakwater.control.Accounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The API token of the command line on this machine: whoever may read `admin-token` in the data
/// folder (the user Breakwater runs as) may use it without a password.
final class LocalToken {
    private static final String NAME = "local-command-line";

    private LocalToken() {}

    /// Makes the file hold a live token. One from an earlier run is kept.
    static void ensure(Accounts accounts, Path file) throws IOException {
        String present = read(file);
        if (present != null && NAME.equals(accounts.tokenName(present))) {
            return;
        }
        // Lost or revoked: its label has to be free again.
        accounts.revokeToken(NAME);
        DataFolder.writeSecret(file, accounts.createToken(NAME, "breakwater") + "\n");
    }

    /// The token's text; null when there is no file.
    static @Nullable String read(Path file) throws IOException {
        return Files.isReadable(file) ? Files.readString(file).strip() : null;
    }
}
