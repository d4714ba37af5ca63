package io.breakwater.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// docs/CONFIG.md is generated. `mvn test -Dtest=ConfigReferenceTest -Dbreakwater.docs.write=true`
/// in the server module writes it anew.
class ConfigReferenceTest {
    private static final Path REFERENCE = Path.of("..", "docs", "CONFIG.md");

    @Test
    void theReferenceSaysWhatTheSettingTableSays() throws IOException {
        String text =
                ConfigReference.text(
                        Documents.resource("reference/introduction.md"),
                        Documents.resource("sample.toml"),
                        Map.of(
                                Kind.LOCATION, Documents.resource("reference/locations.md"),
                                Kind.ERROR_PAGE, Documents.resource("reference/error-pages.md"),
                                Kind.LOG_FORMAT, Documents.resource("reference/log-formats.md")));
        if (Boolean.getBoolean("breakwater.docs.write")) {
            Files.createDirectories(REFERENCE.getParent());
            Files.writeString(REFERENCE, text);
        }
        assertThat(REFERENCE).as("stale: run with -Dbreakwater.docs.write=true").hasContent(text);
    }
}
