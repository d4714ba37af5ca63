package io.breakwater.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.breakwater.config.ErrorPageConfig;
import io.breakwater.config.ErrorPageConfig.Templates;
import io.breakwater.exchange.ErrorKind;
import io.breakwater.exchange.ErrorRenderer;
import io.breakwater.exchange.RequestHead;
import io.breakwater.report.accesslog.SampleView;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorPagesTest {
    private static final String ID = "0123456789abcdef0123456789abcdef";
    private static final ErrorRenderer BUILT_IN = ErrorPages.compile(null, "1.2.3");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "null",
            value = {
                "null | text/html",
                "'' | text/html",
                "*/* | text/html",
                "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8 |"
                        + " text/html",
                "application/json | application/problem+json",
                "APPLICATION/JSON; charset=utf-8 | application/problem+json",
                "application/problem+json | application/problem+json",
                "application/json, text/plain, */* | application/problem+json",
                "application/*;q=0.5, text/html;q=0.4 | application/problem+json",
                "text/html, application/json | text/html",
                "text/html;q=0.5, application/json;q=0.6 | application/problem+json",
                "text/html;q=0, */* | application/problem+json",
                "text/html;q=0, application/json;q=0, */*;q=0.1 | text/plain",
                "text/plain | text/plain",
                "text/plain;q=0.9, text/html;q=0.8 | text/plain",
                "text/* | text/html",
                "image/png | text/html",
                "application/json;q=x | application/problem+json",
                "application/json;q=0, image/* | text/html",
                ", ;q=1,,/ | text/html"
            })
    void choosesTheFormByAccept(@Nullable String accept, String type) {
        assertThat(BUILT_IN.render(null, ID, 404, accept).contentType().split(";", 2)[0])
                .isEqualTo(type);
    }

    @ParameterizedTest
    @EnumSource(ErrorKind.class)
    void saysNoMoreThanTheStatus(ErrorKind kind) throws Exception {
        for (String accept : new String[] {"text/html", "application/json", "text/plain"}) {
            String body = render(BUILT_IN, new SampleView(), kind.status(), accept);
            assertThat(body)
                    .contains(Integer.toString(kind.status()), ID)
                    .doesNotContain("{{", kind.code() + "\"", "1.2.3");
        }
    }

    @Test
    void problemDetailsAreValid() throws Exception {
        for (int status = 400; status < 600; status++) {
            JsonNode problem =
                    new ObjectMapper().readTree(render(BUILT_IN, null, status, "application/json"));
            assertThat(problem.get("type").asText()).isEqualTo("about:blank");
            assertThat(problem.get("title").asText()).isNotEmpty();
            assertThat(problem.get("status").asInt()).isEqualTo(status);
            assertThat(problem.get("detail").asText()).isNotEmpty();
            assertThat(problem.get("requestId").asText()).isEqualTo(ID);
        }
    }

    @Test
    void escapesForTheTarget() throws Exception {
        SampleView evil =
                new SampleView().request("GET", "/<script>alert('1')</script>\"\\\n`&\ud83d\ude00");
        ErrorRenderer pages =
                ErrorPages.compile(
                        config(
                                "<p title='{{path}}'>{{ path }}",
                                "{\"path\":\"{{path}}\"}",
                                Map.of()),
                        "1");
        String html = render(pages, evil, 404, null);
        String escaped =
                "/&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;\\\uFFFD&#96;&amp;\ud83d\ude00";
        assertThat(html).isEqualTo("<p title='" + escaped + "'>" + escaped);
        String json = render(pages, evil, 404, "application/json");
        assertThat(json).doesNotContain("<", "\n");
        assertThat(new ObjectMapper().readTree(json).get("path").asText()).isEqualTo(evil.path());
    }

    @Test
    void fillsInEveryPlaceholder() {
        ErrorRenderer pages =
                ErrorPages.compile(
                        config(
                                "{{status}}|{{reason}}|{{request-id}}|{{host}}|{{path}}|{{version}}|{{time}}|{{message}}",
                                null,
                                Map.of()),
                        "1.2.3");
        assertThat(render(pages, new SampleView().request("GET", "/p?q"), 503, null))
                .startsWith("503|Service Unavailable|" + ID + "|shop.example.com|/p|1.2.3|20")
                .contains("Z|This site is busy");
        assertThat(render(pages, null, 400, null))
                .startsWith("400|Bad Request|" + ID + "|||1.2.3|");
    }

    @Test
    void theMostParticularTemplateWins() {
        ErrorRenderer pages =
                ErrorPages.compile(
                        config(
                                "any",
                                null,
                                Map.of(
                                        "404", new Templates("not found", null),
                                        "5xx", new Templates("ours", "{\"ours\":{{status}}}"),
                                        "503", new Templates(null, "{\"busy\":true}"))),
                        "1");
        assertThat(render(pages, null, 404, null)).isEqualTo("not found");
        assertThat(render(pages, null, 403, null)).isEqualTo("any");
        assertThat(render(pages, null, 502, null)).isEqualTo("ours");
        assertThat(render(pages, null, 503, null)).isEqualTo("ours");
        assertThat(render(pages, null, 503, "application/json")).isEqualTo("{\"busy\":true}");
        assertThat(render(pages, null, 500, "application/json")).isEqualTo("{\"ours\":500}");
        assertThat(render(pages, null, 404, "application/json")).contains("about:blank");
        assertThat(pages.render(null, ID, 500, "application/json").contentType())
                .isEqualTo("application/json");
    }

    @Test
    void theBuiltInPageIsATemplateToBeginWith() {
        ErrorRenderer copy =
                ErrorPages.compile(config(ErrorPages.builtInHtml(), null, Map.of()), "1");
        assertThat(render(copy, null, 404, null)).contains("<h1>Not Found</h1>", ID);
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ErrorPages.compile(config("a {{statsu}}", null, Map.of()), "1"))
                .withMessageContaining("html: {{statsu}} at position 3")
                .withMessageContaining("status");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        ErrorPages.compile(
                                config(null, null, Map.of("404", new Templates(null, "{{x y}}"))),
                                "1"))
                .withMessageContaining("404.json: {{x y}}");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        ErrorPages.compile(
                                config(null, null, Map.of("6xx", new Templates("", null))), "1"))
                .withMessageContaining("6xx");
    }

    private static ErrorPageConfig config(
            @Nullable String html, @Nullable String json, Map<String, Templates> byStatus) {
        return new ErrorPageConfig("p", true, "", html, json, byStatus);
    }

    private static String render(
            ErrorRenderer pages, @Nullable RequestHead head, int status, @Nullable String accept) {
        return new String(pages.render(head, ID, status, accept).bytes(), StandardCharsets.UTF_8);
    }
}
