package io.breakwater.admin.pages;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.admin.testing.Browser;
import io.breakwater.config.Kind;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// A console of its own for each test, and one Chromium for all of a class.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class BrowserTest {
    /// Signed in.
    Browser browser;

    ConsoleKit console;

    @BeforeAll
    void startBrowser(@TempDir Path profile) {
        browser = new Browser(profile, true);
    }

    @AfterAll
    void stopBrowser() {
        browser.close();
    }

    @BeforeEach
    void startConsole(@TempDir Path folder) throws Exception {
        console = new ConsoleKit(folder, null, ConsoleKit.CONFIGURATION);
        browser.open(console.url("/sign-in"));
        browser.driver().manage().deleteAllCookies();
        browser.signIn(console.url("/sign-in"), "admin", console.password());
    }

    @AfterEach
    void stopConsole() {
        browser.open("about:blank");
        console.close();
    }

    /// An object as it is now.
    ObjectNode object(Kind kind, String name) {
        return Objects.requireNonNull(console.control().document().get(kind, name));
    }
}
