// SPDX-License-Identifier: Apache-2.0
package org.scx4j.policy;

import org.scx4j.api.QueuedTask;
import org.scx4j.protocol.SchedAbi;

/**
 * A task of {@link ModelMachine}: computes for a while, sleeps for a while, and so on; or only computes.
 */
final class ModelTask implements QueuedTask
{
    final int pid;
    final int weight;
    /** CPU it is pinned to, -1 = may use any. */
    final int pinnedTo;
    final long burstNs;
    final long sleepNs;
    long burstLeftNs;
    long sumExecNs;
    long execNs;
    long maxWaitNs;
    long enqueueNs;
    long vtime;
    long sequence;
    long sliceNs;
    boolean isWaking = true;

    private ModelTask(final int pid, final int weight, final int pinnedTo, final long burstNs, final long sleepNs)
    {
        this.pid = pid;
        this.weight = weight;
        this.pinnedTo = pinnedTo;
        this.burstNs = burstNs;
        this.sleepNs = sleepNs;
        this.burstLeftNs = burstNs;
    }

    static ModelTask burner(final int pid, final int weight)
    {
        return new ModelTask(pid, weight, -1, Long.MAX_VALUE, 0);
    }

    static ModelTask burner(final int pid, final int weight, final int pinnedTo)
    {
        return new ModelTask(pid, weight, pinnedTo, Long.MAX_VALUE, 0);
    }

    static ModelTask sleeper(final int pid, final long burstNs, final long sleepNs)
    {
        return new ModelTask(pid, 100, -1, burstNs, sleepNs);
    }

    static ModelTask sleeper(final int pid, final int pinnedTo, final long burstNs, final long sleepNs)
    {
        return new ModelTask(pid, 100, pinnedTo, burstNs, sleepNs);
    }

    @Override
    public int pid()
    {
        return pid;
    }

    @Override
    public int tgid()
    {
        return pid;
    }

    @Override
    public int prevCpu()
    {
        return Math.max(0, pinnedTo);
    }

    @Override
    public long token()
    {
        return sequence + 1;
    }

    @Override
    public long enqueueNs()
    {
        return enqueueNs;
    }

    @Override
    public long flags()
    {
        return isWaking ? SchedAbi.SCHED_QUEUED_WAKEUP : 0;
    }

    @Override
    public long startNs()
    {
        return 0;
    }

    @Override
    public long stopNs()
    {
        return 0;
    }

    @Override
    public long execRuntimeNs()
    {
        return execNs;
    }

    @Override
    public long sumExecRuntimeNs()
    {
        return sumExecNs;
    }

    @Override
    public long nvcsw()
    {
        return 0;
    }

    @Override
    public long vtime()
    {
        return vtime;
    }

    @Override
    public long cgroupId()
    {
        return 1;
    }

    @Override
    public int weight()
    {
        return weight;
    }

    @Override
    public int nrCpusAllowed()
    {
        return pinnedTo >= 0 ? 1 : 64;
    }

    @Override
    public long commLow()
    {
        return 0;
    }

    @Override
    public long commHigh()
    {
        return 0;
    }

    @Override
    public String comm()
    {
        return "model";
    }
}
