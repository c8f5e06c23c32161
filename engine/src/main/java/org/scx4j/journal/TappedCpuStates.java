// SPDX-License-Identifier: Apache-2.0
package org.scx4j.journal;

import org.scx4j.api.CpuStates;
import org.scx4j.api.QueuedTask;
import org.scx4j.topology.CpuTopology;
import org.scx4j.transport.CpuStatesImage;

/**
 * What the CPUs are doing, for a policy that is recorded: see {@link JournalTap}.
 * <p>
 * Thread safety: for the policy's thread only.
 */
final class TappedCpuStates implements CpuStates
{
    private final JournalTap tap;
    private final CpuStates live;
    private final CpuStatesImage image;
    private final CpuStates view;

    TappedCpuStates(final JournalTap tap, final CpuStates live, final CpuTopology topology, final int nrCpuIds)
    {
        this.tap = tap;
        this.live = live;
        this.image = new CpuStatesImage(Math.min(nrCpuIds, topology.nrCpuIds()));
        this.view = image.view(topology);
    }

    /** Brings the image up to date, and records what has changed, or all. */
    void refresh(final boolean isAllRecorded)
    {
        for (int cpu = 0; cpu < image.nrCpuIds(); cpu++)
        {
            final boolean isIdle = live.isIdle(cpu);
            final int pid = live.pid(cpu);
            final long startNs = live.startNs(cpu);
            final long vtime = live.vtime(cpu);
            if (image.set(cpu, isIdle, pid, startNs, vtime) || isAllRecorded)
            {
                tap.onCpu(cpu, isIdle, pid, startNs, vtime);
            }
        }
    }

    @Override
    public boolean isIdle(final int cpu)
    {
        tap.onQuestion();
        return view.isIdle(cpu);
    }

    @Override
    public int pid(final int cpu)
    {
        tap.onQuestion();
        return view.pid(cpu);
    }

    @Override
    public long startNs(final int cpu)
    {
        tap.onQuestion();
        return view.startNs(cpu);
    }

    @Override
    public long vtime(final int cpu)
    {
        tap.onQuestion();
        return view.vtime(cpu);
    }

    @Override
    public int pickIdle(final QueuedTask task)
    {
        tap.onQuestion();
        return view.pickIdle(task);
    }

    /** The kernel's own answer; it is not recorded. */
    @Override
    public int selectIdle(final int[] pids, final int[] cpus, final int count)
    {
        return live.selectIdle(pids, cpus, count);
    }
}
