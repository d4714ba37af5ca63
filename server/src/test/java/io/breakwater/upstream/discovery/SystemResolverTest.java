package io.breakwater.upstream.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the system says of its DNS servers, and how addresses are written.
class SystemResolverTest {
    @TempDir Path folder;

    @Test
    void readsTheFile() throws Exception {
        Path file = folder.resolve("resolv.conf");
        Files.writeString(
                file,
                """
                # made by somebody
                domain old.example
                search  shop.svc.cluster.local svc.cluster.local
                nameserver 10.96.0.10
                nameserver not-an-address
                nameserver fd00::53
                options ndots:5 timeout:2
                """);
        SystemResolver read = SystemResolver.read(file);
        assertThat(read.servers())
                .extracting(server -> Literal.of(server.getAddress()) + " " + server.getPort())
                .containsExactly("10.96.0.10 53", "fd00::53 53");
        assertThat(read.search()).containsExactly("shop.svc.cluster.local", "svc.cluster.local");
        assertThat(read.dots()).isEqualTo(5);
        assertThat(Dns.candidates("app", read))
                .containsExactly("app.shop.svc.cluster.local", "app.svc.cluster.local", "app");
        assertThat(Dns.candidates("a.b.c.d.e.f", read).getFirst()).isEqualTo("a.b.c.d.e.f");
        assertThat(Dns.candidates("app.", read)).containsExactly("app.");
    }

    @Test
    void withoutAFileThisMachineIsAsked() {
        SystemResolver read = SystemResolver.read(folder.resolve("none"));
        assertThat(read.servers()).hasSize(1);
        assertThat(read.servers().getFirst().getAddress().isLoopbackAddress()).isTrue();
        assertThat(read.search()).isEqualTo(List.of());
        assertThat(read.dots()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1",
        "0:0:0:0:0:0:0:1, ::1",
        "::, ::",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "fe80:0:0:0:0:0:0:0, fe80::"
    })
    void writesAddressesShort(String written, String expected) {
        assertThat(Literal.of(InetAddress.ofLiteral(written))).isEqualTo(expected);
    }
}
