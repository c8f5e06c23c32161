// SPDX-License-Identifier: Apache-2.0
package org.scx4j.policy;

import java.util.Arrays;
import org.scx4j.api.Cpu;
import org.scx4j.api.CpuStates;
import org.scx4j.api.QueuedTask;

/**
 * Who runs on the CPUs of a model.
 */
final class ModelCpuStates implements CpuStates
{
    final ModelTask[] running;
    final long[] startedNs;
    private final boolean[] claimed;

    ModelCpuStates(final int nrCpus)
    {
        running = new ModelTask[nrCpus];
        startedNs = new long[nrCpus];
        claimed = new boolean[nrCpus];
    }

    /** What was decided has been carried out. */
    void endClaims()
    {
        Arrays.fill(claimed, false);
    }

    @Override
    public boolean isIdle(final int cpu)
    {
        return cpu >= 0 && cpu < running.length && null == running[cpu];
    }

    @Override
    public int pid(final int cpu)
    {
        return null == running[cpu] ? 0 : running[cpu].pid;
    }

    @Override
    public long startNs(final int cpu)
    {
        return startedNs[cpu];
    }

    @Override
    public long vtime(final int cpu)
    {
        return null == running[cpu] ? 0 : running[cpu].vtime;
    }

    @Override
    public int pickIdle(final QueuedTask task)
    {
        if (claim(task.prevCpu()))
        {
            return task.prevCpu();
        }
        for (int cpu = 0; cpu < running.length && task.nrCpusAllowed() >= running.length; cpu++)
        {
            if (claim(cpu))
            {
                return cpu;
            }
        }
        return Cpu.ANY;
    }

    private boolean claim(final int cpu)
    {
        final boolean isFree = isIdle(cpu) && !claimed[cpu];
        claimed[cpu] |= isFree;
        return isFree;
    }

    @Override
    public int selectIdle(final int[] pids, final int[] cpus, final int count)
    {
        throw new UnsupportedOperationException("the model has no kernel to ask");
    }
}
