package io.breakwater.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.http.ContentCoding;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How locations say what is compressed.
class CompressionConfigTest {
    private static final String REST = "\n[upstreams.app]\nnodes = [\"127.0.0.1:1\"]\n";

    @ParameterizedTest
    @ValueSource(strings = {"'on'", "true", "{}", "{ mode = 'on' }"})
    void oneWordTurnsItOn(String written) {
        CompressionConfig compression = Objects.requireNonNull(read("compression = " + written));
        assertThat(compression.encodings())
                .containsExactly(ContentCoding.ZSTD, ContentCoding.BR, ContentCoding.GZIP);
        assertThat(compression.minLength()).isEqualTo(1024);
        assertThat(compression.types()).contains("text/*", "*+json", "application/json");
        assertThat(compression.level(ContentCoding.GZIP)).isEqualTo(5);
        assertThat(compression.level(ContentCoding.BR)).isEqualTo(5);
        assertThat(compression.level(ContentCoding.ZSTD)).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "compression = 'off'",
                "compression = false",
                "compression = { mode = 'off', gzip-level = 9 }"
            })
    void isOffUnlessAskedFor(String written) {
        assertThat(read(written)).isNull();
    }

    @Test
    void readsAll() {
        assertThat(
                        read(
                                "compression = { encodings = ['gzip', 'zstd'], min-length = '2kb',"
                                        + " types = ['*', 'text/html', '*+xml'], gzip-level = 9,"
                                        + " br-level = 8, zstd-level = 10 }"))
                .isEqualTo(
                        new CompressionConfig(
                                List.of(ContentCoding.GZIP, ContentCoding.ZSTD),
                                2048,
                                List.of("*", "text/html", "*+xml"),
                                9,
                                8,
                                10));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'fast'                        | compression              | on, off, or a table",
                "7                             | compression              | on, off, or a table",
                "{ encodings = ['deflate'] }   | compression.encodings    | one of zstd, br, gzip",
                "{ encodings = ['br', 'br'] }  | compression.encodings    | each once",
                "{ encodings = [] }            | compression.encodings    | at least one",
                "{ types = ['text'] }          | compression.types        | a media type",
                "{ min-length = -1 }           | compression.min-length   | 0",
                "{ gzip-level = 10 }           | compression.gzip-level   | 9",
                "{ br-level = 11 }             | compression.br-level     | 8",
                "{ zstd-level = 19 }           | compression.zstd-level   | 10",
                "{ mode = 'auto' }             | compression.mode         | on, off",
                "{ level = 3 }                 | compression.level        | nearest"
            })
    void saysWhatIsWrong(String written, String key, String expected) {
        assertThat(Documents.problems(location("compression = " + quoted(written))))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.key()).isEqualTo(key);
                    assertThat(problem.expected()).contains(expected);
                });
    }

    @Test
    void fixedAnswersAreNotCompressed() {
        assertThat(
                        Documents.problems(
                                "[locations.a]\nrespond = { body = 'x' }\ncompression = 'on'\n"))
                .extracting(Problem::key)
                .containsExactly("compression");
    }

    /// A text of its own in a column has lost its quotes.
    private static String quoted(String written) {
        return written.matches("[a-z]+") ? "'" + written + "'" : written;
    }

    private static @Nullable CompressionConfig read(String toml) {
        return Documents.the(Documents.read(location(toml)).locations(), "a").compression();
    }

    private static String location(String toml) {
        return "[locations.a]\nupstream = 'app'\n" + toml + REST;
    }
}
