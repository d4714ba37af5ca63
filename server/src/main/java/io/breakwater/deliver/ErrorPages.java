package io.breakwater.deliver;

import io.breakwater.config.ErrorPageConfig;
import io.breakwater.deliver.PageTemplate.Escape;
import io.breakwater.exchange.ErrorRenderer;
import io.breakwater.exchange.RequestHead;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Error answers: a page, problem details (RFC 9457) or plain text, chosen by the Accept field,
/// made from the configured templates where there are some and from the built-in ones else. What
/// they say depends on the status alone; the reason of a failure stays in the log. Immutable; safe
/// for all threads.
public final class ErrorPages implements ErrorRenderer {
    private static final Pattern STATUS_KEY = Pattern.compile("[45](?:\\d\\d|xx)");
    private static final String BUILT_IN_PAGE = Resources.text("error-page.html");
    private static final PageTemplate BUILT_IN_HTML =
            PageTemplate.compile("built-in", BUILT_IN_PAGE, Escape.HTML);
    private static final PageTemplate BUILT_IN_JSON =
            PageTemplate.compile(
                    "built-in",
                    """
                    {"type":"about:blank","title":"{{reason}}","status":{{status}},\
                    "detail":"{{message}}","requestId":"{{request-id}}"}
                    """,
                    Escape.JSON);
    private static final PageTemplate BUILT_IN_TEXT =
            PageTemplate.compile(
                    "built-in",
                    "{{status}} {{reason}}\n{{message}}\nRequest id: {{request-id}}\n",
                    Escape.TEXT);

    private final String version;
    private final Map<String, PageTemplate> html;
    private final Map<String, PageTemplate> json;

    private ErrorPages(
            String version, Map<String, PageTemplate> html, Map<String, PageTemplate> json) {
        this.version = version;
        this.html = Map.copyOf(html);
        this.json = Map.copyOf(json);
    }

    /// Compiles an error page object.
    ///
    /// @param config the object; null (or a disabled one) for the built-in templates
    /// @param version what `{{version}}` shows
    /// @return the renderer
    /// @throws IllegalArgumentException when a template has an unknown placeholder or a key of
    ///   `byStatus` is neither a status (`404`) nor a class (`5xx`)
    public static ErrorRenderer compile(@Nullable ErrorPageConfig config, String version) {
        Map<String, PageTemplate> html = new HashMap<>();
        Map<String, PageTemplate> json = new HashMap<>();
        if (config != null && config.enabled()) {
            put(html, "", "html", config.html(), Escape.HTML);
            put(json, "", "json", config.json(), Escape.JSON);
            config.byStatus()
                    .forEach((status, templates) -> {
                        if (!STATUS_KEY.matcher(status).matches()) {
                            throw new IllegalArgumentException(
                                    "%s (expected: a status such as 404 or a class such as 5xx)"
                                            .formatted(status));
                        }
                        put(html, status, status + ".html", templates.html(), Escape.HTML);
                        put(json, status, status + ".json", templates.json(), Escape.JSON);
                    });
        }
        return new ErrorPages(version, html, json);
    }

    /// The text of the built-in page, to begin an own template with.
    ///
    /// @return a template
    public static String builtInHtml() {
        return BUILT_IN_PAGE;
    }

    @Override
    public Body render(
            @Nullable RequestHead head, String requestId, int status, @Nullable String accept) {
        PageTemplate.Values values =
                placeholder ->
                        switch (placeholder) {
                            case STATUS -> Integer.toString(status);
                            case REASON -> StatusWords.of(status).reason();
                            case MESSAGE -> StatusWords.of(status).message();
                            case REQUEST_ID -> requestId;
                            case HOST -> head == null ? "" : head.host();
                            case PATH -> head == null ? "" : head.path();
                            case TIME -> Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
                            case VERSION -> version;
                        };
        return switch (AcceptedForm.of(accept)) {
            case HTML ->
                    body("text/html; charset=utf-8", select(html, status, BUILT_IN_HTML), values);
            case JSON -> {
                PageTemplate template = select(json, status, BUILT_IN_JSON);
                String type =
                        template == BUILT_IN_JSON ? "application/problem+json" : "application/json";
                yield body(type, template, values);
            }
            case TEXT -> body("text/plain; charset=utf-8", BUILT_IN_TEXT, values);
        };
    }

    private static void put(
            Map<String, PageTemplate> templates,
            String status,
            String key,
            @Nullable String text,
            Escape escape) {
        if (text != null) {
            templates.put(status, PageTemplate.compile(key, text, escape));
        }
    }

    /// The template of the status, else of its class, else the general one, else the built-in one.
    private static PageTemplate select(
            Map<String, PageTemplate> templates, int status, PageTemplate builtIn) {
        if (templates.isEmpty()) {
            return builtIn;
        }
        PageTemplate exact = templates.get(Integer.toString(status));
        if (exact != null) {
            return exact;
        }
        PageTemplate family = templates.get(status / 100 + "xx");
        return family != null ? family : templates.getOrDefault("", builtIn);
    }

    private static Body body(String type, PageTemplate template, PageTemplate.Values values) {
        return new Body(type, template.render(values).getBytes(StandardCharsets.UTF_8));
    }
}
