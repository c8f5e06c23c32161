// SPDX-License-Identifier: Apache-2.0
package org.scx4j.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.scx4j.api.SchedulingPolicy;

/**
 * What {@link Stride} and {@link Deadline} promise, on a machine in virtual time.
 */
@Timeout(60)
class FairShareTest
{
    private static final long MS = 1_000_000;
    private static final long SECOND = 1000 * MS;
    private static final double TOLERANCE = 0.02;
    private static final List<Supplier<SchedulingPolicy>> POLICIES = List.of(Stride::new, Deadline::new);
    private static final long[] TICKS_NS = {MS, 4 * MS};

    @ParameterizedTest
    @FieldSource("POLICIES")
    void shouldShareByWeightWhenTwoArePinnedToOneCpu(final Supplier<SchedulingPolicy> policy)
    {
        for (final long tickNs : TICKS_NS)
        {
            final ModelMachine machine = new ModelMachine(policy.get(), 2, tickNs);
            final ModelTask light = ModelTask.burner(1, 100, 0);
            final ModelTask heavy = ModelTask.burner(2, 300, 0);
            machine.add(light);
            machine.add(heavy);
            machine.run(60 * SECOND);

            assertRatio(3.0, light, heavy, "tick " + tickNs);
        }
    }

    @ParameterizedTest
    @FieldSource("POLICIES")
    void shouldShareByWeightWhenManyShareAllCpus(final Supplier<SchedulingPolicy> policy)
    {
        for (final long tickNs : TICKS_NS)
        {
            final ModelMachine machine = new ModelMachine(policy.get(), 4, tickNs);
            final ModelTask[] light = burners(machine, 1, 100);
            final ModelTask[] heavy = burners(machine, 11, 300);
            machine.run(60 * SECOND);

            final double ratio = (double)sum(heavy) / sum(light);
            assertThat(ratio).as("tick %d", tickNs).isCloseTo(3.0, within(3.0 * TOLERANCE));
            for (int i = 0; i < 4; i++)
            {
                assertRatio(3.0, light[i], heavy[i], "pair " + i + ", tick " + tickNs);
            }
        }
    }

    @ParameterizedTest
    @FieldSource("POLICIES")
    void shouldGoOnWithTheSharesWhenReplaced(final Supplier<SchedulingPolicy> policy)
    {
        final ModelMachine machine = new ModelMachine(policy.get(), 4, MS);
        final ModelTask[] light = burners(machine, 1, 100);
        final ModelTask[] heavy = burners(machine, 11, 300);
        for (int i = 0; i < 200; i++)
        {
            machine.run(100 * MS);
            machine.replacePolicy(0 == i % 3 ? new Deadline() : policy.get());
        }
        assertThat((double)sum(heavy) / sum(light)).isCloseTo(3.0, within(3.0 * TOLERANCE));
    }

    @Test
    void shouldIgnoreWhatItDoesNotUnderstandWhenItTakesOver()
    {
        final Stride stride = new Stride();
        final ModelMachine machine = new ModelMachine(stride, 1, MS);
        stride.takeOver("of another policy");
        machine.add(ModelTask.burner(1, 100));
        machine.run(SECOND);

        assertThat(machine.nrCancelled).isZero();
    }

    private static ModelTask[] burners(final ModelMachine machine, final int firstPid, final int weight)
    {
        final ModelTask[] burners = new ModelTask[4];
        for (int i = 0; i < burners.length; i++)
        {
            burners[i] = ModelTask.burner(firstPid + i, weight);
            machine.add(burners[i]);
        }
        return burners;
    }

    private static long sum(final ModelTask... tasks)
    {
        return LongStream.range(0, tasks.length).map((i) -> tasks[(int)i].sumExecNs).sum();
    }

    private static void assertRatio(
        final double expected, final ModelTask light, final ModelTask heavy, final String what)
    {
        final double ratio = (double)heavy.sumExecNs / light.sumExecNs;
        assertThat(ratio).as(what).isCloseTo(expected, within(expected * TOLERANCE));
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 30, 1000, 3000})
    void shouldShareByWeightWhenThreeCompeteAndWeightsAreFarApart(final int weight)
    {
        final ModelMachine machine = new ModelMachine(new Stride(), 1, MS);
        final ModelTask one = ModelTask.burner(1, 100);
        final ModelTask two = ModelTask.burner(2, weight);
        final ModelTask other = ModelTask.burner(3, weight);
        machine.add(one);
        machine.add(two);
        machine.add(other);
        machine.run(200 * SECOND);

        assertRatio(weight / 100.0, one, two, "weight " + weight);
        assertRatio(weight / 100.0, one, other, "weight " + weight);
    }

    @ParameterizedTest
    @FieldSource("POLICIES")
    void shouldBoundASleepersWaitUnderBurnersWhenFifoDoesNot(final Supplier<SchedulingPolicy> policy)
    {
        final long few = longestWait(policy.get(), 4);
        final long many = longestWait(policy.get(), 32);
        final long manyUnderFifo = longestWait(new Fifo(), 32);

        assertThat(few).isLessThanOrEqualTo(2 * ModelMachine.SLICE_NS);
        assertThat(many).isLessThanOrEqualTo(2 * ModelMachine.SLICE_NS);
        assertThat(manyUnderFifo).isGreaterThan(30 * ModelMachine.SLICE_NS);
    }

    private static long longestWait(final SchedulingPolicy policy, final int nrBurners)
    {
        final ModelMachine machine = new ModelMachine(policy, 1, MS);
        for (int i = 0; i < nrBurners; i++)
        {
            machine.add(ModelTask.burner(100 + i, 100));
        }
        machine.run(SECOND);
        final ModelTask sleeper = ModelTask.sleeper(1, MS / 10, 97 * MS);
        machine.add(sleeper);
        machine.run(100 * MS * nrBurners);
        sleeper.maxWaitNs = 0;
        machine.run(20 * SECOND);
        return sleeper.maxWaitNs;
    }

    @ParameterizedTest
    @FieldSource("POLICIES")
    void shouldNotSaveUpWhenATaskSleepsLong(final Supplier<SchedulingPolicy> policy)
    {
        final ModelMachine machine = new ModelMachine(policy.get(), 1, MS);
        final ModelTask burner = ModelTask.burner(1, 100);
        final ModelTask other = ModelTask.burner(2, 100);
        final ModelTask sleeper = ModelTask.sleeper(3, 10 * SECOND, 20 * SECOND);
        machine.add(sleeper);
        machine.run(15 * SECOND);
        machine.add(burner);
        machine.add(other);
        machine.run(14 * SECOND);
        burner.maxWaitNs = 0;
        machine.run(20 * SECOND);

        assertThat(sleeper.sumExecNs).isGreaterThan(11 * SECOND);
        assertThat(burner.maxWaitNs).isLessThan(2 * VirtualTime.MAX_AHEAD_SLICES * ModelMachine.SLICE_NS);
    }

    @ParameterizedTest
    @FieldSource("POLICIES")
    void shouldNotWaitForPinnedTasksWhenTheirQueueAdvancesSlower(final Supplier<SchedulingPolicy> policy)
    {
        final ModelMachine machine = new ModelMachine(policy.get(), 2, MS);
        final ModelTask light = ModelTask.burner(1, 100, 0);
        final ModelTask heavy = ModelTask.burner(2, 300, 0);
        machine.add(light);
        machine.add(heavy);
        machine.add(ModelTask.burner(3, 1));
        machine.add(ModelTask.burner(4, 1));
        machine.run(30 * SECOND);
        final ModelTask sleeper = ModelTask.sleeper(5, 0, MS, 50 * MS);
        machine.add(sleeper);
        machine.run(30 * SECOND);

        assertRatio(3.0, light, heavy, "pinned");
        assertThat(sleeper.maxWaitNs).isLessThan(VirtualTime.MAX_BEHIND_SLICES * ModelMachine.SLICE_NS);
    }
}
