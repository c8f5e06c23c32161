// SPDX-License-Identifier: Apache-2.0
package org.scx4j.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Late binding: nothing lost, nothing twice, no CPU idle while somebody waits.
 */
@Timeout(60)
class CentralTest
{
    private static final long MS = 1_000_000;
    private static final long SECOND = 1000 * MS;
    private static final int NR_CPUS = 4;

    private final List<ModelTask> tasks = new ArrayList<>();

    /** Burners, sleepers, and some of both that are pinned. */
    private void addTasks(final ModelMachine machine, final Random random, final int nrTasks)
    {
        for (int pid = 1; pid <= nrTasks; pid++)
        {
            final int pinnedTo = 0 == random.nextInt(4) ? random.nextInt(NR_CPUS) : -1;
            final ModelTask task = 0 == random.nextInt(3) ? ModelTask.burner(pid, 100, pinnedTo) :
                ModelTask.sleeper(pid, pinnedTo, 1 + random.nextInt((int)(8 * MS)), random.nextInt((int)(20 * MS)));
            tasks.add(task);
            machine.add(task);
        }
    }

    private static ModelMachine machine(final Central central)
    {
        return new ModelMachine(central, NR_CPUS, MS);
    }

    @Test
    void shouldLoseNothingDecideNothingTwiceAndKeepCpusBusy()
    {
        for (int round = 0; round < 20; round++)
        {
            final long seed = System.nanoTime();
            final Random random = new Random(seed);
            final Central central = new Central();
            final ModelMachine machine = machine(central);
            tasks.clear();
            addTasks(machine, random, 2 + random.nextInt(30));
            machine.run(2 * SECOND);

            assertThat(machine.nrCancelled).as("seed %d", seed).isZero();
            assertThat(machine.maxIdleNs).as("seed %d", seed).isZero();
            assertThat(machine.nrUndecided()).as("seed %d", seed).isEqualTo(central.nrHeld());
            tasks.forEach((task) -> assertThat(task.sumExecNs).as("seed %d, pid %d", seed, task.pid).isPositive());
        }
    }

    @Test
    void shouldLoseNothingWhenReplacedAgainAndAgain()
    {
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        Central central = new Central();
        final ModelMachine machine = machine(central);
        addTasks(machine, random, 30);
        int nrHandedOver = 0;
        for (int i = 0; i < 200; i++)
        {
            machine.run(random.nextInt((int)(10 * MS)));
            final int nrHeld = central.nrHeld();
            final Central next = new Central(0 == i % 3 ? 4 : Central.CAPACITY);
            machine.replacePolicy(next);
            assertThat(central.nrHeld()).as("seed %d", seed).isZero();
            assertThat(next.nrHeld()).as("seed %d", seed).isLessThanOrEqualTo(nrHeld);
            assertThat(machine.nrUndecided()).as("seed %d", seed).isEqualTo(next.nrHeld());
            nrHandedOver += next.nrHeld();
            central = next;
        }
        machine.run(SECOND);

        assertThat(nrHandedOver).isPositive();
        assertThat(machine.nrCancelled).as("seed %d", seed).isZero();
        tasks.forEach((task) -> assertThat(task.sumExecNs).as("seed %d, pid %d", seed, task.pid).isPositive());
    }

    @Test
    void shouldDelayButNotStallWhenEventsOfCpusAreLost()
    {
        long maxIdleNs = 0;
        for (int round = 0; round < 10; round++)
        {
            final long seed = System.nanoTime();
            final Random random = new Random(seed);
            final ModelMachine machine = machine(new Central());
            machine.loseCpuEvents(random);
            addTasks(machine, random, 12);
            machine.run(5 * SECOND);

            assertThat(machine.nrCancelled).as("seed %d", seed).isZero();
            assertThat(machine.maxIdleNs).as("seed %d", seed)
                .isLessThanOrEqualTo(Central.BOUND_DEFAULT_NS + Central.TICK_NS);
            maxIdleNs = Math.max(maxIdleNs, machine.maxIdleNs);
        }
        // a round of tasks that keep all CPUs busy has no event to lose
        assertThat(maxIdleNs).isPositive();
    }

    @Test
    void shouldDropTheOlderEntryWhenATaskIsQueuedAgainAndTheEntriesOfTheDead()
    {
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        final Central central = new Central();
        final ModelMachine machine = machine(central);
        addTasks(machine, random, 40);
        int nrRequeued = 0;
        for (int i = 0; i < 2_000; i++)
        {
            machine.run(random.nextInt((int)(3 * MS)));
            final ModelTask task = tasks.get(random.nextInt(tasks.size()));
            if (tasks.size() > 10 && 0 == random.nextInt(50))
            {
                tasks.remove(task);
                machine.exit(task);
            }
            else if (machine.withdraw(task))
            {
                nrRequeued++;
                machine.add(task);
            }
            assertThat(machine.nrUndecided()).as("seed %d", seed).isEqualTo(central.nrHeld());
        }
        assertThat(nrRequeued).as("seed %d", seed).isGreaterThan(10);
        assertThat(machine.nrCancelled).as("seed %d", seed).isZero();
    }

    @Test
    void shouldGoOnWhenATaskHasLeftAndNobodySaidSo()
    {
        final Central central = new Central();
        final ModelMachine machine = machine(central);
        for (int pid = 1; pid <= 12; pid++)
        {
            tasks.add(ModelTask.burner(pid, 100));
            machine.add(tasks.get(pid - 1));
        }
        machine.run(MS);
        assertThat(machine.withdraw(tasks.get(4))).isTrue();
        machine.run(SECOND);

        assertThat(machine.nrCancelled).isEqualTo(1);
        assertThat(tasks.get(4).sumExecNs).isZero();
        assertThat(machine.maxIdleNs).isLessThanOrEqualTo(ModelMachine.CPU_EVENT_NS);
        assertThat(tasks.get(11).sumExecNs).isGreaterThan(300 * MS);
    }

    @Test
    void shouldWaitNoLongerThanUnderFifo()
    {
        final long[] longest = new long[2];
        for (int i = 0; i < 2; i++)
        {
            final ModelMachine machine = new ModelMachine(0 == i ? new Central() : new Fifo(), NR_CPUS, MS);
            tasks.clear();
            addTasks(machine, new Random(42), 30);
            machine.run(5 * SECOND);
            longest[i] = tasks.stream().filter((task) -> task.pinnedTo < 0).mapToLong((task) -> task.maxWaitNs)
                .max().orElseThrow();
        }
        assertThat(longest[0]).isLessThanOrEqualTo(longest[1] + 3 * ModelMachine.SLICE_NS);
    }

    private static ModelTask queued(final int pid, final long enqueueNs)
    {
        final ModelTask task = ModelTask.burner(pid, 100);
        task.enqueueNs = enqueueNs;
        task.sequence = 10L * pid;
        return task;
    }

    private static RecordedDecisions busyMachine(final Central central)
    {
        final RecordedDecisions out = new RecordedDecisions(2, null);
        central.onStart(out);
        out.runs(0, queued(100, 0), 0);
        out.runs(1, queued(101, 0), 0);
        return out;
    }

    @Test
    void shouldBindLateAndInTheOrderOfArrival()
    {
        final Central central = new Central();
        final RecordedDecisions out = busyMachine(central);
        central.onTask(queued(1, 10), out);
        central.onTask(queued(2, 20), out);
        central.onTask(queued(3, 30), out);
        assertThat(out.take()).containsExactly("token 11 held", "token 21 held", "token 31 held");

        central.onCpuAvailable(1, out);
        assertThat(out.take()).as("an old call: it has work again").isEmpty();
        out.idles(1);
        central.onCpuAvailable(1, out);
        central.onCpuAvailable(1, out);
        assertThat(out.take()).as("one task for one CPU").containsExactly("1 on 1");
        central.onBatchEnd(out);
        out.idles(0);
        central.onCpuAvailable(0, out);
        central.onTaskExit(3);
        central.onBatchEnd(out);
        central.onCpuAvailable(1, out);
        assertThat(out.take()).containsExactly("2 on 0");
        assertThat(central.nrHeld()).isZero();
    }

    @Test
    void shouldUseAnIdleCpuAtOnceButForTheFirstThatWaits()
    {
        final Central central = new Central();
        final RecordedDecisions out = busyMachine(central);
        out.states.running[1] = null;
        central.onTask(queued(1, 10), out);
        assertThat(out.take()).containsExactly("1 on 1");
        central.onTask(queued(2, 20), out);
        assertThat(out.take()).as("CPU 1 is on its way").containsExactly("token 21 held");
        central.onBatchEnd(out);
        out.states.endClaims();
        central.onTask(queued(3, 30), out);
        assertThat(out.take()).containsExactly("2 on 1", "token 31 held");
    }

    @Test
    void shouldFindTheOtherIdleCpuWhenOneHasJustGotATask()
    {
        final Central central = new Central();
        final RecordedDecisions out = busyMachine(central);
        central.onTask(queued(1, 10), out);
        out.states.running[0] = null;
        out.states.running[1] = null;
        central.onCpuAvailable(0, out);
        central.onTask(queued(2, 20), out);

        assertThat(out.take()).containsExactly("token 11 held", "1 on 0", "2 on 1");
    }

    @Test
    void shouldForgetWhatItHeldWhenTheTaskIsQueuedAgainAndCantBeHeld()
    {
        final Central central = new Central();
        final RecordedDecisions out = busyMachine(central);
        central.onTask(queued(1, 10), out);
        central.onTask(ModelTask.burner(1, 100, 1), out);

        assertThat(out.take()).containsExactly("token 11 held", "1 on any");
        assertThat(central.nrHeld()).isZero();
    }

    @Test
    void shouldLeaveToTheKernelWhatItCantHold()
    {
        final Central central = new Central(1);
        final RecordedDecisions out = busyMachine(central);
        central.onTask(ModelTask.burner(1, 100, 1), out);
        assertThat(out.take()).as("pinned").containsExactly("1 on any");
        central.onTask(queued(2, 20), out);
        central.onTask(queued(3, 30), out);
        assertThat(out.take()).as("full").containsExactly("token 21 held", "3 on any");
    }

    @Test
    void shouldLetGoOfWhatWaitsTooLongAsFarAsThereIsRoom()
    {
        final Central central = new Central();
        final RecordedDecisions out = busyMachine(central);
        for (int pid = 1; pid <= 3; pid++)
        {
            central.onTask(queued(pid, pid * MS), out);
        }
        out.take();
        central.onTick(Central.BOUND_DEFAULT_NS + MS, out);
        assertThat(out.take()).isEmpty();
        out.room = 1;
        central.onTick(Central.BOUND_DEFAULT_NS + 3 * MS, out);
        assertThat(out.take()).as("room for one").containsExactly("1 on any");
        out.room = 0;
        out.idles(0);
        central.onCpuAvailable(0, out);
        assertThat(central.nrHeld()).as("no room").isEqualTo(2);
        out.room = 10;
        central.onCpuAvailable(0, out);
        central.onTick(Central.BOUND_DEFAULT_NS + 4 * MS, out);
        assertThat(out.take()).containsExactly("2 on 0", "3 on any");
    }
}
