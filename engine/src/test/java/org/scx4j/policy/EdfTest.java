// SPDX-License-Identifier: Apache-2.0
package org.scx4j.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scx4j.api.SchedulingPolicy;

/**
 * Deadlines that are met, tasks that don't starve, and whom a job preempts.
 */
@Timeout(60)
class EdfTest
{
    private static final long MS = 1_000_000;
    private static final long SECOND = 1000 * MS;

    @TempDir
    private Path folder;
    private String rules;

    @BeforeEach
    void writeRules() throws IOException
    {
        final StringBuilder text = new StringBuilder("comm rt-log background\n");
        for (int periodMs = 1; periodMs <= 200; periodMs++)
        {
            text.append("comm rt").append(periodMs).append(" period ").append(periodMs).append("ms\n");
        }
        rules = Files.writeString(folder.resolve("rules"), text).toString();
    }

    private ModelMachine machine(final SchedulingPolicy policy, final int nrCpus)
    {
        return new ModelMachine(policy, nrCpus, MS, Map.of("rules", rules));
    }

    private static ModelTask periodic(final int pid, final long burstNs, final long periodMs)
    {
        return ModelTask.periodic(pid, "rt" + periodMs, burstNs, periodMs * MS);
    }

    private static ModelTask burner(final int pid)
    {
        return ModelTask.burner(pid, 100);
    }

    private static int missed(final List<ModelTask> tasks)
    {
        return tasks.stream().mapToInt((task) -> task.nrMissed).sum();
    }

    private static int jobs(final List<ModelTask> tasks)
    {
        return tasks.stream().mapToInt((task) -> task.nrJobs).sum();
    }

    /** Three periodic tasks that need 90 % of the CPU, and three that take what they get. */
    private List<ModelTask> runThreeOnOneCpu(final SchedulingPolicy policy)
    {
        final List<ModelTask> tasks = List.of(
            periodic(1, 2 * MS, 10), periodic(2, 12 * MS, 40), periodic(3, 32 * MS, 80));
        final ModelMachine machine = machine(policy, 1);
        for (int pid = 101; pid <= 103; pid++)
        {
            machine.add(burner(pid));
        }
        tasks.forEach(machine::add);
        machine.run(20 * SECOND);
        return tasks;
    }

    @Test
    void shouldMeetAllDeadlinesOnOneCpuWhenFifoMissesMost()
    {
        final List<ModelTask> underEdf = runThreeOnOneCpu(new Edf());
        final List<ModelTask> underFifo = runThreeOnOneCpu(new Fifo());

        assertThat(missed(underEdf)).isZero();
        assertThat(jobs(underEdf)).isBetween(2740, 2750);
        assertThat(missed(underFifo)).isGreaterThan(jobs(underFifo) / 2);
    }

    @Test
    void shouldMeetAllDeadlinesOnOneCpuWhateverTheTasksIfThereIsTimeEnough()
    {
        for (int round = 0; round < 20; round++)
        {
            final long seed = System.nanoTime();
            final List<ModelTask> tasks = randomTasks(new Random(seed), 0.85, 0.85);
            final ModelMachine machine = machine(new Edf(), 1);
            machine.add(burner(101));
            tasks.forEach(machine::add);
            machine.run(5 * SECOND);

            assertThat(missed(tasks)).as("seed %d", seed).isZero();
            assertThat(jobs(tasks)).as("seed %d", seed).isPositive();
        }
    }

    /** By Goossens, Funk and Baruah (2003) 4 CPUs meet all if no task needs more than 0.3 of one, and all 3.1. */
    @Test
    void shouldMeetAllDeadlinesOnFourCpusWhateverTheTasksIfEachIsLight()
    {
        for (int round = 0; round < 20; round++)
        {
            final long seed = System.nanoTime();
            final List<ModelTask> tasks = randomTasks(new Random(seed), 3.0, 0.3);
            final ModelMachine machine = machine(new Edf(), 4);
            for (int pid = 101; pid <= 108; pid++)
            {
                machine.add(burner(pid));
            }
            tasks.forEach(machine::add);
            machine.run(5 * SECOND);

            assertThat(missed(tasks)).as("seed %d", seed).isZero();
            assertThat(machine.maxIdleNs).as("seed %d", seed).isZero();
        }
    }

    private static List<ModelTask> randomTasks(final Random random, final double utilization, final double most)
    {
        final List<ModelTask> tasks = new ArrayList<>();
        double left = utilization;
        for (int pid = 1; left > 0.01; pid++)
        {
            final int periodMs = 5 + random.nextInt(195);
            final double share = Math.min(left, 0.01 + random.nextDouble() * (most - 0.01));
            tasks.add(periodic(pid, (long)(share * periodMs * MS), periodMs));
            left -= share;
        }
        return tasks;
    }

    @Test
    void shouldNotStarveTheBackgroundWhenJobsNeverEnd()
    {
        final ModelMachine machine = machine(new Edf(), 2);
        final List<ModelTask> runaways = List.of(
            burner(1).named("rt10"), burner(2).named("rt10"), burner(3).named("rt100"));
        final List<ModelTask> others = List.of(burner(101), burner(102), ModelTask.sleeper(103, MS, 50 * MS));
        runaways.forEach(machine::add);
        others.forEach(machine::add);
        machine.run(60 * SECOND);

        for (final ModelTask other : others)
        {
            assertThat(other.maxWaitNs).as("pid %d", other.pid)
                .isLessThan(Edf.BACKGROUND_DEFAULT_NS + 100 * MS + 10 * ModelMachine.SLICE_NS);
        }
        assertThat(others.get(0).sumExecNs).isGreaterThan(40 * ModelMachine.SLICE_NS);
        assertThat(runaways.get(2).maxWaitNs).isLessThan(400 * MS);
        assertThat(runaways.get(0).sumExecNs).isGreaterThan(20 * SECOND);
    }

    @Test
    void shouldBeFifoWhenThereAreNoRules()
    {
        final ModelMachine machine = new ModelMachine(new Edf(), 2, MS);
        final ModelMachine fifo = new ModelMachine(new Fifo(), 2, MS);
        final List<ModelTask> tasks = new ArrayList<>();
        for (int pid = 1; pid <= 6; pid++)
        {
            tasks.add(pid > 3 ? ModelTask.sleeper(pid, pid * MS, 7 * MS) : burner(pid));
            tasks.add(pid > 3 ? ModelTask.sleeper(pid, pid * MS, 7 * MS) : burner(pid));
            machine.add(tasks.get(2 * pid - 2));
            fifo.add(tasks.get(2 * pid - 1));
        }
        machine.run(SECOND);
        fifo.run(SECOND);

        for (int i = 0; i < tasks.size(); i += 2)
        {
            assertThat(tasks.get(i).sumExecNs).isEqualTo(tasks.get(i + 1).sumExecNs);
            assertThat(tasks.get(i).maxWaitNs).isEqualTo(tasks.get(i + 1).maxWaitNs);
        }
    }

    private static ModelTask queuedAt(final ModelTask task, final long enqueueNs)
    {
        task.enqueueNs = enqueueNs;
        return task;
    }

    @Test
    void shouldKeepTheDeadlineOfAJobUntilTheTaskSleepsOrIsLateByAPeriod()
    {
        final RecordedDecisions out = new RecordedDecisions(2, rules);
        final Edf edf = new Edf();
        edf.onStart(out);
        final ModelTask task = burner(1).named("rt20");

        edf.onTask(queuedAt(task, 100 * MS), out);
        assertThat(out.lastVtime()).as("released").isEqualTo(120 * MS);
        task.isWaking = false;
        for (final long nowMs : new long[]{105, 119, 121, 139})
        {
            edf.onTask(queuedAt(task, nowMs * MS), out);
            assertThat(out.lastVtime()).as("out of slice at %d ms", nowMs).isEqualTo(120 * MS);
        }
        edf.onTask(queuedAt(task, 140 * MS), out);
        assertThat(out.lastVtime()).as("late by a period").isEqualTo(160 * MS);
        task.isWaking = true;
        edf.onTask(queuedAt(task, 141 * MS), out);
        assertThat(out.lastVtime()).as("slept").isEqualTo(161 * MS);
        assertThat(out.take()).containsOnly("1 on any");
    }

    @Test
    void shouldPreemptTheLatestDeadlineWhenItIsLaterThanItsOwnAndNoCpuIsIdle()
    {
        final RecordedDecisions out = new RecordedDecisions(4, rules);
        final Edf edf = new Edf();
        edf.onStart(out);
        out.runs(0, burner(10), 115 * MS);
        out.runs(1, burner(11), 130 * MS);
        out.runs(2, burner(12), 125 * MS);
        edf.onTask(queuedAt(burner(1).named("rt20"), 100 * MS), out);
        assertThat(out.take()).as("CPU 3 is idle").containsExactly("1 on any");

        out.runs(3, burner(13), 0);
        edf.onTask(queuedAt(burner(1).named("rt20"), 100 * MS), out);
        edf.onTask(queuedAt(burner(2).named("rt20"), 100 * MS), out);
        edf.onTask(queuedAt(burner(3).named("rt20"), 100 * MS), out);
        assertThat(out.take()).as("one each, none that came by no decision")
            .containsExactly("1 on any", "CPU 1 gives way", "2 on any", "CPU 2 gives way", "3 on any");
        edf.onTask(queuedAt(burner(4).named("rt10"), 100 * MS), out);
        assertThat(out.take()).as("the promised is later still")
            .containsExactly("4 on any", "CPU 1 gives way");

        out.runs(1, burner(4), 300 * MS);
        edf.onTask(queuedAt(burner(5), 100 * MS), out);
        assertThat(out.take()).as("background preempts nobody").containsExactly("5 on any");
        edf.onTask(queuedAt(burner(6).named("rt-log"), 100 * MS), out);
        assertThat(out.take()).containsExactly("6 on any");
        edf.onTask(queuedAt(burner(7).named("rt20"), 100 * MS), out);
        assertThat(out.take()).as("CPU 1 runs another now").containsExactly("7 on any", "CPU 1 gives way");
    }

    @Test
    void shouldPreemptOnItsOwnCpuOnlyWhenTheTaskMayNotUseAll()
    {
        final RecordedDecisions out = new RecordedDecisions(2, rules);
        final Edf edf = new Edf();
        edf.onStart(out);
        out.runs(0, burner(10), 500 * MS);
        out.runs(1, burner(11), 110 * MS);
        edf.onTask(queuedAt(ModelTask.burner(1, 100, 1).named("rt20"), 100 * MS), out);
        edf.onTask(queuedAt(ModelTask.burner(2, 100, 0).named("rt20"), 100 * MS), out);

        assertThat(out.take()).containsExactly("1 on any", "2 on 0, preempting");
    }
}
