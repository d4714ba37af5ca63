package io.breakwater.upstream.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.config.BalanceConfig;
import io.breakwater.config.BalanceConfig.Algorithm;
import io.breakwater.config.BalanceConfig.Hash;
import io.breakwater.config.BalanceConfig.HashOn;
import io.breakwater.config.BalanceConfig.Part;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What the balancers choose.
class BalancersTest {
    static Stream<BalanceConfig> all() {
        HashOn ip = new HashOn(Part.IP, "");
        return Arrays.stream(Algorithm.values())
                .flatMap(algorithm ->
                        algorithm == Algorithm.HASH
                                ? Arrays.stream(Hash.values())
                                        .map(hash -> new BalanceConfig(algorithm, hash, ip))
                                : Stream.of(new BalanceConfig(algorithm, Hash.KETAMA, ip)));
    }

    @ParameterizedTest
    @MethodSource("all")
    void choosesOnlyWhatIsAllowed(BalanceConfig config) {
        List<SampleTarget> targets = SampleTarget.ofWeights(1, 1, 3);
        Balancer<SampleTarget> balancer = Balancers.of(config, targets);
        for (SampleTarget refused : targets) {
            for (int i = 0; i < 100; i++) {
                SampleTarget chosen =
                        balancer.pick(SampleTarget.allBut(refused, Hashing.of("key" + i)));
                assertThat(chosen).isNotNull().isNotSameAs(refused);
            }
        }
        assertThat(balancer.pick(SampleTarget.none())).isNull();
    }

    @ParameterizedTest
    @MethodSource("all")
    void findsTheOnlyOneOfManyThatIsAllowed(BalanceConfig config) {
        List<SampleTarget> targets = SampleTarget.equal(200);
        Balancer<SampleTarget> balancer = Balancers.of(config, targets);
        SampleTarget only = targets.get(137);
        Wish<SampleTarget> wish =
                new Wish<>() {
                    @Override
                    public boolean allows(SampleTarget target) {
                        return target.equals(only);
                    }

                    @Override
                    public long hash() {
                        return 42;
                    }
                };
        assertThat(balancer.pick(wish)).isSameAs(only);
    }

    @ParameterizedTest
    @MethodSource("all")
    void choosesNothingOfNothing(BalanceConfig config) {
        Balancer<SampleTarget> balancer = Balancers.of(config, List.of());
        assertThat(balancer.pick(SampleTarget.any(1))).isNull();
    }

    @Test
    void roundRobinGivesEachExactlyItsWeightAndNeverMoreThanThreeInARow() {
        List<SampleTarget> targets = SampleTarget.ofWeights(5, 2, 1);
        Balancer<SampleTarget> balancer = new RoundRobin<>(targets);
        Map<SampleTarget, Integer> counts = new HashMap<>();
        SampleTarget last = null;
        int run = 0;
        for (int i = 0; i < 8000; i++) {
            SampleTarget chosen = pick(balancer, 0);
            counts.merge(chosen, 1, Integer::sum);
            run = chosen.equals(last) ? run + 1 : 1;
            last = chosen;
            assertThat(run).isLessThanOrEqualTo(3);
        }
        assertThat(counts)
                .containsEntry(targets.get(0), 5000)
                .containsEntry(targets.get(1), 2000)
                .containsEntry(targets.get(2), 1000);
    }

    @Test
    void leastRequestsChoosesByRequestsAndWeight() {
        List<SampleTarget> targets = SampleTarget.ofWeights(1, 1, 4);
        Balancer<SampleTarget> balancer = new LeastCost<>(targets, LeastCost::requests);
        targets.get(0).inFlight = 2;
        targets.get(1).inFlight = 1;
        targets.get(2).inFlight = 6; // (6 + 1) / 4 is less than (1 + 1) / 1
        assertThat(pick(balancer, 0)).isSameAs(targets.get(2));
        targets.get(2).inFlight = 8;
        assertThat(pick(balancer, 0)).isSameAs(targets.get(1));
    }

    @Test
    void equalsTakeTurns() {
        List<SampleTarget> targets = SampleTarget.equal(4);
        Balancer<SampleTarget> balancer = new LeastCost<>(targets, LeastCost::requests);
        Map<SampleTarget, Integer> counts = new HashMap<>();
        for (int i = 0; i < 4000; i++) counts.merge(pick(balancer, 0), 1, Integer::sum);
        assertThat(counts.values()).hasSize(4).allSatisfy(n -> assertThat(n).isBetween(800, 1200));
    }

    @Test
    void peakEwmaAvoidsWhatIsSlow() {
        List<SampleTarget> targets = SampleTarget.equal(4);
        for (SampleTarget target : targets) target.latencyNanos = 1e6;
        targets.get(1).latencyNanos = 20e6;
        Balancer<SampleTarget> balancer = new LeastCost<>(targets, LeastCost::time);
        for (int i = 0; i < 200; i++) {
            assertThat(pick(balancer, 0)).isNotSameAs(targets.get(1));
        }
        for (SampleTarget target : targets) target.inFlight = 30;
        targets.get(1).inFlight = 0;
        assertThat(pick(balancer, 0)).isSameAs(targets.get(1));
    }

    @Test
    void randomTwoKeepsWeightsAndAvoidsWhatIsBusy() {
        List<SampleTarget> targets = SampleTarget.ofWeights(1, 1, 2);
        Balancer<SampleTarget> balancer = new RandomTwo<>(targets);
        targets.get(0).inFlight = 100;
        Map<SampleTarget, Integer> counts = new HashMap<>();
        for (int i = 0; i < 4000; i++) counts.merge(pick(balancer, 0), 1, Integer::sum);
        assertThat(counts).doesNotContainKey(targets.get(0));
        assertThat(counts.get(targets.get(2))).isGreaterThan(counts.get(targets.get(1)));
    }

    @ParameterizedTest
    @CsvSource({"KETAMA, 0.15", "MAGLEV, 0.02"})
    void hashesSpreadEvenly(Hash hash, double tolerance) {
        int keys = 1_000_000;
        Map<SampleTarget, Integer> counts = new HashMap<>();
        Balancer<SampleTarget> balancer = hash(hash, SampleTarget.equal(10));
        for (int i = 0; i < keys; i++)
            counts.merge(pick(balancer, Hashing.of("key-" + i)), 1, Integer::sum);
        double share = keys / 10.0;
        assertThat(counts.values())
                .hasSize(10)
                .allSatisfy(n ->
                        assertThat((double) n)
                                .isBetween(share * (1 - tolerance), share * (1 + tolerance)));
    }

    @ParameterizedTest
    @CsvSource({"KETAMA", "MAGLEV"})
    void hashesKeepWeights(Hash hash) {
        List<SampleTarget> targets = SampleTarget.ofWeights(1, 2, 7);
        Balancer<SampleTarget> balancer = hash(hash, targets);
        Map<SampleTarget, Integer> counts = new HashMap<>();
        for (int i = 0; i < 100_000; i++)
            counts.merge(pick(balancer, Hashing.of("key-" + i)), 1, Integer::sum);
        assertThat(counts.get(targets.get(0))).isBetween(8_500, 11_500);
        assertThat(counts.get(targets.get(1))).isBetween(17_000, 23_000);
        assertThat(counts.get(targets.get(2))).isBetween(65_000, 75_000);
    }

    @ParameterizedTest
    @CsvSource({"KETAMA", "MAGLEV"})
    void fewKeysMoveWhenATargetIsRemoved(Hash hash) {
        List<SampleTarget> targets = SampleTarget.equal(10);
        Balancer<SampleTarget> before = hash(hash, targets);
        for (SampleTarget removed : targets) {
            List<SampleTarget> rest =
                    targets.stream().filter(target -> !target.equals(removed)).toList();
            Balancer<SampleTarget> after = hash(hash, rest);
            int moved = 0;
            for (int i = 0; i < 100_000; i++) {
                long key = Hashing.of("key-" + i);
                if (!pick(before, key).equals(pick(after, key))) moved++;
            }
            assertThat(moved).isLessThanOrEqualTo(15_000);
        }
    }

    @ParameterizedTest
    @CsvSource({"KETAMA", "MAGLEV"})
    void aTargetThatIsPassedOverMovesOnlyItsOwnKeys(Hash hash) {
        List<SampleTarget> targets = SampleTarget.equal(5);
        Balancer<SampleTarget> balancer = hash(hash, targets);
        SampleTarget out = targets.get(2);
        Map<SampleTarget, Integer> heirs = new HashMap<>();
        for (int i = 0; i < 50_000; i++) {
            long key = Hashing.of("key-" + i);
            SampleTarget normal = pick(balancer, key);
            SampleTarget now = balancer.pick(SampleTarget.allBut(out, key));
            if (normal.equals(out)) heirs.merge(Objects.requireNonNull(now), 1, Integer::sum);
            else assertThat(now).isSameAs(normal);
        }
        // its keys are spread over all others
        assertThat(heirs).hasSize(4);
        assertThat(heirs.values()).allSatisfy(n -> assertThat(n).isBetween(1_500, 3_500));
    }

    @Test
    void latencyRisesAtOnceAndFallsSlowly() {
        PeakEwma latency = new PeakEwma();
        assertThat(latency.at(0)).isZero();
        latency.observe(10e6, 1_000);
        latency.observe(100e6, 2_000);
        assertThat(latency.at(2_000)).isEqualTo(100e6);
        latency.observe(10e6, 1_000_000_000);
        assertThat(latency.at(1_000_000_000)).isBetween(85e6, 100e6);
        assertThat(latency.at(41_000_000_000L)).isLessThan(2e6);
    }

    private static Balancer<SampleTarget> hash(Hash hash, List<SampleTarget> targets) {
        return Balancers.of(
                new BalanceConfig(Algorithm.HASH, hash, new HashOn(Part.IP, "")), targets);
    }

    private static SampleTarget pick(Balancer<SampleTarget> balancer, long hash) {
        return Objects.requireNonNull(balancer.pick(SampleTarget.any(hash)));
    }
}
