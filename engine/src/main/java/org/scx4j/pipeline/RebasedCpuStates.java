// SPDX-License-Identifier: Apache-2.0
package org.scx4j.pipeline;

import org.scx4j.api.CpuStates;
import org.scx4j.api.QueuedTask;

/**
 * What the CPUs are doing, with vtimes as the policy has given them, not as the kernel's queues are ordered by: see
 * {@link DecisionWriter#rebase()}.
 * <p>
 * Thread safety: for the policy's thread only.
 */
final class RebasedCpuStates implements CpuStates
{
    private final CpuStates states;
    private final DecisionWriter writer;

    RebasedCpuStates(final CpuStates states, final DecisionWriter writer)
    {
        this.states = states;
        this.writer = writer;
    }

    @Override
    public boolean isIdle(final int cpu)
    {
        return states.isIdle(cpu);
    }

    @Override
    public int pid(final int cpu)
    {
        return states.pid(cpu);
    }

    @Override
    public long startNs(final int cpu)
    {
        return states.startNs(cpu);
    }

    @Override
    public long vtime(final int cpu)
    {
        return writer.policyVtime(states.vtime(cpu));
    }

    @Override
    public int pickIdle(final QueuedTask task)
    {
        return states.pickIdle(task);
    }

    @Override
    public int selectIdle(final int[] pids, final int[] cpus, final int count)
    {
        return states.selectIdle(pids, cpus, count);
    }
}
