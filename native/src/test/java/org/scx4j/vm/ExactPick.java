// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm;

import org.scx4j.api.CpuStates;
import org.scx4j.api.Dispatcher;
import org.scx4j.api.EngineContext;
import org.scx4j.api.QueuedTask;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.protocol.SchedAbi;

/**
 * FIFO that has the kernel pick the CPUs of each batch, in one call.
 */
public final class ExactPick implements SchedulingPolicy
{
    private final int[] pids = new int[SchedAbi.SCHED_SELECTION_TASKS];
    private final int[] cpus = new int[SchedAbi.SCHED_SELECTION_TASKS];
    private final long[] tokens = new long[SchedAbi.SCHED_SELECTION_TASKS];
    private CpuStates cpuStates;
    private int count;

    /** Nothing held. */
    public ExactPick()
    {
    }

    @Override
    public void onStart(final EngineContext context)
    {
        cpuStates = context.cpuStates();
    }

    @Override
    public void onTask(final QueuedTask task, final Dispatcher out)
    {
        pids[count] = task.pid();
        cpus[count] = task.prevCpu();
        tokens[count] = task.token();
        count++;
        if (count == pids.length)
        {
            onBatchEnd(out);
        }
    }

    @Override
    public void onBatchEnd(final Dispatcher out)
    {
        cpuStates.selectIdle(pids, cpus, count);
        for (int i = 0; i < count; i++)
        {
            out.dispatch(pids[i], tokens[i], 0).cpu(cpus[i]).commit();
        }
        count = 0;
    }
}
