// SPDX-License-Identifier: Apache-2.0
package org.scx4j.policy;

import org.scx4j.api.CpuStates;

/**
 * Who runs on each CPU, or is about to.
 * <p>
 * {@link CpuStates} shows a preemption only when the kernel has carried it out. Until then the CPU counts as that of
 * the task that it was promised to, or several tasks that wake together would all preempt the same victim. A promise
 * ends as the CPU takes another task, even if it is not the one that was meant.
 * <p>
 * Thread safety: for one thread.
 */
final class RunningTasks
{
    private final CpuStates states;
    private final int[] victimPids;
    private final long[] victimStartNs;
    private final int[] promisedPids;
    private final long[] promisedVtimes;

    /**
     * Nothing is promised.
     *
     * @param states   as the kernel publishes them.
     * @param nrCpuIds CPU numbers are smaller.
     */
    RunningTasks(final CpuStates states, final int nrCpuIds)
    {
        this.states = states;
        victimPids = new int[nrCpuIds];
        victimStartNs = new long[nrCpuIds];
        promisedPids = new int[nrCpuIds];
        promisedVtimes = new long[nrCpuIds];
    }

    /**
     * Who has a CPU.
     *
     * @param cpu below {@code nrCpuIds}.
     * @return pid; 0 if the policy has no task there.
     */
    int pid(final int cpu)
    {
        return isPromised(cpu) ? promisedPids[cpu] : states.pid(cpu);
    }

    /**
     * The vtime of whoever has a CPU.
     *
     * @param cpu below {@code nrCpuIds}.
     * @return vtime; 0 if the policy has no task there, or has never decided for it.
     */
    long vtime(final int cpu)
    {
        return isPromised(cpu) ? promisedVtimes[cpu] : 0 == states.pid(cpu) ? 0 : states.vtime(cpu);
    }

    private boolean isPromised(final int cpu)
    {
        final int pid = states.pid(cpu);
        return 0 != pid && pid == victimPids[cpu] && states.startNs(cpu) == victimStartNs[cpu];
    }

    /**
     * Takes note of a preemption.
     *
     * @param cpu   whose task gives way, below {@code nrCpuIds}.
     * @param pid   of the task that comes.
     * @param vtime of the task that comes.
     */
    void promise(final int cpu, final int pid, final long vtime)
    {
        victimPids[cpu] = states.pid(cpu);
        victimStartNs[cpu] = states.startNs(cpu);
        promisedPids[cpu] = pid;
        promisedVtimes[cpu] = vtime;
    }
}
