package io.breakwater.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The first administrator's password when the environment brings one.
final class FirstPassword {
    /// The variable with the password itself; with `_FILE` behind it, the one with a file's name.
    static final String VARIABLE = "BREAKWATER_ADMIN_PASSWORD";

    private FirstPassword() {}

    /// The password given by the environment.
    ///
    /// @return null when none is given, so that one has to be generated
    /// @throws StartException when the named file cannot be read or is empty
    static @Nullable String given(Map<String, String> environment) throws StartException {
        String text = environment.get(VARIABLE);
        if (text != null && !text.isEmpty()) {
            return text;
        }
        String file = environment.get(VARIABLE + "_FILE");
        if (file == null || file.isEmpty()) {
            return null;
        }
        try {
            // Editors and secret stores end files with a newline that is not part of the password.
            String password = Files.readString(Path.of(file)).replaceFirst("\\R+\\z", "");
            if (password.isEmpty()) {
                throw new StartException(
                        VARIABLE + "_FILE: " + file + " is empty (expected: the first password)");
            }
            return password;
        } catch (IOException e) {
            throw new StartException(VARIABLE + "_FILE: cannot read " + file + ": " + e, e);
        }
    }
}
