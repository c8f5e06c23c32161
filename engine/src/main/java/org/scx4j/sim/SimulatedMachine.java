// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import org.agrona.concurrent.NanoClock;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.topology.CpuTopology;

/**
 * What all parts of a simulated machine share: time, timers, tasks, idle CPUs, counters, and who watches.
 * <p>
 * Thread safety: none.
 */
final class SimulatedMachine implements NanoClock
{
    /** Virtual time does not begin at 0, which means "never" in records. */
    static final long BASE_NS = 1_000_000_000L;
    static final int HEARTBEAT_TIMER = 0;
    static final int USER_TIMER = 1;
    private static final int FIRST_CPU_TIMER = 2;

    final SimulationSettings settings;
    final CpuTopology topology;
    final int nrCpus;
    final TimerHeap timers;
    final SimulatedTasks tasks;
    final IdleCpus idle;
    final SimulationListener listener;
    final Invariants invariants;
    final SimulationTotals totals;
    private final long[] counters = new long[KernelCounter.count()];
    private final int firstTaskTimer;
    long nowNs = BASE_NS;

    SimulatedMachine(final SimulationSettings settings, final Workload workload, final SimulationListener listener)
    {
        this.settings = settings;
        this.listener = listener;
        topology = settings.shape().topology();
        nrCpus = topology.nrCpuIds();
        tasks = new SimulatedTasks(settings.maxTasks(), workload, nrCpus);
        firstTaskTimer = FIRST_CPU_TIMER + 2 * nrCpus;
        timers = new TimerHeap(firstTaskTimer + settings.maxTasks() + 1);
        idle = new IdleCpus(topology);
        invariants = new Invariants(this);
        totals = new SimulationTotals(workload.classes().size());
    }

    @Override
    public long nanoTime()
    {
        return nowNs;
    }

    /** Nanoseconds since the start. */
    long sinceStartNs()
    {
        return nowNs - BASE_NS;
    }

    void count(final KernelCounter counter)
    {
        counters[counter.ordinal()]++;
    }

    void count(final KernelCounter counter, final long number)
    {
        counters[counter.ordinal()] += number;
    }

    long counter(final KernelCounter counter)
    {
        return counters[counter.ordinal()];
    }

    /** Fires when the running task's slice ends or it has done its work. */
    int endTimer(final int cpu)
    {
        return FIRST_CPU_TIMER + cpu;
    }

    /** Fires when the CPU shall look at what there is to do. */
    int lookTimer(final int cpu)
    {
        return FIRST_CPU_TIMER + nrCpus + cpu;
    }

    /** Fires when the task has slept. */
    int taskTimer(final int task)
    {
        return firstTaskTimer + task;
    }

    /** Fires when the next task of a recording is born. */
    int birthTimer()
    {
        return firstTaskTimer + settings.maxTasks();
    }

    int cpuOfEndTimer(final int timer)
    {
        return timer - FIRST_CPU_TIMER;
    }

    int cpuOfLookTimer(final int timer)
    {
        return timer - FIRST_CPU_TIMER - nrCpus;
    }

    int taskOfTimer(final int timer)
    {
        return timer - firstTaskTimer;
    }
}
