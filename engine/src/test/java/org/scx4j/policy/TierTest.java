// SPDX-License-Identifier: Apache-2.0
package org.scx4j.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.protocol.SchedAbi;

/**
 * Who goes ahead of whom, by how much, and whose CPU is taken.
 */
@Timeout(60)
class TierTest
{
    private static final long MS = 1_000_000;
    private static final long SECOND = 1000 * MS;
    private static final long SHIFT = Tier.SHIFT_DEFAULT_NS;
    private static final int INTERACTIVE_WEIGHT = 305;
    private static final int BATCH_WEIGHT = 33;

    private static ModelTask task(final int pid, final int weight, final long enqueueNs)
    {
        final ModelTask task = ModelTask.burner(pid, weight);
        task.enqueueNs = enqueueNs;
        return task;
    }

    /** A sleeper's 99th percentile of waits among eight burners on four CPUs. */
    private static long waitNs(final ModelMachine machine, final ModelTask sleeper, final int burnerWeight)
    {
        for (int pid = 101; pid <= 108; pid++)
        {
            machine.add(ModelTask.burner(pid, burnerWeight).named("burner"));
        }
        machine.add(sleeper);
        machine.run(20 * SECOND);
        assertThat(sleeper.nrRuns).isGreaterThan(1000);
        assertThat(machine.maxIdleNs).isZero();
        return sleeper.waitNs(0.99);
    }

    private static ModelMachine machine(final SchedulingPolicy policy, final Map<String, String> options)
    {
        return new ModelMachine(policy, 4, MS, options);
    }

    @Test
    void shouldHardlyWaitWhenInteractiveAmongBurners(@TempDir final Path folder) throws IOException
    {
        final Path file = Files.writeString(folder.resolve("rules"), "comm shell interactive\ncomm burner batch\n");
        final long underFifo = waitNs(machine(new Fifo(), Map.of()), ModelTask.sleeper(1, MS / 20, MS), 100);
        final ModelTask nice = ModelTask.sleeper(1, MS / 20, MS);
        nice.weight = INTERACTIVE_WEIGHT;
        final long byNice = waitNs(machine(new Tier(), Map.of()), nice, 100);
        final long byRules = waitNs(machine(new Tier(), Map.of("rules", file.toString())),
            ModelTask.sleeper(1, MS / 20, MS).named("shell"), 100);

        assertThat(5 * byNice).isLessThan(underFifo);
        assertThat(5 * byRules).isLessThan(underFifo);
    }

    @Test
    void shouldBeFifoWhenAllAreNormal()
    {
        final long underFifo = waitNs(machine(new Fifo(), Map.of()), ModelTask.sleeper(1, MS / 20, MS), 100);
        final long underTier = waitNs(machine(new Tier(), Map.of()), ModelTask.sleeper(1, MS / 20, MS), 100);

        assertThat(underTier).isEqualTo(underFifo);
    }

    @Test
    void shouldNotStarveAnybodyWhenInteractiveTasksTakeAllTheyCan()
    {
        final ModelMachine machine = machine(new Tier(), Map.of());
        for (int pid = 1; pid <= 12; pid++)
        {
            final ModelTask greedy = ModelTask.sleeper(pid, 3 * MS, 1_000);
            greedy.weight = INTERACTIVE_WEIGHT;
            machine.add(greedy);
        }
        final ModelTask normal = ModelTask.burner(101, 100);
        final ModelTask batch = ModelTask.burner(102, BATCH_WEIGHT);
        machine.add(normal);
        machine.add(batch);
        machine.run(60 * SECOND);

        assertThat(normal.maxWaitNs).isBetween(SHIFT / 2, SHIFT + 20 * ModelMachine.SLICE_NS);
        assertThat(batch.maxWaitNs).isBetween(SHIFT, 2 * SHIFT + 20 * ModelMachine.SLICE_NS);
        assertThat(normal.sumExecNs).isGreaterThan(80 * ModelMachine.SLICE_NS);
        assertThat(batch.sumExecNs).isGreaterThan(80 * ModelMachine.SLICE_NS);
    }

    @Test
    void shouldShiftTheArrivalAndGiveSlicesByTier()
    {
        final RecordedDecisions out = new RecordedDecisions(2, null);
        final Tier tier = new Tier();
        tier.onStart(out);

        tier.onTask(task(1, INTERACTIVE_WEIGHT, 700 * MS), out);
        assertThat(out.lastVtime()).isEqualTo(700 * MS - SHIFT);
        assertThat(out.lastSliceNs()).isEqualTo(RecordedDecisions.SLICE_NS / 2);
        tier.onTask(task(2, 100, 700 * MS), out);
        assertThat(out.lastVtime()).isEqualTo(700 * MS);
        assertThat(out.lastSliceNs()).isEqualTo(RecordedDecisions.SLICE_NS);
        tier.onTask(task(3, BATCH_WEIGHT, 700 * MS), out);
        assertThat(out.lastVtime()).isEqualTo(700 * MS + SHIFT);
        assertThat(out.lastSliceNs()).isEqualTo(2 * RecordedDecisions.SLICE_NS);
    }

    @Test
    void shouldKeepItsPlaceWhenPreemptedAndGetANewOneWhenItsSliceIsUsedUp()
    {
        final RecordedDecisions out = new RecordedDecisions(2, null);
        final Tier tier = new Tier();
        tier.onStart(out);
        final ModelTask task = task(3, BATCH_WEIGHT, 700 * MS);
        tier.onTask(task, out);
        task.isWaking = false;
        task.sumExecNs = 2 * MS;
        task.enqueueNs = 800 * MS;
        tier.onTask(task, out);
        assertThat(out.lastVtime()).as("preempted").isEqualTo(700 * MS + SHIFT);
        task.sumExecNs = 10 * MS;
        tier.onTask(task, out);
        assertThat(out.lastVtime()).as("had its slice").isEqualTo(800 * MS + SHIFT);
    }

    /** CPUs 0 to 3 run an interactive, a normal and two batch tasks, all queued at 700 ms, one of batch at 600. */
    private static RecordedDecisions busyMachine(final Tier tier)
    {
        final RecordedDecisions out = new RecordedDecisions(4, null);
        tier.onStart(out);
        final ModelTask[] running =
        {
            task(10, INTERACTIVE_WEIGHT, 700 * MS), task(11, 100, 700 * MS), task(12, BATCH_WEIGHT, 700 * MS),
            task(13, BATCH_WEIGHT, 600 * MS)
        };
        for (int cpu = 0; cpu < running.length; cpu++)
        {
            tier.onTask(running[cpu], out);
            out.runs(cpu, running[cpu], out.lastVtime());
        }
        out.states.endClaims();
        out.take();
        return out;
    }

    @Test
    void shouldPreemptBatchBeforeNormalAndNeverInteractive()
    {
        final Tier tier = new Tier();
        final RecordedDecisions out = busyMachine(tier);

        for (int pid = 1; pid <= 4; pid++)
        {
            tier.onTask(task(pid, INTERACTIVE_WEIGHT, 710 * MS), out);
        }
        assertThat(out.take())
            .containsExactly("1 on any", "CPU 2 gives way", "2 on any", "CPU 3 gives way",
                "3 on any", "CPU 1 gives way", "4 on any");
        tier.onTask(task(5, 100, 710 * MS), out);
        tier.onTask(task(6, BATCH_WEIGHT, 710 * MS), out);
        assertThat(out.take()).containsExactly("5 on any", "6 on any");
    }

    @Test
    void shouldPreemptNobodyWhenItDidNotWakeOrIsBehindOrACpuIsIdle()
    {
        final Tier tier = new Tier();
        final RecordedDecisions out = busyMachine(tier);

        final ModelTask outOfSlice = task(1, INTERACTIVE_WEIGHT, 710 * MS);
        outOfSlice.isWaking = false;
        tier.onTask(outOfSlice, out);
        assertThat(out.take()).as("out of slice").containsExactly("1 on any");
        tier.onTask(task(2, INTERACTIVE_WEIGHT, 700 * MS + 2 * SHIFT), out);
        assertThat(out.take()).as("queued two shifts later").containsExactly("2 on any");
        out.states.running[0] = null;
        tier.onTask(task(3, INTERACTIVE_WEIGHT, 710 * MS), out);
        assertThat(out.take()).as("CPU 0 is idle").containsExactly("3 on any");
    }

    @Test
    void shouldPreemptOnItsOwnCpuOnlyWhenTheTaskMayNotUseAll()
    {
        final Tier tier = new Tier();
        final RecordedDecisions out = busyMachine(tier);

        final ModelTask pinned = ModelTask.burner(1, INTERACTIVE_WEIGHT, 1);
        pinned.enqueueNs = 710 * MS;
        tier.onTask(pinned, out);
        final ModelTask beside = ModelTask.burner(2, INTERACTIVE_WEIGHT, 0);
        beside.enqueueNs = 710 * MS;
        tier.onTask(beside, out);
        assertThat(out.take()).containsExactly("1 on 1, preempting", "2 on any");
        assertThat(pinned.flags()).isEqualTo(SchedAbi.SCHED_QUEUED_WAKEUP);
    }
}
