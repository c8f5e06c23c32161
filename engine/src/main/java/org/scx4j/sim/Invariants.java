// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import java.util.Arrays;
import org.scx4j.protocol.KernelCounter;

/**
 * What must hold all the time, whatever the policy does; and the first time that it does not.
 * <p>
 * Thread safety: none. Allocates only when something is violated.
 */
final class Invariants
{
    private final SimulatedMachine machine;
    private final int[] places;
    private Violation violation;
    private long nrChecks;

    Invariants(final SimulatedMachine machine)
    {
        this.machine = machine;
        this.places = new int[machine.tasks.capacity];
    }

    Violation violation()
    {
        return violation;
    }

    /** How often something was looked at. */
    long nrChecks()
    {
        return nrChecks;
    }

    /** A task is about to get a CPU. */
    void onRun(final int task, final int cpu)
    {
        final SimulatedTasks tasks = machine.tasks;
        nrChecks++;
        if (SimulatedTasks.INSERTED != tasks.state[task] || 0 != tasks.token[task])
        {
            machine.count(KernelCounter.NR_TWICE);
            violated(Violation.Kind.TWICE, task, "gets CPU " + cpu + " although it is not in a queue, but in state " +
                tasks.state[task] + " with token " + tasks.token[task]);
        }
        if (!tasks.mayUse(task, cpu))
        {
            violated(Violation.Kind.AFFINITY, task, "gets CPU " + cpu + ", and may use " +
                tasks.allowed[tasks.classOf[task]] + " only");
        }
        if (machine.nowNs - tasks.enqueueNs[task] > machine.settings.maxWaitNs())
        {
            waitedTooLong(task);
        }
    }

    /** A task changes its state. */
    void expect(final int task, final byte state)
    {
        nrChecks++;
        if (machine.tasks.state[task] != state)
        {
            violated(Violation.Kind.TWICE, task, "is in state " + machine.tasks.state[task] + " and not " + state);
        }
    }

    /** A CPU is idle, and for too long a queue that it serves has had a task for it. */
    void idleCpuWith(final int cpu, final int task)
    {
        violated(Violation.Kind.WORK_CONSERVATION, task, "waits since " +
            (machine.tasks.insertedNs[task] - SimulatedMachine.BASE_NS) + " ns in a queue of idle CPU " + cpu);
    }

    /** Looks for tasks that have waited for too long, as the kernel's watchdog does now and then. */
    void watch()
    {
        final SimulatedTasks tasks = machine.tasks;
        for (int task = 0; task < tasks.capacity; task++)
        {
            if ((SimulatedTasks.QUEUED == tasks.state[task] || SimulatedTasks.INSERTED == tasks.state[task]) &&
                machine.nowNs - tasks.enqueueNs[task] > machine.settings.maxWaitNs())
            {
                waitedTooLong(task);
                return;
            }
        }
    }

    private void waitedTooLong(final int task)
    {
        violated(Violation.Kind.MAX_WAIT, task, "has waited " + (machine.nowNs - machine.tasks.enqueueNs[task]) +
            " ns, longer than " + machine.settings.maxWaitNs() + " ns: the kernel would throw the scheduler out");
    }

    /** Each task is in the place that its state names, and nowhere else; the books balance. */
    void audit(final KernelSide kernel, final SimulatedCpus cpus)
    {
        final SimulatedTasks tasks = machine.tasks;
        Arrays.fill(places, 0);
        kernel.markQueued(places);
        cpus.markRunning(places);
        int nrQueued = 0;
        for (int task = 0; task < tasks.capacity; task++)
        {
            final byte state = tasks.state[task];
            final boolean isPlaced = SimulatedTasks.INSERTED == state || SimulatedTasks.RUNNING == state;
            if (places[task] != (isPlaced ? 1 : 0) || (SimulatedTasks.QUEUED == state) != (0 != tasks.token[task]))
            {
                violated(0 == places[task] ? Violation.Kind.LOST : Violation.Kind.TWICE, task,
                    "is in " + places[task] + " places, in state " + state + " with token " + tasks.token[task]);
            }
            nrQueued += SimulatedTasks.QUEUED == state ? 1 : 0;
        }
        final long balance = machine.counter(KernelCounter.NR_QUEUED) - machine.counter(KernelCounter.NR_DECIDED) -
            machine.counter(KernelCounter.NR_EXITED) - machine.counter(KernelCounter.NR_KERNEL) - nrQueued;
        if (0 != balance || nrQueued != kernel.nrInflight())
        {
            violated(Violation.Kind.LOST, SimulatedTasks.NONE, "the books do not balance: queued - decided - exited " +
                "- kernel - held = " + balance + ", in flight = " + kernel.nrInflight() + ", held = " + nrQueued);
        }
        nrChecks++;
    }

    private void violated(final Violation.Kind kind, final int task, final String what)
    {
        if (null == violation)
        {
            final boolean isTask = SimulatedTasks.NONE != task;
            violation = new Violation(kind, machine.sinceStartNs(), isTask ? machine.tasks.pid[task] : 0,
                isTask ? machine.tasks.nameOf(task) : "", what);
        }
    }
}
