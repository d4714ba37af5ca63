package io.breakwater.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.http.Hosts.HostPort;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostsTest {
    @ParameterizedTest
    @CsvSource({
        "example.com,example.com,-1",
        "EXAMPLE.com:8080,example.com,8080",
        "example.com.,example.com,-1",
        "example.com.:80,example.com,80",
        "example.com:,example.com,-1",
        "localhost:65535,localhost,65535",
        "my_service:1,my_service,1",
        "127.0.0.1:80,127.0.0.1,80",
        "[::1],::1,-1",
        "[::1]:8443,::1,8443",
        "[2001:DB8::A:1]:80,2001:db8::a:1,80",
        "[::ffff:127.0.0.1],::ffff:127.0.0.1,-1",
        "[1:2:3:4:5:6:7:8],1:2:3:4:5:6:7:8,-1",
        "[1::],1::,-1",
        "[::],::,-1",
    })
    void readsHostAndPort(String value, String host, int port) {
        assertThat(Hosts.of(value)).isEqualTo(new HostPort(host, port));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " ",
                "a b",
                " a",
                "a ",
                "a,b",
                "user@host",
                "user:pw@host",
                "a/b",
                "a?b",
                "a#b",
                "a\\b",
                "a%41",
                "é",
                "a..b",
                ".a",
                ".",
                "a..",
                ":80",
                "a:b",
                "a:0",
                "a:65536",
                "a:999999",
                "a:-1",
                "a:+1",
                "a:80:80",
                "::1",
                "[",
                "[]",
                "[::1",
                "[::1]x",
                "[::1]:x",
                "[::1]:0",
                "[::1%25eth0]",
                "[1:2]",
                "[1:2:3:4:5:6:7:8:9]",
                "[1::2::3]",
                "[:::]",
                "[12345::]",
                "[g::]",
                "[1:2:3:4:5:6:7:]",
                "[:1:2:3:4:5:6:7]",
                "[::1.2.3]",
                "[::256.1.1.1]",
                "[1.2.3.4]",
                "[v1.x]",
                "a\r\nb",
                "a\u0000"
            })
    void refusesWhatIsNoHost(String value) {
        assertThat(Hosts.of(value)).isNull();
    }

    @Test
    void refusesNamesThatAreTooLong() {
        assertThat(Hosts.of("a".repeat(63) + ".com")).isNotNull();
        assertThat(Hosts.of("a".repeat(64) + ".com")).isNull();
        assertThat(Hosts.of("abc.".repeat(70))).isNull();
    }

    @Test
    void takesAnEmptyFieldAsNoHost() {
        assertThat(Hosts.of("")).isEqualTo(new HostPort("", -1));
    }

    @Test
    void writesHostsOfUrls() {
        assertThat(new HostPort("::1", 80).urlHost()).isEqualTo("[::1]");
        assertThat(new HostPort("a.b", 80).urlHost()).isEqualTo("a.b");
    }
}
