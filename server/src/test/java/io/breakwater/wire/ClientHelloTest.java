package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.testing.Pki;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import io.breakwater.tls.ClientHello;
import io.breakwater.tls.ClientHello.Listed;
import io.breakwater.tls.Pem;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.Provider;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.conscrypt.Conscrypt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What clients say first within TLS: however it comes, and whatever it is.
@WireTest
class ClientHelloTest {
    @TempDir static Path shared;
    private static Pki pki;
    private static KeyStore trusted;

    @BeforeAll
    static void issue() throws Exception {
        pki = Pki.in(shared).issue("shop", "DNS:shop.test");
        trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(
                "ca", Pem.certificates(Files.readString(Path.of(pki.path("ca.pem")))).getFirst());
    }

    private static Setup tls() {
        return Setup.answering("hello")
                .server("tls = true")
                .more(
                        """
                        [certificates.shop]
                        certificate = "%s"
                        key = "%s"
                        """
                                .formatted(pki.path("shop.pem"), pki.path("shop.key")));
    }

    private static SSLContext context(@Nullable Provider provider) throws Exception {
        TrustManagerFactory trust =
                provider == null
                        ? TrustManagerFactory.getInstance("PKIX")
                        : TrustManagerFactory.getInstance("PKIX", provider);
        trust.init(trusted);
        SSLContext context =
                provider == null
                        ? SSLContext.getInstance("TLS")
                        : SSLContext.getInstance("TLS", provider);
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static SSLParameters parameters(SSLParameters parameters) {
        parameters.setServerNames(List.of(new SNIHostName("shop.test")));
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        return parameters;
    }

    /// How a hello comes.
    enum Way {
        WHOLE {
            @Override
            byte[] records(byte[] record) {
                return record;
            }
        },
        BYTE_BY_BYTE {
            @Override
            byte[] records(byte[] record) {
                return record;
            }
        },
        /// RFC 8446 §5.1: a message may be fragmented across several records.
        IN_TWO_RECORDS {
            @Override
            byte[] records(byte[] record) {
                int half = (record.length - ClientHello.RECORD_HEADER) / 2;
                ByteBuffer two = ByteBuffer.allocate(record.length + ClientHello.RECORD_HEADER);
                int begin = ClientHello.RECORD_HEADER;
                two.put(record, 0, 3).putShort((short) half).put(record, begin, half);
                int rest = record.length - begin - half;
                two.put(record, 0, 3).putShort((short) rest).put(record, begin + half, rest);
                return two.array();
            }
        };

        abstract byte[] records(byte[] record);
    }

    /// A socket whose first write, the hello, goes out as it is told to.
    private static final class Sending extends Socket {
        private final Way way;
        private boolean said;

        Sending(int port, Way way) throws IOException {
            super(InetAddress.getLoopbackAddress(), port);
            setTcpNoDelay(true);
            setSoTimeout((int) RawClient.PATIENCE.toMillis());
            this.way = way;
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            return new FilterOutputStream(super.getOutputStream()) {
                @Override
                public void write(byte[] bytes, int at, int length) throws IOException {
                    byte[] part = Arrays.copyOfRange(bytes, at, at + length);
                    byte[] all = said ? part : way.records(part);
                    if (said || way != Way.BYTE_BY_BYTE) out.write(all);
                    else for (byte each : all) out.write(each);
                    said = true;
                }
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void itMayComeInPieces(Way way) throws Exception {
        try (TestBreakwater breakwater = tls().start();
                Sending plain = new Sending(breakwater.port(), way);
                SSLSocket socket =
                        (SSLSocket)
                                context(null)
                                        .getSocketFactory()
                                        .createSocket(plain, "shop.test", 443, true)) {
            assertThat(answer(socket)).startsWith("HTTP/1.1 200").endsWith("hello");
        }
    }

    private static String answer(SSLSocket socket) throws IOException {
        socket.setSSLParameters(parameters(socket.getSSLParameters()));
        socket.getOutputStream()
                .write(
                        "GET / HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        InputStream in = socket.getInputStream();
        in.transferTo(all);
        return all.toString(StandardCharsets.US_ASCII);
    }

    @Test
    void keysMayBeAgreedUponAgainstQuantumComputers() throws Exception {
        try (TestBreakwater breakwater = tls().start();
                Sending plain = new Sending(breakwater.port(), Way.WHOLE);
                SSLSocket socket =
                        (SSLSocket)
                                context(Conscrypt.newProvider())
                                        .getSocketFactory()
                                        .createSocket(plain, "shop.test", 443, true)) {
            Conscrypt.setNamedGroups(socket, new String[] {"X25519MLKEM768"});
            assertThat(answer(socket)).startsWith("HTTP/1.1 200").endsWith("hello");
        }
    }

    private static ByteBuffer hello() throws Exception {
        SSLEngine engine = context(null).createSSLEngine("shop.test", 443);
        engine.setUseClientMode(true);
        engine.setSSLParameters(parameters(engine.getSSLParameters()));
        ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), hello);
        return hello.flip();
    }

    @Test
    void itIsRead() throws Exception {
        ByteBuffer bytes = hello();
        assertThat(ClientHello.length(bytes)).isEqualTo(bytes.remaining());
        ClientHello hello = Objects.requireNonNull(ClientHello.read(bytes));
        assertThat(hello.host()).isEqualTo("shop.test");
        assertThat(hello.protocols()).containsExactly("http/1.1");
        assertThat(hello.hasAny(Listed.VERSIONS, 0x0304)).isTrue();
        assertThat(hello.hasAny(Listed.VERSIONS, 0x0302, 0x0301)).isFalse();
        assertThat(hello.hasAny(Listed.CIPHERS, 0x1301, 0xC02B)).isTrue();
        assertThat(hello.hasAny(Listed.GROUPS, 0x1D)).isTrue();
        assertThat(hello.hasAny(Listed.SCHEMES, 0x0403)).isTrue();
        assertThat(bytes.position()).isZero();
    }

    @Test
    void whatIsCutIsNotRead() throws Exception {
        ByteBuffer bytes = hello();
        int whole = bytes.limit();
        for (int length = 0; length < whole; length++) {
            assertThat(ClientHello.read(bytes.slice(0, length))).isNull();
            // A record that says it is as long as that.
            if (length < ClientHello.RECORD_HEADER) continue;
            ByteBuffer shorter = ByteBuffer.allocate(length).put(bytes.slice(0, length)).flip();
            shorter.putShort(3, (short) (length - ClientHello.RECORD_HEADER));
            assertThat(ClientHello.read(shorter)).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\n\r\n", "\u0016\u0003\u0001\u00ff\u00ff", "\u0000"})
    void nobodyWaitsForTheRestOfSomethingElse(String bytes) {
        assertThat(ClientHello.length(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1))))
                .isZero();
    }

    @Test
    void brokenOnesHarmNobody() throws Exception {
        byte[] good = new byte[hello().remaining()];
        hello().get(good);
        ThreadLocalRandom random = ThreadLocalRandom.current();
        for (int i = 0; i < 20_000; i++) {
            byte[] bad = good.clone();
            for (int n = random.nextInt(1, 5); n > 0; n--)
                bad[random.nextInt(ClientHello.RECORD_HEADER, bad.length)] =
                        (byte) random.nextInt();
            ClientHello.read(ByteBuffer.wrap(bad)); // must not throw
        }
        try (TestBreakwater breakwater = tls().start()) {
            for (int at : new int[] {5, 6, 9, 43, 44, 76, good.length - 1}) {
                byte[] bad = good.clone();
                bad[at] = (byte) 0xFE;
                try (Socket client = new Sending(breakwater.port(), Way.WHOLE)) {
                    client.getOutputStream().write(bad);
                    client.shutdownOutput();
                    client.getInputStream().readAllBytes(); // to its end
                }
            }
            try (Sending plain = new Sending(breakwater.port(), Way.WHOLE);
                    SSLSocket socket =
                            (SSLSocket)
                                    context(null)
                                            .getSocketFactory()
                                            .createSocket(plain, "shop.test", 443, true)) {
                assertThat(answer(socket)).endsWith("hello");
            }
        }
    }
}
