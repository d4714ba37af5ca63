package io.breakwater.admin.testing;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.openqa.selenium.By;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/// A real Chromium, driven by what people see.
public final class Browser implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ChromeDriver driver;

    /// Starts a browser with a profile of its own.
    ///
    /// @param profile an empty folder
    /// @param scripts whether pages may run scripts
    public Browser(Path profile, boolean scripts) {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(new File("/usr/bin/chromium"));
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--window-size=1440,1000",
                "--user-data-dir=" + profile);
        if (!scripts)
            options.setExperimentalOption(
                    "prefs", Map.of("profile.managed_default_content_settings.javascript", 2));
        driver =
                new ChromeDriver(
                        new ChromeDriverService.Builder()
                                .usingDriverExecutable(new File("/usr/bin/chromedriver"))
                                .build(),
                        options);
    }

    /// For what this class does not offer.
    ///
    /// @return the driver
    public ChromeDriver driver() {
        return driver;
    }

    /// Loads a page.
    ///
    /// @param url its address
    public void open(String url) {
        driver.get(url);
    }

    /// Signs in and waits for the page behind.
    ///
    /// @param url its address
    /// @param user a user name
    /// @param password the password
    public void signIn(String url, String user, String password) {
        open(url);
        type("user", user);
        type("password", password);
        press("Sign in");
    }

    /// Replaces what stands in an input.
    ///
    /// @param id the id of an element
    /// @param text what stands there
    public void type(String id, String text) {
        WebElement input = driver.findElement(By.id(id));
        input.clear();
        input.sendKeys(text);
    }

    /// Picks an entry of a list by what people read.
    ///
    /// @param id the id of an element
    /// @param label what people read
    public void choose(String id, String label) {
        driver.findElement(By.id(id))
                .findElement(By.xpath("option[normalize-space()='" + label + "']"))
                .click();
    }

    /// Ticks a box with this form name and value.
    ///
    /// @param name the form name
    /// @param value the form value
    public void tick(String name, String value) {
        WebElement box =
                driver.findElement(
                        By.cssSelector("input[name='" + name + "'][value='" + value + "']"));
        driver.executeScript("arguments[0].scrollIntoView({block: 'center'})", box);
        box.click();
    }

    /// Presses the visible button with this text and waits for the next page.
    ///
    /// @param text what stands there
    public void press(String text) {
        String before = String.valueOf(driver.executeScript("return performance.timeOrigin"));
        // Panels that refresh themselves may replace the button just before it is pressed.
        await().atMost(PATIENCE)
                .ignoreException(StaleElementReferenceException.class)
                .until(() -> {
                    button(text).click();
                    return true;
                });
        waitFor(() ->
                "complete".equals(driver.executeScript("return document.readyState"))
                        && !before.equals(
                                String.valueOf(
                                        driver.executeScript("return performance.timeOrigin"))));
    }

    /// The visible button or link with this text.
    ///
    /// @param text what stands there
    /// @return the first one that is shown
    public WebElement button(String text) {
        List<WebElement> found =
                driver.findElements(
                        By.xpath(
                                "//main//*[self::button or self::a][normalize-space()='"
                                        + text
                                        + "']"));
        return found.stream()
                .filter(WebElement::isDisplayed)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no button " + text + " on\n" + text()));
    }

    /// What people can read on the page.
    ///
    /// @return text without markup
    public String text() {
        return driver.findElement(By.tagName("main")).getText();
    }

    /// What stands in an input.
    ///
    /// @param id the id of an element
    /// @return its value
    public String value(String id) {
        return String.valueOf(driver.findElement(By.id(id)).getDomProperty("value"));
    }

    /// Waits until people can read this.
    ///
    /// @param text what stands there
    public void waitForText(String text) {
        waitFor(() -> text().contains(text));
    }

    /// Waits until people can read this in a frame of the page.
    ///
    /// @param frame name of the frame
    /// @param text what stands there
    public void waitForTextInFrame(String frame, String text) {
        driver.switchTo().frame(frame);
        waitFor(() -> driver.findElement(By.tagName("body")).getText().contains(text));
        driver.switchTo().defaultContent();
    }

    /// Waits until something holds, on the page or elsewhere.
    ///
    /// @param condition asked again and again; a fault counts as "not yet"
    public static void waitFor(Callable<Boolean> condition) {
        await().atMost(PATIENCE).ignoreExceptions().until(condition);
    }

    @Override
    public void close() {
        driver.quit();
    }
}
