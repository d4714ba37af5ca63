package io.breakwater.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SettingsTest {
    private static final Map<Kind, Class<? extends Record>> RECORDS =
            Map.of(
                    Kind.SERVER, ServerConfig.class,
                    Kind.LOCATION, LocationConfig.class,
                    Kind.UPSTREAM, UpstreamConfig.class,
                    Kind.CERTIFICATE, CertificateConfig.class,
                    Kind.CACHE_POLICY, CachePolicyConfig.class,
                    Kind.ERROR_PAGE, ErrorPageConfig.class,
                    Kind.LOG_FORMAT, LogFormatConfig.class);

    // Components that are parts of another key: forwarded.host, rotate, only, status; or are called
    // otherwise: adaptive-concurrency, default.
    private static final Set<String> PARTS =
            Set.of(
                    "name",
                    "host-policy",
                    "rotate-size",
                    "only-classes",
                    "only-slow",
                    "by-status",
                    "is-default",
                    "adaptive",
                    "http2");

    // What an object of each kind needs at the least.
    private static final Map<Kind, String> LEAST =
            Map.of(
                    Kind.SERVER, "listen = [\"127.0.0.1:0\"]",
                    Kind.LOCATION, "upstream = \"app\"",
                    Kind.UPSTREAM, "nodes = [\"127.0.0.1:1\"]",
                    Kind.CERTIFICATE, "certificate = \"/c.pem\"\nkey = \"/k.pem\"",
                    Kind.CACHE_POLICY, "",
                    Kind.ERROR_PAGE, "",
                    Kind.LOG_FORMAT, "format = \"{status}\"");

    private static final String REFERRED =
            """

            [locations.app]
            upstream = "app"
            [locations.api]
            upstream = "app"
            [upstreams.app]
            nodes = ["127.0.0.1:1"]
            [upstreams.canary]
            nodes = ["127.0.0.1:2"]
            [upstreams.shadow]
            nodes = ["127.0.0.1:3"]
            [certificates.shop]
            certificate = "/c.pem"
            key = "/k.pem"
            [cache-policies.pages]
            [error-pages.plain]
            """;

    @ParameterizedTest
    @EnumSource(Kind.class)
    void everyFieldOfTheRecordsHasASetting(Kind kind) {
        Set<String> keys = Settings.of(kind).stream().map(Setting::key).collect(Collectors.toSet());
        List<String> without =
                Arrays.stream(Documents.the(RECORDS, kind).getRecordComponents())
                        .map(RecordComponent::getName)
                        .map(name -> name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT))
                        .filter(name -> !PARTS.contains(name) && !keys.contains(name))
                        .toList();
        assertThat(without).isEmpty();
        assertThat(keys).contains("enabled", "note");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void everySettingIsComplete(Kind kind) {
        List<Setting> all = new ArrayList<>();
        for (Setting setting : Settings.of(kind)) {
            all.add(setting);
            all.addAll(Settings.partsOf(kind, setting.key()));
        }
        for (Setting setting : all) {
            assertThat(setting.kind()).isEqualTo(kind);
            assertThat(setting.description()).as(setting.key()).endsWith(".");
            assertThat(setting.example()).as(setting.key()).isNotBlank();
            assertThat(setting.section()).as(setting.key()).isNotBlank();
            assertThat(Settings.find(kind, setting.key())).isSameAs(setting);
            assertThat(setting.required() && setting.defaultValue() != null)
                    .as(setting.key())
                    .isFalse();
        }
        assertThat(Settings.find(kind, "no-such-key")).isNull();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void everyExampleIsValid(Kind kind) {
        for (Setting setting : Settings.of(kind)) {
            String least = least(kind, setting.key());
            boolean answers = Set.of("split", "respond", "redirect").contains(setting.key());
            String object =
                    "["
                            + kind.key()
                            + ".tried]\n"
                            + (answers || least.startsWith(setting.key() + " ") ? "" : least + "\n")
                            + setting.key()
                            + " = "
                            + setting.example()
                            + "\n";
            assertThat(Documents.problems(object + REFERRED)).as(object).isEmpty();
        }
    }

    private static String least(Kind kind, String with) {
        String least = Documents.the(LEAST, kind);
        return switch (with) {
            case "interval", "resolver" -> least + "\ndiscovery = \"dns\"";
            case "certificate" -> "key = \"/k.pem\"";
            case "acme" -> "domains = [\"a.test\"]";
            case "key" -> kind == Kind.CERTIFICATE ? "certificate = \"/c.pem\"" : least;
            case "proxy-protocol" ->
                    kind == Kind.SERVER ? least + "\ntrusted-proxies = [\"::1\"]" : least;
            case "discovery-file" -> "discovery = \"file\"";
            case "split-sticky" -> "split = [\"app\"]";
            default -> least;
        };
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void everyExampleOfAPartIsValid(Kind kind) {
        for (Setting table : Settings.of(kind)) {
            for (Setting part : Settings.partsOf(kind, table.key())) {
                String prefix = table.key() + ".";
                String name = part.key().substring(prefix.length());
                String field = name + " = " + part.example();
                if (table.key().equals("nodes"))
                    field =
                            "nodes = [{ "
                                    + (name.equals("address") ? "" : "address = \"10.0.0.9:80\", ")
                                    + field
                                    + " }]";
                else if (table.key().equals("split"))
                    field =
                            "split = [{ "
                                    + (name.equals("upstream") ? "" : "upstream = \"canary\", ")
                                    + field
                                    + " }]";
                else field = table.key() + " = { " + companion(part) + field + " }";
                String least = least(kind, table.key());
                boolean replaces =
                        Set.of("split", "respond", "redirect", "nodes").contains(table.key());
                String object =
                        "["
                                + kind.key()
                                + ".tried]\n"
                                + (replaces ? "" : least + "\n")
                                + field
                                + "\n";
                assertThat(Documents.problems(object + REFERRED)).as(object).isEmpty();
            }
        }
    }

    private static String companion(Setting part) {
        if (part.key().contains("sticky.") && !part.key().endsWith(".name"))
            return "name = \"n\", ";
        if (part.key().startsWith("mirror.") && !part.key().endsWith(".upstream"))
            return "upstream = \"shadow\", ";
        return switch (part.key()) {
            case "hsts.preload" -> "include-subdomains = true, ";
            case "acme.challenge" -> "dns-hook = \"/h\", ";
            case "acme.dns-hook" -> "challenge = \"dns-01\", ";
            case "acme.eab-kid" -> "eab-hmac = \"/h\", ";
            case "acme.eab-hmac" -> "eab-kid = \"k\", ";
            case "redirect.status" -> "to = \"/\", ";
            case "key.query-names" -> "query = \"include\", ";
            case "transform.types" -> "replace = [{ from = \"a\", to = \"b\" }], ";
            default -> "";
        };
    }

    @Test
    void writtenDefaultsMeanTheSameAsAbsentSettings() throws InvalidConfigException {
        for (Kind kind : Kind.values()) {
            String text =
                    "[" + kind.key() + ".tried]\n" + Documents.the(LEAST, kind) + "\n" + REFERRED;
            Document absent = Documents.toml(text);
            ObjectNode body = Documents.the(absent.of(kind), "tried").deepCopy();
            for (Setting setting : Settings.of(kind)) {
                JsonNode value = setting.defaultValue();
                if (value != null && !body.has(setting.key())) body.set(setting.key(), value);
            }
            assertThat(ConfigReader.read(absent.with(kind, "tried", body)))
                    .isEqualTo(ConfigReader.read(absent));
        }
    }

    @Test
    void namesTheNearestKey() {
        List<String> keys = Settings.of(Kind.UPSTREAM).stream().map(Setting::key).toList();
        assertThat(Nearest.of("connect-timout", keys)).isEqualTo("connect-timeout");
        assertThat(Nearest.of("ndoes", keys)).isEqualTo("nodes");
        assertThat(Nearest.of("keepalive", keys)).isEqualTo("keep-alive");
        assertThat(Nearest.of("x", List.of())).isNull();
        assertThat(Nearest.distance("ndoes", "nodes")).isEqualTo(1);
    }

    @Test
    void laterKeysAreNoSettings() {
        for (Kind kind : Kind.values())
            for (String key : LaterKeys.of(kind).keySet())
                assertThat(Settings.find(kind, key)).as(key).isNull();
        assertThat(LaterKeys.fault(Kind.SERVER, "plugins", JsonNodeFactory.instance.arrayNode()))
                .isNull();
    }
}
