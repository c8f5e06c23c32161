// SPDX-License-Identifier: Apache-2.0
package org.scx4j.policy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.scx4j.api.QueuedTask;
import org.scx4j.protocol.SchedAbi;

/**
 * A task of {@link ModelMachine}: computes for a while, sleeps for a while, and so on; or only computes.
 */
final class ModelTask implements QueuedTask
{
    final int pid;
    /** CPU it is pinned to, -1 = may use any. */
    final int pinnedTo;
    final long burstNs;
    final long sleepNs;
    int weight;
    long cgroupId = 1;
    /** Time from release to release, 0 = it sleeps for as long each time. */
    long periodNs;
    int nrJobs;
    int nrMissed;
    long maxLateNs = Long.MIN_VALUE;
    long releaseNs;
    long burstLeftNs;
    long sumExecNs;
    long execNs;
    long maxWaitNs;
    int nrRuns;
    long enqueueNs;
    long vtime;
    long sequence;
    long sliceNs;
    int lastCpu;
    boolean isHead;
    boolean isWaking = true;
    private long[] waitsNs = new long[16];
    private String comm = "model";
    private long commLow;
    private long commHigh;

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

    /** Computes for a while once a period, and should be done before the next. */
    static ModelTask periodic(final int pid, final String comm, final long burstNs, final long periodNs)
    {
        final ModelTask task = new ModelTask(pid, 100, -1, burstNs, 0).named(comm);
        task.periodNs = periodNs;
        return task;
    }

    ModelTask named(final String name)
    {
        final byte[] bytes = Arrays.copyOf(name.getBytes(StandardCharsets.UTF_8), SchedAbi.SCHED_COMM_BYTES);
        final ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        comm = name;
        commLow = words.getLong(0);
        commHigh = words.getLong(Long.BYTES);
        return this;
    }

    /** Got a CPU. */
    void waited(final long waitNs)
    {
        if (nrRuns == waitsNs.length)
        {
            waitsNs = Arrays.copyOf(waitsNs, 2 * nrRuns);
        }
        waitsNs[nrRuns++] = waitNs;
        maxWaitNs = Math.max(maxWaitNs, waitNs);
    }

    /** The wait that a part of all were shorter than, or as long as. */
    long waitNs(final double quantile)
    {
        final long[] sorted = Arrays.copyOf(waitsNs, nrRuns);
        Arrays.sort(sorted);
        return sorted[(int)Math.ceil(quantile * nrRuns) - 1];
    }

    /** Is done, and sleeps. */
    void finish(final long nowNs)
    {
        execNs = 0;
        burstLeftNs = burstNs;
        enqueueNs = nowNs + sleepNs;
        if (periodNs > 0)
        {
            final long dueNs = releaseNs + periodNs;
            nrJobs++;
            nrMissed += nowNs > dueNs ? 1 : 0;
            maxLateNs = Math.max(maxLateNs, nowNs - dueNs);
            enqueueNs = Math.max(nowNs, dueNs);
        }
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
        return pinnedTo >= 0 ? pinnedTo : lastCpu;
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
        return cgroupId;
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
        return commLow;
    }

    @Override
    public long commHigh()
    {
        return commHigh;
    }

    @Override
    public String comm()
    {
        return comm;
    }
}
