package io.breakwater.wire;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.listen.quic.QuicLibrary;
import io.breakwater.testing.Command;
import io.breakwater.testing.H3Client;
import io.breakwater.testing.Http3Kit;
import io.breakwater.testing.Http3Process;
import io.breakwater.testing.Setup;
import io.breakwater.testing.WireTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What HTTP/3 means for the process and the machine.
@WireTest
class Http3ProcessTest {
    @TempDir static Path shared;
    private static Http3Kit kit;

    @TempDir Path folder;

    @BeforeAll
    static void issue() throws Exception {
        kit = Http3Kit.in(shared);
    }

    private static String curl(String port, String option) throws Exception {
        return Command.run(
                        "curl",
                        "-sS",
                        "--max-time",
                        "20",
                        option,
                        "--cacert",
                        kit.pki().path("ca.pem"),
                        "--resolve",
                        "shop.test:" + port + ":127.0.0.1",
                        "-w",
                        " %{http_version} %header{alt-svc}",
                        "https://shop.test:" + port + "/")
                .output();
    }

    @Test
    void itsClassesAreLoadedWhenAServerSpeaksIt() throws Exception {
        Setup without = kit.secure(Setup.answering("hello"), "one");
        try (Http3Process process = Http3Process.start(folder, without, jar -> true)) {
            String port = process.says();
            assertThat(process.says()).isEqualTo("off");
            assertThat(curl(port, "--http1.1")).isEqualTo("hello 1.1 ");
            assertThat(curl(port, "--http2")).isEqualTo("hello 2 ");
            assertThat(process.classes())
                    .anyMatch(line -> line.contains("org.eclipse.jetty.http2."))
                    .noneMatch(line -> line.contains("org.eclipse.jetty.quic."))
                    // Jetty asks whatever it finds to encode fields that never change.
                    .noneMatch(line ->
                            line.contains("org.eclipse.jetty.http3.")
                                    && !line.contains(".http3.qpack."));
            process.apply(folder, kit.speaking(Setup.answering("hello")));
            assertThat(process.says()).isEqualTo(port);
            assertThat(process.says()).isEqualTo("on");
            try (H3Client client = H3Client.to(Integer.parseInt(port))) {
                assertThat(client.get("/")).isEqualTo("hello");
            }
            assertThat(process.classes())
                    .anyMatch(line -> line.contains("org.eclipse.jetty.quic."))
                    .anyMatch(line -> line.contains("org.eclipse.jetty.http3."));
        }
    }

    @Test
    void withoutTheLibraryTheOtherProtocolsGoOn() throws Exception {
        goesOnWithout(
                "Cannot find quiche native library for architecture linux-",
                "/jetty-quiche-native-");
    }

    @Test
    void withoutTheBindingTheOtherProtocolsGoOn() throws Exception {
        goesOnWithout("no quiche binding implementation found", "/jetty-quic-quiche-foreign-");
    }

    @Test
    void withoutAnythingOfItTheOtherProtocolsGoOn() throws Exception {
        goesOnWithout("a part of it is missing: ", "/jetty-quic-quiche-common-");
    }

    /// The binding looks for the library by this property.
    @Test
    void onAnotherMachineTheOtherProtocolsGoOn() throws Exception {
        goesOnWithout(
                "Cannot find quiche native library for architecture linux-riscv64",
                "nothing",
                "-Dos.arch=riscv64");
    }

    private void goesOnWithout(String words, String jar, String... options) throws Exception {
        try (Http3Process process =
                Http3Process.start(
                        folder,
                        kit.speaking(Setup.answering("hello")),
                        each -> !each.contains(jar),
                        options)) {
            String port = process.says();
            assertThat(process.says()).startsWith(words);
            assertThat(curl(port, "--http1.1")).isEqualTo("hello 1.1 ");
            assertThat(curl(port, "--http2")).isEqualTo("hello 2 ");
            process.apply(folder, kit.secure(Setup.answering("again"), "one"));
            assertThat(process.says()).isEqualTo(port);
            assertThat(process.says()).isEqualTo("off");
            assertThat(curl(port, "--http2")).isEqualTo("again 2 ");
        }
    }

    @Test
    void nothingOfTheLibraryStaysAndKeysArePrivate() throws Exception {
        Path temporary = folder.resolve("tmp");
        String before = System.getProperty("java.io.tmpdir");
        assertThat(new QuicLibrary(temporary).load()).isNull();
        assertThat(System.getProperty("java.io.tmpdir")).isEqualTo(before);
        try (Stream<Path> left = Files.list(temporary)) {
            assertThat(left).isEmpty();
        }
        Path stale = Files.createDirectories(temporary.resolve("quic-keys-1"));
        Files.writeString(stale.resolve("1.key"), "secret");
        Files.writeString(temporary.resolve("other"), "stays");
        QuicLibrary.tidy(temporary);
        try (Stream<Path> left = Files.list(temporary)) {
            assertThat(left).containsExactly(temporary.resolve("other"));
        }
    }

    @Test
    void keysAreForTheirOwnerOnlyAndGoWithTheServer() throws Exception {
        try (Http3Process process =
                Http3Process.start(
                        folder,
                        kit.speaking(Setup.answering("hello")),
                        jar -> true,
                        "-Djava.io.tmpdir=" + Files.createDirectories(folder.resolve("all")))) {
            process.says();
            assertThat(process.says()).isEqualTo("on");
            try (Stream<Path> all = Files.walk(folder.resolve("all"))) {
                Path key =
                        all.filter(file -> file.toString().endsWith(".key"))
                                .findFirst()
                                .orElseThrow();
                assertThat(mode(key)).isEqualTo("rw-------");
                assertThat(mode(requireNonNull(key.getParent()))).isEqualTo("rwx------");
            }
            process.apply(folder, kit.secure(Setup.answering("hello"), "one"));
        }
        try (Stream<Path> all = Files.walk(folder.resolve("all"))) {
            assertThat(all).noneMatch(file -> file.toString().endsWith(".key"));
        }
    }

    private static String mode(Path file) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
