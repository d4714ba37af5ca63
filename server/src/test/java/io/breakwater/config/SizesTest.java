package io.breakwater.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizesTest {
    @ParameterizedTest
    @CsvSource({
        "0,0",
        "512,512",
        "7b,7",
        "4kb,4096",
        "10mb,10485760",
        "1gb,1073741824",
        "2TB,2199023255552"
    })
    void readsPowersOf1024(String text, long bytes) {
        assertThat(Sizes.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "kb", "-1", "1.5mb", "4 kb", "4kib", "9999999999999tb"})
    void refusesAnythingElse(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Sizes.parse(text))
                .withMessageContaining("a size such as 512");
    }

    @ParameterizedTest
    @CsvSource({"0,0", "1023,1023", "1024,1kb", "1536,1536", "67108864,64mb", "1099511627776,1tb"})
    void writesTheShortestForm(long bytes, String text) {
        assertThat(Sizes.format(bytes)).isEqualTo(text);
        assertThat(Sizes.parse(text)).isEqualTo(bytes);
    }
}
