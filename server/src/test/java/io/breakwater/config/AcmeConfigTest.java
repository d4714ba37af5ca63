package io.breakwater.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How certificates are configured that are obtained.
class AcmeConfigTest {
    private static Document document(String fields) throws InvalidConfigException {
        return DocumentFormat.TOML.parse("[certificates.shop]\n" + fields);
    }

    private static AcmeConfig read(String acme) throws InvalidConfigException {
        CertificateConfig config =
                ConfigReader.read(document("domains = [\"shop.test\"]\nacme = " + acme))
                        .certificates()
                        .get("shop");
        return Objects.requireNonNull(Objects.requireNonNull(config).acme());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | https://acme-v02.api.letsencrypt.org/directory",
                "{ staging = true } | https://acme-staging-v02.api.letsencrypt.org/directory",
                "{ directory = \"zerossl\" } | https://acme.zerossl.com/v2/DV90",
                "{ directory = \"https://ca.test/dir\" } | https://ca.test/dir"
            })
    void authoritiesAreKnownByWordsAndUrls(String acme, String directory) throws Exception {
        assertThat(read(acme).directory()).hasToString(directory);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "domains = [\"a.test\"] | certificate",
                "acme = {} | domains",
                "domains = [\"a.test\"]\\nacme = {}\\nkey = \"/k\" | key",
                "domains = [\"a.test\"]\\nacme = {}\\ncertificate = \"/c\" | certificate",
                "domains = [\"*.a.test\"]\\nacme = {} | acme.challenge",
                "domains = [\"a.test\"]\\nacme = { directory = \"other\" } | acme.directory",
                "domains = [\"a.test\"]\\nacme = { directory = \"http://ca.test\" } |"
                        + " acme.directory",
                "domains = [\"a.test\"]\\nacme = { directory = \"zerossl\", staging = true } |"
                        + " acme.staging",
                "domains = [\"a.test\"]\\nacme = { email = \"me\" } | acme.email",
                "domains = [\"a.test\"]\\nacme = { eab-kid = \"k\" } | acme.eab-hmac",
                "domains = [\"a.test\"]\\nacme = { eab-hmac = \"aGk\" } | acme.eab-kid",
                "domains = [\"a.test\"]\\nacme = { challenge = \"dns-01\" } | acme.dns-hook",
                "domains = [\"a.test\"]\\nacme = { dns-hook = \"/h\" } | acme.dns-hook",
                "domains = [\"a.test\"]\\nacme = { challenge = \"dns-01\", dns-hook = \"h\" } |"
                        + " acme.dns-hook",
                "domains = [\"a.test\"]\\nacme = { renew-before = \"1s\" } | acme.renew-before",
                "domains = [\"a.test\"]\\nacme = { ca = \"ca.pem\" } | acme.ca",
                "domains = [\"a.test\"]\\nacme = { unknown = 1 } | acme.unknown"
            })
    void whatDoesNotFitIsTold(String fields, String key) {
        assertThatThrownBy(() -> ConfigReader.read(document(fields.replace("\\n", "\n"))))
                .isInstanceOfSatisfying(
                        InvalidConfigException.class,
                        e ->
                                assertThat(e.problems())
                                        .extracting(Problem::key)
                                        .as(e.toString())
                                        .contains(key));
    }

    @Test
    void theKeyOfAnAccountIsNeitherShownNorTold() throws Exception {
        Document document =
                document(
                        "domains = [\"a.test\"]\n"
                                + "acme = { eab-kid = \"k\", eab-hmac = \"aGVsbG8\" }");
        Secrets secrets = new Secrets();
        Document hidden = secrets.hide(document);
        ObjectNode shop = Objects.requireNonNull(hidden.get(Kind.CERTIFICATE, "shop"));
        assertThat(shop.at("/acme/eab-hmac").asText()).startsWith("secret:sha256:");
        assertThat(secrets.restore(hidden)).isEqualTo(document);
        assertThatThrownBy(() ->
                        ConfigReader.read(
                                document(
                                        "domains = [\"a.test\"]\n"
                                                + "acme = { eab-kid = \"k\", eab-hmac = \"not"
                                                + " base64!\" }")))
                .hasMessageContaining("eab-hmac")
                .hasMessageNotContaining("not base64");
    }
}
