package io.breakwater.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// From when on a node works up to its share.
class SlowStartTest {
    private static final long SECOND = 1_000_000_000L;

    private final SlowStart start = new SlowStart();

    @Test
    void aNodeThatWasThereFromTheBeginningHasItsWholeShare() {
        assertThat(part(7)).isEqualTo(1);
        start.checked(true, 7 * SECOND);
        assertThat(part(7)).isEqualTo(1);
    }

    @Test
    void aNewNodeWorksUpToItsShare() {
        start.joins(5 * SECOND);
        assertThat(part(5)).isEqualTo(0.1);
        assertThat(part(10)).isEqualTo(0.5);
        assertThat(part(15)).isEqualTo(1);
        assertThat(start.part(0, 5 * SECOND)).isEqualTo(1);
    }

    @Test
    void aCheckedNewNodeStartsWithItsFirstGoodCheck() {
        start.joins(5 * SECOND);
        start.checked(false, 6 * SECOND);
        start.checked(true, 40 * SECOND);
        assertThat(part(40)).isEqualTo(0.1);
        assertThat(part(45)).isEqualTo(0.5);
    }

    @Test
    void checksThatBeginAnewChangeNothing() {
        start.joins(5 * SECOND);
        start.checked(true, 6 * SECOND);
        start.checked(true, 40 * SECOND);
        assertThat(part(40)).isEqualTo(1);
    }

    @Test
    void aNodeThatComesBackStartsSlowly() {
        start.checked(false, 5 * SECOND);
        start.checked(true, 6 * SECOND);
        assertThat(part(6)).isEqualTo(0.1);
        start.returns(60 * SECOND);
        assertThat(part(65)).isEqualTo(0.5);
    }

    private double part(long atSeconds) {
        return start.part(10 * SECOND, atSeconds * SECOND);
    }
}
