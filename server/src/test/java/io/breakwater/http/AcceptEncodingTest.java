package io.breakwater.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Negotiation of content codings (RFC 9110 §12.5.3).
class AcceptEncodingTest {
    private static final List<ContentCoding> ALL = List.of(ContentCoding.values());

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip, deflate, br, zstd | ZSTD | zstd, br, gzip",
                "gzip, deflate, br       | BR   | br, gzip",
                "gzip                    | GZIP | gzip",
                "x-gzip                  | GZIP | gzip",
                "GZIP;Q=1                | GZIP | gzip",
                "deflate, compress       |      | identity",
                "identity                |      | identity",
                "''                      |      | identity",
                "*                       | ZSTD | zstd, br, gzip",
                "br, *;q=0               | BR   | br, identity;q=0",
                "*;q=0                   |      | identity",
                "zstd;q=0, *             | BR   | br, gzip",
                "gzip;q=0                |      | identity",
                "gzip;q=0, br;q=0.0      |      | identity",
                "gzip;q=1.0, br;q=0.9    | GZIP | gzip, br;q=0.9",
                "br;q=0.2, gzip;q=0.8, zstd;q=0.5 | GZIP | gzip, zstd;q=0.9, br;q=0.8",
                "gzip;q=0.5, zstd;q=0.5  | ZSTD | zstd, gzip",
                "gzip;q=0.5, identity    |      | identity",
                "gzip, identity          | GZIP | gzip",
                "gzip, br;q=0.3, identity;q=0.5 | GZIP | gzip",
                "gzip, identity;q=0      | GZIP | gzip, identity;q=0",
                "gzip;q=0.001            | GZIP | gzip",
                "gzip;q=2                |      | identity",
                "gzip;q=0.1234           |      | identity",
                "gzip;level=9            |      | identity",
                "gzip;q=                 |      | identity",
                "gzip;q=0, gzip          |      | identity",
                "' , gzip ;q=0.5 ,,'     | GZIP | gzip"
            })
    void choosesAndHasOneFormForWhatMeansTheSame(String field, ContentCoding best, String normal) {
        AcceptEncoding accepted = AcceptEncoding.parse(field);
        assertThat(accepted.best(ALL)).isEqualTo(best);
        assertThat(accepted.normal()).isEqualTo(normal);
        assertThat(AcceptEncoding.parse(normal).best(ALL)).isEqualTo(best);
        assertThat(AcceptEncoding.parse(normal).normal()).isEqualTo(normal);
    }

    @Test
    void absentFieldTakesNothing() {
        assertThat(AcceptEncoding.parse(null).best(ALL)).isNull();
        assertThat(AcceptEncoding.parse(null).normal()).isEqualTo("identity");
    }

    @Test
    void orderOfWhatIsOfferedDecidesAmongEquals() {
        AcceptEncoding accepted = AcceptEncoding.parse("zstd, br, gzip");
        assertThat(accepted.best(List.of(ContentCoding.GZIP, ContentCoding.BR)))
                .isEqualTo(ContentCoding.GZIP);
        assertThat(accepted.best(List.of())).isNull();
    }
}
