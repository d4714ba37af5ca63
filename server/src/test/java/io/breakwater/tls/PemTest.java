package io.breakwater.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.testing.Pki;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Keys and certificates as openssl writes them.
class PemTest {
    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({
        "genrsa -traditional -out a.key, 2048, RSA",
        "genrsa -out a.key, 2048, RSA",
        "ecparam -genkey -out a.key -name, secp384r1, EC",
        "genpkey -out a.key -algorithm, ed25519, EdDSA",
    })
    void aKeyGoesWithItsCertificateOnly(String words, String last, String algorithm)
            throws Exception {
        Pki pki = Pki.in(folder);
        pki.openssl(words, last);
        pki.openssl("req -x509 -key a.key -out a.pem -subj", "/CN=a");
        pki.issue("other", "DNS:other.test");
        var key = Pem.privateKey(pki.text("a.key"));
        assertThat(key.getAlgorithm()).isEqualTo(algorithm);
        new Identity(Pem.certificates(pki.text("a.pem")), key).check();
        Identity mixed = new Identity(Pem.certificates(pki.text("other.pem")), key);
        assertThatThrownBy(mixed::check).hasMessage("it is not the key of the certificate");
    }

    @Test
    void readsAllCertificatesInTheirOrder() throws Exception {
        Pki pki = Pki.in(folder).issue("a", "DNS:a.test");
        String both =
                "# the node\n" + pki.text("a.pem") + "\n# its authority\n" + pki.text("ca.pem");
        assertThat(Pem.certificates(both))
                .extracting(certificate -> certificate.getSubjectX500Principal().getName())
                .containsExactly("CN=a", "CN=Authority of the tests");
    }

    @Test
    void saysWhatIsWrong() throws Exception {
        Pki pki = Pki.in(folder);
        pki.openssl("genrsa -aes128 -out locked.key -passout", "pass:secret");
        assertThatThrownBy(() -> Pem.privateKey(pki.text("locked.key")))
                .hasMessage("the key is encrypted");
        assertThatThrownBy(() -> Pem.privateKey(pki.text("ca.pem")))
                .hasMessage("there is no private key in it");
        assertThatThrownBy(() -> Pem.certificates(pki.text("ca.key")))
                .hasMessage("there is no certificate in it");
        String broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";
        assertThatThrownBy(() -> Pem.certificates(broken))
                .hasMessage("certificate 1 cannot be read");
        String key = "-----BEGIN EC PRIVATE KEY-----\nMAA=\n-----END EC PRIVATE KEY-----";
        assertThatThrownBy(() -> Pem.privateKey(key)).hasMessage("the key does not name its curve");
    }

    @ParameterizedTest
    @CsvSource({
        "a.test, true",
        "A.TEST., true",
        "x.b.test, true",
        "b.test, false",
        "x.y.b.test, false",
        "xc.test, false",
        "common, false",
        "127.0.0.1, true",
        "127.0.0.2, false",
        "::1, true",
        "bücher.test, true",
    })
    void aCertificateIsForTheNamesItSays(String host, boolean fits) throws Exception {
        Pki pki =
                Pki.in(folder)
                        .issue(
                                "common",
                                "DNS:a.test,DNS:*.b.test,DNS:x*.test,DNS:xn--bcher-kva.test,"
                                        + "IP:127.0.0.1,IP:::1");
        CertificateNames names =
                new CertificateNames(Pem.certificates(pki.text("common.pem")).getFirst());
        assertThat(names.fit(host)).isEqualTo(fits);
    }
}
