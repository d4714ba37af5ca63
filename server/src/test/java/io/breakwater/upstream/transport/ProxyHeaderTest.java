package io.breakwater.upstream.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.config.ProxyProtocol;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Against the bytes of haproxy's document on the PROXY protocol.
class ProxyHeaderTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.2, PROXY TCP4 192.0.2.1 192.0.2.2 4000 443, "
                + "2111000cc0000201c00002020fa001bb",
        "2001:db8::1, 192.0.2.2, PROXY TCP6 2001:db8:0:0:0:0:0:1 ::ffff:192.0.2.2 4000 443, "
            + "2121002420010db800000000000000000000000100000000000000000000ffffc00002020fa001bb",
        ", , PROXY UNKNOWN, 20000000",
    })
    void writesBothVersions(
            @Nullable String client, @Nullable String server, String line, String binary) {
        Hop hop =
                client == null || server == null
                        ? null
                        : new Hop(address(client, 4000), address(server, 443));
        String text =
                StandardCharsets.US_ASCII.decode(ProxyHeader.of(ProxyProtocol.V1, hop)).toString();
        assertThat(text).isEqualTo(line + "\r\n");
        byte[] bytes = new byte[ProxyHeader.of(ProxyProtocol.V2, hop).remaining()];
        ProxyHeader.of(ProxyProtocol.V2, hop).get(bytes);
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(SIGNATURE + binary);
    }

    private static InetSocketAddress address(String literal, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(literal), port);
    }
}
