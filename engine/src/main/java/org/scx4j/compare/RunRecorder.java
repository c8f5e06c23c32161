// SPDX-License-Identifier: Apache-2.0
package org.scx4j.compare;

import java.util.Arrays;
import org.HdrHistogram.Histogram;
import org.agrona.collections.Int2IntHashMap;
import org.agrona.collections.LongArrayList;
import org.scx4j.sim.SimulationListener;

/**
 * Keeps of a simulation what a page needs: the distribution of the waits of each class of tasks, and who ran where at
 * the beginning.
 * <p>
 * Thread safety: for the thread that runs the simulation; to be read when it has ended.
 */
public final class RunRecorder implements SimulationListener
{
    /** Numbers of a slice: CPU, class, pid, start and length in nanoseconds. */
    static final int SLICE_NUMBERS = 5;

    private static final long WAIT_MAX_NS = 3_600_000_000_000L;
    private static final int DIGITS = 3;
    private static final int UNKNOWN = -1;

    private final Histogram[] waits;
    private final Int2IntHashMap classes = new Int2IntHashMap(UNKNOWN);
    private final LongArrayList slices = new LongArrayList();
    private final int[] pids;
    private final long[] startsNs;
    private final long timelineNs;
    private final int maxSlices;
    private long shownUntilNs;

    /**
     * Records nothing yet.
     *
     * @param nrClasses  of tasks.
     * @param nrCpus     of the machine.
     * @param timelineNs how much of the beginning to keep.
     * @param maxSlices  that are kept of it: then it ends earlier.
     */
    public RunRecorder(final int nrClasses, final int nrCpus, final long timelineNs, final int maxSlices)
    {
        waits = new Histogram[nrClasses];
        Arrays.setAll(waits, (taskClass) -> new Histogram(1, WAIT_MAX_NS, DIGITS));
        pids = new int[nrCpus];
        startsNs = new long[nrCpus];
        this.timelineNs = timelineNs;
        this.maxSlices = maxSlices;
        shownUntilNs = timelineNs;
    }

    @Override
    public void onTask(final long timeNs, final int pid, final int taskClass)
    {
        classes.put(pid, taskClass);
    }

    @Override
    public void onRun(final long timeNs, final int pid, final int cpu, final long waitNs)
    {
        waits[classes.get(pid)].recordValue(Math.min(waitNs, WAIT_MAX_NS));
        pids[cpu] = pid;
        startsNs[cpu] = timeNs;
    }

    @Override
    public void onStop(final long timeNs, final int pid, final int cpu, final int reason)
    {
        if (startsNs[cpu] < shownUntilNs)
        {
            if (slices.size() / SLICE_NUMBERS < maxSlices)
            {
                slices.addLong(cpu);
                slices.addLong(classes.get(pid));
                slices.addLong(pid);
                slices.addLong(startsNs[cpu]);
                slices.addLong(Math.min(timeNs, timelineNs) - startsNs[cpu]);
            }
            else
            {
                shownUntilNs = Math.min(shownUntilNs, startsNs[cpu]);
            }
        }
    }

    /** The waits of a class, nanoseconds. */
    Histogram waits(final int taskClass)
    {
        return waits[taskClass];
    }

    /** {@link #SLICE_NUMBERS} numbers each, in the order in which they ended. */
    LongArrayList slices()
    {
        return slices;
    }

    /** Before this time every slice is kept. */
    long shownUntilNs()
    {
        return shownUntilNs;
    }
}
