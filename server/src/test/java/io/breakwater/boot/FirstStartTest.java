package io.breakwater.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.config.ConfigReader;
import io.breakwater.config.Configuration;
import io.breakwater.config.UpstreamConfig;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FirstStartTest {
    private static final Path FILE = Path.of("..", "conf", "first-config.toml");

    @Test
    void firstConfigurationFileIsValid() throws Exception {
        Configuration configuration = read(null, null);

        assertThat(configuration.servers()).containsOnlyKeys("default");
        assertThat(configuration.upstreams()).containsOnlyKeys("sample");
    }

    @Test
    void listensWhereAsked() throws Exception {
        assertThat(read(null, "127.0.0.1:8123").servers().get("default"))
                .isNotNull()
                .satisfies(
                        server -> assertThat(server.listen().getFirst().getPort()).isEqualTo(8123));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:9001", "http://localhost", "HTTP://[::1]:9001/"})
    void proxiesTheGivenUpstream(String url) throws Exception {
        Map<String, UpstreamConfig> upstreams = read(url, null).upstreams();

        assertThat(upstreams).containsOnlyKeys("app");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1:9001",
                "ftp://a",
                "http://",
                "https://a",
                "http://a/path",
                "http://a?b",
                "not a url"
            })
    void refusesWhatIsNoPlainUpstream(String url) {
        assertThatThrownBy(() -> read(url, null))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("--upstream " + url);
    }

    @Test
    void refusesAnAddressThatIsNone() {
        assertThatThrownBy(() -> read(null, "8080"))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("host:port");
    }

    private static Configuration read(@Nullable String upstream, @Nullable String listen)
            throws Exception {
        return ConfigReader.read(new FirstStart(upstream, listen).document(FILE));
    }
}
