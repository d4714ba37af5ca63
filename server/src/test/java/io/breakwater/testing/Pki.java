package io.breakwater.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// An authority and what it issues, as files in a folder, made with the openssl command.
///
/// @param folder where the files are
public record Pki(Path folder) {
    /// Makes an authority.
    ///
    /// @param folder where its files go
    /// @return the authority
    /// @throws Exception when openssl fails
    public static Pki in(Path folder) throws Exception {
        Files.createDirectories(folder);
        Pki pki = new Pki(folder);
        pki.openssl(
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30"
                        + " -keyout ca.key -out ca.pem -subj",
                "/CN=Authority of the tests");
        return pki;
    }

    /// Issues a certificate.
    ///
    /// @param name of its files, `.pem` and `.key`
    /// @param names subjectAltName, such as `DNS:a.test,IP:127.0.0.1`
    /// @return this authority
    /// @throws Exception when openssl fails
    public Pki issue(String name, String names) throws Exception {
        return issue(name, names, 30);
    }

    /// Issues a certificate that is valid for some days, or was until some days ago.
    ///
    /// @param name of its files
    /// @param names subjectAltName
    /// @param days how long, negative for the past
    /// @return this authority
    /// @throws Exception when openssl fails
    public Pki issue(String name, String names, int days) throws Exception {
        openssl(
                "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "
                        + name
                        + ".key -out "
                        + name
                        + ".csr -subj",
                "/CN=" + name);
        Files.writeString(folder.resolve(name + ".ext"), "subjectAltName=" + names + "\n");
        openssl(
                "x509 -req -in %1$s.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile %1$s.ext"
                                .formatted(name)
                        + " -out "
                        + name
                        + ".pem -days",
                Integer.toString(days));
        return this;
    }

    /// Runs openssl in the folder.
    ///
    /// @param words its arguments, separated by blanks
    /// @param last its last argument, which may have blanks
    /// @throws Exception when it fails
    public void openssl(String words, String last) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(words.split(" ")));
        command.add(last);
        Path log = folder.resolve("openssl.log");
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(() -> text(log)).isZero();
    }

    /// The path of a file.
    ///
    /// @param file its name
    /// @return absolute
    public String path(String file) {
        return folder.resolve(file).toAbsolutePath().toString();
    }

    /// The text of a file.
    ///
    /// @param file its name
    /// @return the text
    public String text(String file) {
        return text(folder.resolve(file));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
